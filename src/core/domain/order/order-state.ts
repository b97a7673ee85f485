// Owns the states of an order, what may be done in each, and what the HIS should do next (RULES 4, 5).
// The facts are order.ts; doing it is usecases/.
import { isStopped } from './attention-reasons.ts'
import { areAmountsWrong } from './amounts.ts'
import { cashDueFen } from '../money/legs.ts'
import { refundableCashFen } from './refund-bounds.ts'
import {
  doubtedRefund,
  hasRuleActed,
  isContradicted,
  isOfNewerVersion,
  openOperation,
  openRebill,
  queuedOperations,
  refundedCashFen,
  refundedElsewhere,
  refundStatusIn,
  statusWentBack,
  type Order,
} from './order.ts'
import type { OrderVerb, Verb } from './entries.ts'
import { earlierUploadOpen } from './uploads.ts'

/** One name per state; each comment says what is true outside. */
export type OrderState =
  /** The center holds nothing: never uploaded, or every upload was refused or not sent. */
  | { readonly name: 'new' }
  /** The center may hold the fees; nobody was charged. */
  | { readonly name: 'uploading' }
  /** The center holds the fees under payOrdId; nobody was charged. */
  | { readonly name: 'uploaded' }
  /** A placement may have reached the center; the patient may be charged. */
  | { readonly name: 'placing' }
  /** Placed, the center is at work; nothing is left for the patient to pay in cash, or the amount is not known yet. */
  | { readonly name: 'pending' }
  /** Placed, and the patient still has to pay cash, whatever else is settled. */
  | { readonly name: 'cashPending' }
  /** One side is done, the other not (ordStas 3, 4, 5): not paid. */
  | { readonly name: 'halfDone' }
  /** Insurance and cash are settled (ordStas 6). */
  | { readonly name: 'paid' }
  /** Something was asked for and waits until the center can be reached; nothing of it was sent, all else is as it was. */
  | { readonly name: 'queued' }
  /** A refund may have reached the center. */
  | { readonly name: 'refunding' }
  /** Everything went back (ordStas 7). */
  | { readonly name: 'refunded' }
  /** A part went back (ordStas 8 to 11). */
  | { readonly name: 'partlyRefunded' }
  /** A revocation may have reached the center. */
  | { readonly name: 'revoking' }
  /** The upload is gone from the center (ordStas 12); the same medOrgOrd may be uploaded again. */
  | { readonly name: 'revoked' }
  /** The settlement failed and the cash is back: reversed (ordStas 15), or all of it refunded (9 after a 16). */
  | { readonly name: 'failed' }
  /** Only a person can tell (ordStas 13, 14, 16, unknown codes, a refund that was not ours). */
  | { readonly name: 'needsPerson' }

export type OrderStateName = OrderState['name']

const openStates: Partial<Record<Verb, OrderStateName>> = {
  upload: 'uploading',
  placement: 'placing',
  bankPlacement: 'placing',
  cashierUrl: 'placing',
  refund: 'refunding',
  revocation: 'revoking',
}

const byOrdStas: Readonly<Record<string, OrderStateName>> = {
  '3': 'halfDone',
  '4': 'halfDone',
  '5': 'halfDone',
  '6': 'paid',
  '7': 'refunded',
  '8': 'partlyRefunded',
  '9': 'partlyRefunded',
  '10': 'partlyRefunded',
  '11': 'partlyRefunded',
  '12': 'revoked',
  '15': 'failed',
}

/** ordStas 0, 1, 2: the center has not begun to settle, or waits for the payer. */
export const isInProgress = (ordStas: string | undefined): boolean =>
  ordStas === '0' || ordStas === '1' || ordStas === '2'

export const isPaid = (order: Order): boolean => order.ordStas === '6' && !isOfNewerVersion(order)

/**
 * The insurance settlement stands, whatever went back of the cash (ordStas 6, 9, 10): the HIS has something to book. Not where the
 * insurance failed and only its cash went back.
 */
export const holdsSettlement = (order: Order): boolean =>
  !isOfNewerVersion(order) && order.insurance === 'settled' && ['6', '9', '10'].includes(order.ordStas ?? '')

/** The insurance failed, and all the cash that was taken is back. */
const isFailedWholly = ({ ordStas, insurance }: Order): boolean => insurance === 'failed' && ordStas === '9'

/** The state of an order. An operation whose outcome is open hides what the center last said; one that waits, too. */
export const stateOf = (order: Order): OrderStateName => {
  if (isOfNewerVersion(order)) return 'needsPerson'
  const open = openOperation(order)
  // What the center shows as settled is settled, whatever became of the call that asked for it.
  const hides = open !== undefined && (open.intent.verb === 'refund' || !isPaid(order))
  if (hides) return openStates[open.intent.verb] ?? stateBeneath(order)
  if (open !== undefined) return stateBeneath(order)
  return queuedOperations(order).some(({ intent }) => intent.verb !== 'query') ? 'queued' : stateBeneath(order)
}

/** What is true of the order apart from what is under way. */
export const stateBeneath = (order: Order): OrderStateName => {
  if (isOfNewerVersion(order)) return 'needsPerson'
  if (order.upload === undefined) return 'new'
  if (order.attention.includes(refundedElsewhere) || order.attention.includes(statusWentBack)) return 'needsPerson'
  if (isContradicted(order)) {
    const isAskedOn = doubtedRefund(order) !== undefined && order.resolution === undefined
    return isAskedOn && !isStopped(order.attention) ? 'refunding' : 'needsPerson'
  }
  if (isFailedWholly(order)) return 'failed'
  if (!isInProgress(order.ordStas)) return byOrdStas[order.ordStas ?? ''] ?? 'needsPerson'
  if (order.way === undefined) return 'uploaded'
  return order.legs !== undefined && cashDueFen(order.legs) > 0 ? 'cashPending' : 'pending'
}

