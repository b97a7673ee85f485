// Owns which orders stand on the list that needs a person, and since when. What the reasons mean is attention-reasons.ts.
import { isAttentionReason, type AttentionReason } from '../order/attention-reasons.ts'
import { areAmountsWrong, doLegsDiffer, type CountedLegs } from '../order/amounts.ts'
import { isDepositUnclear } from '../order/deposit.ts'
import { holdsSettlement, stateBeneath } from '../order/order-state.ts'
import type { Decision } from '../order/entries.ts'
import {
  isOfNewerVersion,
  openOperation,
  refundedElsewhere,
  refundUndecided,
  statusWentBack,
  undecidedRefunds,
  type Order,
} from '../order/order.ts'

/** True for a settlement that the HIS has not booked (RULES 8.1); only its full refund ends the wait. */
export const isUnbooked = (order: Order): boolean => holdsSettlement(order) && order.booking?.success !== true

/** The order ended without having been settled. */
const isUnsettledAfterAll = ({ ordStas, insurance }: Order): boolean =>
  ordStas === '12' || ordStas === '15' || insurance === 'failed'

/** Where amounts count: from the moment at which somebody may pay them to the end. */
const amountsCount: ReadonlySet<string | undefined> = new Set(['2', '3', '4', '5', '6', '8', '9', '10', '11', '16'])

/** What is wrong with the amounts of an order (RULES 4.8). */
const reasonsOfAmounts = (order: Order, settings: CountedLegs): readonly AttentionReason[] => {
  if (!amountsCount.has(order.ordStas)) return []
  const reasons: AttentionReason[] = []
  const isSettled = holdsSettlement(order)
  if (isSettled && order.legs === undefined && order.told !== undefined) reasons.push('amounts-missing')
  if (areAmountsWrong(order)) reasons.push('amounts-wrong')
  if (isSettled && doLegsDiffer(order, settings)) reasons.push('legs-mismatch')
  return reasons
}

export type AttentionSettings = CountedLegs & {
  /** How long the HIS may take to book, milliseconds (RULES 8.1). */
  readonly unbookedAfterMs: number
}

/** Why an order needs a person now; empty when it does not. */
export const attentionOf = (order: Order, nowMs: number, settings: AttentionSettings): readonly AttentionReason[] => {
  const reasons = order.attention.filter(isAttentionReason)
  if (isOfNewerVersion(order)) return reasons
  // Of a refund that hangs only a word about it is a decision (RULES 2.3).
  if (openOperation(order) === undefined && undecidedRefunds(order).length > 0) reasons.push(refundUndecided)
  // Whoever dealt with it dealt with what it is now; the fold forgets him when that changes.
  if (order.resolution !== undefined) return reasons
  const isElsewhere = order.attention.includes(refundedElsewhere) || order.attention.includes(statusWentBack)
  if (openOperation(order) === undefined && !isElsewhere && stateBeneath(order) === 'needsPerson') {
    reasons.push('status-needs-person')
  }
  reasons.push(...reasonsOfAmounts(order, settings))
  if (isDepositUnclear(order, settings.fundIncludesAccount)) reasons.push('deposit-unclear')
  if (order.booking?.success === true && isUnsettledAfterAll(order)) reasons.push('booked-not-settled')
  if (isUnbooked(order)) {
    if (order.booking?.success === false) reasons.push('booking-failed')
    else if (order.paidAtMs !== undefined && nowMs - order.paidAtMs >= settings.unbookedAfterMs)
      reasons.push('unbooked')
  }
  return reasons
}

/** What a person may say of an order that is on the list for these reasons; `handled` is no word about a refund that hangs. */
export const decisionsOn = (order: Order, reasons: readonly AttentionReason[]): readonly Decision[] => {
  const open = openOperation(order)
  // Without the payToken of its answer nothing could be asked or done with it.
  if (open?.intent.verb === 'upload') return ['notDone']
  if (open !== undefined) return ['done', 'notDone']
  if (!reasons.includes(refundUndecided)) return ['handled']
  return reasons.length > 1 ? ['handled', 'done', 'notDone'] : ['done', 'notDone']
}
