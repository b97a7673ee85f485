// Owns which orders stand on the list that needs a person, and since when. What the reasons mean is attention-reasons.ts.
import { isAttentionReason, type AttentionReason } from './attention-reasons.ts'
import { isDepositUnclear } from './deposit.ts'
import { legsMismatchFen } from './legs.ts'
import { holdsSettlement, stateBeneath } from './order-state.ts'
import { isOfNewerVersion, openOperation, refundedElsewhere, statusWentBack, type Order } from './order.ts'

/** True for a settlement that the HIS has not booked (RULES 8.1); only its full refund ends the wait. */
export const isUnbooked = (order: Order): boolean => holdsSettlement(order) && order.booking?.success !== true

/** Where an order ends without having been settled. */
const unsettledAfterAll: ReadonlySet<string | undefined> = new Set(['12', '15'])

export type AttentionSettings = {
  /** How long the HIS may take to book, milliseconds (RULES 8.1). */
  readonly unbookedAfterMs: number
  readonly fundIncludesAccount: boolean
  /** fundIncludesAccount is confirmed for this center, so that a mismatch is no longer a mere warning (RULES 4.8). */
  readonly legsConfirmed: boolean
}

/** Why an order needs a person now; empty when it does not. */
export const attentionOf = (order: Order, nowMs: number, settings: AttentionSettings): readonly AttentionReason[] => {
  const reasons = order.attention.filter(isAttentionReason)
  if (isOfNewerVersion(order)) return reasons
  // Whoever dealt with it dealt with what it is now; the fold forgets him when that changes.
  if (order.resolution !== undefined) return reasons
  const isElsewhere = order.attention.includes(refundedElsewhere) || order.attention.includes(statusWentBack)
  if (openOperation(order) === undefined && !isElsewhere && stateBeneath(order) === 'needsPerson') {
    reasons.push('status-needs-person')
  }
  if (settings.legsConfirmed && order.legs !== undefined && order.ordStas === '6') {
    if (legsMismatchFen(order.legs, settings.fundIncludesAccount) !== 0) reasons.push('legs-mismatch')
  }
  if (isDepositUnclear(order, settings.fundIncludesAccount)) reasons.push('deposit-unclear')
  if (order.booking?.success === true && unsettledAfterAll.has(order.ordStas)) reasons.push('booked-not-settled')
  if (isUnbooked(order)) {
    if (order.booking?.success === false) reasons.push('booking-failed')
    else if (order.paidAtMs !== undefined && nowMs - order.paidAtMs >= settings.unbookedAfterMs)
      reasons.push('unbooked')
  }
  return reasons
}
