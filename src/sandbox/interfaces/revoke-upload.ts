// Owns 6401 费用明细上传撤销: only while nothing is collected.
import { hasMoved, moveOrder, stopSettling } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import { type Act, requirePatient, requireTokenOrder } from './act.ts'

export const revokeUpload: Act<'6401'> = (center, input) => {
  const order = requireTokenOrder(center, input)
  requirePatient(order, input)
  if (!['0', '1', '2'].includes(order.ordStas) || hasMoved(order))
    refuse('wrongState', `订单状态 ${order.ordStas}, 不能撤销`)
  stopSettling(order)
  moveOrder(order, '12', 'revoked')
  return { order, reply: () => ({ success: true }) }
}
