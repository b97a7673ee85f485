// Owns what the end of a refund or a placement adds to an order: what went back, and which amounts count (RULES 4.8, 5, 7). Pure.
import { isSettledStatus, statusesOf } from '../order/center-status.ts'
import type { RefundFacts } from '../order/entries.ts'
import { cashDueFen, readLegs, withDepositInCash, type Legs } from '../money/legs.ts'
import { atStatus, textIn, wentElsewhere, withAnswer, withExplanation, withReason, type Output } from './move-order.ts'
import { refundedCashFen, refundedLate, refundStatusIn, statusIn, type Operation, type Order } from '../order/order.ts'

// The reply of 6203 names no ordStas; until 6301 says it, this is what its success means (RULES 5).
const statusAfterRefund = (order: Order, refund: RefundFacts, refStatus: string): string => {
  if (refund.refdType === 'ALL') return refStatus === 'EXP' ? '8' : '7'
  if (refund.refdType === 'HI') return order.ordStas === '9' ? '7' : order.ordStas === '10' ? '11' : '8'
  const everything = order.legs !== undefined && refundedCashFen(order) >= cashDueFen(order.legs)
  const insuranceGone = order.ordStas === '8' || order.ordStas === '11' || order.ordStas === '13'
  if (insuranceGone) return everything ? '7' : '11'
  return everything ? '9' : '10'
}

/** A refund of ours that was done; what the status says beyond it, somebody else did. */
export const applyRefund = (order: Order, operation: Operation, refund: RefundFacts, output: Output): Order => {
  const refStatus = refundStatusIn(output)
  const cashMoved = refStatus === 'EXP' ? 0 : refund.cashRefdFen
  const after = { ...order, refunds: [...order.refunds, { ...refund, cashRefdFen: cashMoved }] }
  const status = statusIn(output) || statusAfterRefund(after, refund, refStatus)
  // Where only a person could tell (16), the refund is what is known now.
  const stood = order.firmStas
  const isKnown = stood === undefined || isSettledStatus(stood) || stood === '12' || stood === '15'
  const next = isKnown ? withAnswer(after, status) : atStatus({ ...after, told: undefined }, status)
  const explained = withExplanation(order, next, [operation])
  return withReason(explained, refund.doneAfterMs === undefined ? undefined : refundedLate)
}

/** Amounts of 6301 count more than those of 6202, which alone tells othFeeAmt. */
export const legsOfPlacement = (order: Order, output: Output): Legs | undefined => {
  const own = readLegs(output, order.legs)
  if (own === undefined || order.legs === undefined || order.settlement === undefined) return own ?? order.legs
  const depositFen = textIn(order.settlement['deposit']) === '' ? own.depositFen : order.legs.depositFen
  return withDepositInCash({ ...order.legs, othFeeAmtFen: own.othFeeAmtFen, depositFen })
}

/** A refund that was not done explains nothing any more. */
export const withoutRefund = (order: Order, { intent }: Operation): Order => {
  if (intent.verb !== 'refund' || order.legs === undefined || !isSettledStatus(order.ordStas)) return order
  const isInsuranceBack = order.refunds.some(({ refdType }) => refdType !== 'CASH')
  const statuses = statusesOf(isInsuranceBack, refundedCashFen(order), cashDueFen(order.legs))
  const isKnown = order.movedElsewhere || statuses.has(order.ordStas ?? '')
  return isKnown ? order : wentElsewhere(order)
}