/** Placed by 6202, held by the center for its payer, and nobody told what is to be paid: the answer was lost. */
export const lacksPlacedAmounts = (order: Order): boolean =>
  order.way === 'order' && order.ordStas === '2' && order.legs === undefined && stateOf(order) === 'pending'

/** What may be asked for in each state; everything else is WRONG_STATE. */
export const allowedVerbs: Readonly<Record<OrderStateName, readonly OrderVerb[]>> = {
  new: ['upload'],
  uploading: [],
  uploaded: ['placement', 'bankPlacement', 'cashierUrl', 'revocation', 'query'],
  placing: ['query'],
  pending: ['revocation', 'query'],
  cashPending: ['revocation', 'query'],
  halfDone: ['query'],
  paid: ['refund', 'rebill', 'query'],
  queued: ['query'],
  refunding: ['query'],
  refunded: ['query'],
  partlyRefunded: ['refund', 'query'],
  revoking: ['query'],
  revoked: ['upload', 'query'],
  failed: ['query'],
  needsPerson: ['query'],
}

const handedOver: readonly string[] = ['refund-unauthorised', 'automatic-refund-failed']

/** An ALL ended as EXP: the agent refunds the cash, once, unless that has become a person's turn (RULES 7.4). */
export const isCashOwed = (order: Order): boolean => {
  const last = order.operations.findLast(
    ({ intent, outcome }) => intent.verb === 'refund' && outcome?.outcome === 'accepted',
  )
  // Of an HI nobody asked for the cash.
  const isWhole = last?.intent.verb === 'refund' && last.intent.facts.refdType === 'ALL'
  const cashStayed = isWhole && refundStatusIn(last.outcome?.facts.output) === 'EXP'
  const isHandedOver = order.resolution !== undefined || order.attention.some((reason) => handedOver.includes(reason))
  const cashLeft = order.legs !== undefined && cashDueFen(order.legs) > refundedCashFen(order)
  if (isOfNewerVersion(order)) return false
  return order.ordStas === '8' && cashStayed && cashLeft && !isHandedOver && !hasRuleActed(order, '7.4')
}

/** The insurance went back, or never settled, and the cash that is left has to go back too. */
const isCashLeft = (order: Order): boolean => {
  const { ordStas, legs, insurance } = order
  if (legs === undefined) return false
  return ordStas === '8'
    ? cashDueFen(legs) > 0
    : insurance === 'failed' && ['10', '11'].includes(ordStas ?? '') && refundableCashFen(order, legs) > 0
}

/** What the HIS should do now. */
export type Next = 'upload' | 'authorize' | 'place' | 'payCash' | 'wait' | 'book' | 'refundCash' | 'none' | 'person'

/** Of a settlement without amounts 6301 is asked for them; where it has none either, a person has to find them (RULES 4.8). */
const nextWithoutLegs = ({ told, resolution }: Order): Next => {
  if (told === undefined) return 'wait'
  return resolution === undefined ? 'person' : 'none'
}

/** RULES 8.2: what the HIS could not book waits for a person; so does what nobody should book as it is. */
const nextOfBooking = (order: Order): Next => {
  const { booking, legs, resolution } = order
  if (booking !== undefined) return booking.success ? 'none' : 'person'
  if (legs === undefined) return nextWithoutLegs(order)
  return areAmountsWrong(order) && resolution === undefined ? 'person' : 'book'
}

/** Who pays these fees may pay twice: a person decides first (RULES 6.6). */
export const mayBePaidTwice = (order: Order): boolean =>
  order.attention.includes(earlierUploadOpen) && order.upload !== undefined && isInProgress(order.ordStas)

/** The center settles only once the HIS has booked (RULES 6.2): at 4 and 5, which a notice alone does not tell. */
export const isBookedAhead = (order: Order): boolean =>
  order.awaitsBooking &&
  ['4', '5'].includes(order.ordStas ?? '') &&
  stateOf(order) === 'halfDone' &&
  order.legs !== undefined &&
  (!areAmountsWrong(order) || order.resolution !== undefined)

/** The one thing to do next; nobody books on anything but `book` (RULES 4.2). */
export const nextOf = (order: Order): Next => {
  if (mayBePaidTwice(order)) return 'person'
  switch (stateOf(order)) {
    case 'new':
    case 'revoked':
      return 'upload'
    case 'uploaded':
      return order.payAuthNo === undefined ? 'authorize' : 'place'
    case 'cashPending':
      return 'payCash'
    case 'uploading':
    case 'halfDone':
      if (isBookedAhead(order) && order.booking === undefined) return 'book'
      return isStopped(order.attention) ? 'person' : 'wait'
    case 'placing':
    case 'pending':
    case 'refunding':
    case 'revoking':
    case 'queued':
      return isStopped(order.attention) ? 'person' : 'wait'
    case 'paid':
      return nextOfBooking(order)
    case 'partlyRefunded':
      if (holdsSettlement(order)) return nextOfBooking(order)
      // Insurance went back and cash did not: only CASH may follow, by itself where a rule says so (RULES 7.4).
      if (isCashOwed(order)) return 'wait'
      return isCashLeft(order) ? 'refundCash' : 'none'
    case 'refunded':
      // The new bill is not uploaded yet, and the agent goes on by itself.
      return openRebill(order) === undefined ? 'none' : 'wait'
    case 'failed':
      return 'none'
    case 'needsPerson':
      // A decision ends every reason there was: what stands there now was found after it.
      return order.resolution === undefined || order.attention.length > 0 ? 'person' : 'none'
  }
}
