// Owns 6301 医保订单结算结果查询: only the state while nothing is decided, everything known after.
import type { Order } from '../ledger/order.ts'
import { describeAmounts, describeSettlement, type WireFields } from '../ledger/settlement-fields.ts'
import { type Act, requirePatient, requireTokenOrder } from './act.ts'

const inProgress = new Set(['0', '1', '2'])

const answerQuery = (order: Order, orgName: string): WireFields => {
  const state = { payOrdId: order.payOrdId, ordStas: order.ordStas }
  if (inProgress.has(order.ordStas)) return state
  return { ...describeSettlement(order, orgName), ...describeAmounts(order, 'ownPayAmt'), ...state }
}

export const queryOrder: Act<'6301'> = (center, input) => {
  const order = requireTokenOrder(center, input)
  requirePatient(order, input)
  return { order, reply: () => answerQuery(order, center.settings.orgName) }
}
