// Owns what the journal knows of the HIS's bill behind a kiosk's order: whether it is held, and what the HIS has yet to be told.
// Pure; telling it is usecases/kiosk/, the order itself is order.ts.
import type { Verb } from './entries.ts'
import { queuedOperations, type Moment, type Operation, type Order } from './order.ts'
import { areAmountsWrong } from './amounts.ts'
import { stateOf } from './order-state.ts'

const billVerbs: ReadonlySet<Verb> = new Set(['billLock', 'billBooking', 'billUnlock'])
export const isBillVerb = (verb: Verb): boolean => billVerbs.has(verb)

export type KioskBill = {
  readonly billId: string
  /** The HIS keeps it for this order, as far as anybody knows: also when its answer to the lock or the unlock was lost. */
  readonly isHeld: boolean
  /** The HIS said so, under this receipt number. */
  readonly receiptNo: string | undefined
  /** The HIS has not answered it yet: the bill must not be locked anew before. */
  readonly isUnlocking: boolean
  /**
   * The last lock and the last unlock that got no answer. The HIS may do either later, in any order: for a while after the one the
   * other must not be asked for (`billLateMs`).
   */
  readonly unclearLock: Moment | undefined
  readonly unclearUnlock: Moment | undefined
  /** Since it was locked last. */
  readonly bookings: readonly Operation[]
  readonly unlocks: readonly Operation[]
}

const isAccepted = ({ outcome }: Operation): boolean => outcome?.outcome === 'accepted'

/** The HIS's own word that it does not keep the bill for the order. */
const isFree = ({ intent, outcome }: Operation): boolean =>
  intent.verb === 'billLock'
    ? outcome?.outcome === 'declined'
    : isBillVerb(intent.verb) && outcome?.outcome === 'accepted'

/** A lock that was not sent says nothing of an earlier one whose answer was lost. */
const mayBeHeld = ({ operations }: Order): boolean =>
  operations
    .slice(operations.findLastIndex(isFree) + 1)
    .some(({ intent, outcome }) => intent.verb === 'billLock' && outcome?.outcome !== 'notSent')

/** Also one of which a crash left nothing but the intent: the HIS may have it and do it yet. */
const findUnclear = ({ operations }: Order, verb: Verb): Moment | undefined => {
  const last = operations.findLast(
    ({ intent, outcome }) => intent.verb === verb && (outcome === undefined || outcome.outcome === 'unknown'),
  )
  return last?.outcome ?? last?.intent
}

/** undefined for an order that no kiosk began. */
export const billOf = (order: Order): KioskBill | undefined => {
  const at = order.operations.findLastIndex(({ intent }) => intent.verb === 'billLock')
  const lock = order.operations[at]
  if (lock?.intent.verb !== 'billLock') return undefined
  const since = order.operations.slice(at + 1)
  const bookings = since.filter(({ intent }) => intent.verb === 'billBooking')
  const unlocks = since.filter(({ intent }) => intent.verb === 'billUnlock')
  const receiptNo = bookings.find(isAccepted)?.outcome?.facts.output?.['receiptNo']
  return {
    billId: lock.intent.facts.billId,
    isHeld: mayBeHeld(order),
    receiptNo: typeof receiptNo === 'string' ? receiptNo : undefined,
    // A person who dealt with it has seen to the lock.
    isUnlocking: unlocks.length > 0 && !unlocks.some(isAccepted) && order.resolution === undefined,
    unclearLock: findUnclear(order, 'billLock'),
    unclearUnlock: findUnclear(order, 'billUnlock'),
    bookings,
    unlocks,
  }
}

export type UnlockReason = 'revoked' | 'failed' | 'refunded' | 'notUploaded'

/** Why the bill is free again; undefined while it is not. */
export const unlockReasonOf = (order: Order): UnlockReason | undefined => {
  if (queuedOperations(order).length > 0) return undefined
  switch (stateOf(order)) {
    case 'new':
      return 'notUploaded'
    case 'revoked':
      return 'revoked'
    case 'failed':
      return 'failed'
    case 'refunded':
      return order.booking?.success === true ? undefined : 'refunded'
    default:
      return undefined
  }
}

/** Paid, and nobody has said yet what became of the booking. */
const isUnbooked = (order: Order): boolean =>
  stateOf(order) === 'paid' && order.booking === undefined && order.resolution === undefined && !areAmountsWrong(order)

/** Unbooked, and settled as 6301 told it, with its amounts. */
export const isDueForBooking = (order: Order): boolean => isUnbooked(order) && order.settlement !== undefined

/** Unbooked, and only the amounts of 6301 are missing to book it. */
export const lacksAmountsToBook = (order: Order): boolean =>
  billOf(order) !== undefined && isUnbooked(order) && order.settlement === undefined

export type BillTask = { readonly kind: 'bookBill' | 'unlockBill'; readonly attempts: readonly Operation[] }

/** What the HIS has to be told now, and how often it was tried. */
export const billTask = (order: Order): BillTask | undefined => {
  const bill = billOf(order)
  if (bill === undefined) return undefined
  if (isDueForBooking(order)) return { kind: 'bookBill', attempts: bill.bookings }
  const isDue = bill.isHeld && order.resolution === undefined && unlockReasonOf(order) !== undefined
  return isDue ? { kind: 'unlockBill', attempts: bill.unlocks } : undefined
}
