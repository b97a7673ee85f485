// Owns what settles an unknown outcome: the table of RULES 3.5, and how late "nothing happened" may be believed.
// Asking 6301 and writing the verdict is usecases/following/advance-order.ts.
import type { RefundType } from './entries.ts'

/** Why only a person can tell. */
export type PersonReason = 'unexpected-status' | 'cash-refund-unclear' | 'cash-still-held' | 'revocation-unclear'

export type Verdict =
  | { readonly kind: 'accepted' }
  | { readonly kind: 'declined'; readonly reason: string }
  /** Nothing happened: the same request, with the same appRefdSn, may be sent again (RULES 2.3). */
  | { readonly kind: 'notSent'; readonly reason: string }
  | { readonly kind: 'wait' }
  | { readonly kind: 'person'; readonly reason: PersonReason }

const accepted: Verdict = { kind: 'accepted' }
const wait: Verdict = { kind: 'wait' }
const declined = (reason: string): Verdict => ({ kind: 'declined', reason })
const person = (reason: PersonReason): Verdict => ({ kind: 'person', reason })

/** What 6301 says now, and how long ago the request was sent. `late`: the center's processing time is over. */
export type Evidence = { readonly ordStas: string; readonly late: boolean }

/**
 * An unknown 6202. `refused`: an unsigned refusal is on record. `wasSettled`: 6301 has seen the order settled meanwhile, so that
 * it was placed, whatever became of it since.
 */
export const settlePlacement = ({ ordStas, late }: Evidence, refused: boolean, wasSettled = false): Verdict => {
  if (wasSettled) return accepted
  switch (ordStas) {
    // From 2 on the center holds the order for its payer, or settles it: it was placed, whether or not it is paid.
    case '2':
    case '3':
    case '4':
    case '5':
    case '6':
      return accepted
    case '0':
    case '1':
      return late || refused ? declined('not placed') : wait
    case '12':
    case '15':
      return declined('not placed')
    default:
      return person('unexpected-status')
  }
}

/** An unknown 6205: its URL never comes back, so up to 2 the caller may ask again with a new orgBizSer. */
export const settleBankPlacement = (evidence: Evidence): Verdict =>
  ['0', '1', '2'].includes(evidence.ordStas) ? declined('no address') : settlePlacement(evidence, false)

/** A refund as it is judged. */
export type AskedRefund = {
  readonly refdType: RefundType
  /** ordStas when it was asked for. */
  readonly before: string
  /** The statuses that it leads to when it is done; any other is somebody else's doing (RULES 3.5). */
  readonly leadsTo: ReadonlySet<string>
  /** 6203 itself answered SUCC, and nothing confirmed that yet. */
  readonly saidSuccess: boolean
  /** Nothing of the order was paid in cash. */
  readonly noCash: boolean
}

/**
 * An unknown 6203. `isIdempotent`: this center moves nothing for an appRefdSn it
 * knows, so that a cash refund nobody can tell about may be repeated under its number.
 */
export const settleRefund = (
  { ordStas, late }: Evidence,
  { refdType, before, leadsTo, saidSuccess, noCash }: AskedRefund,
  isIdempotent = false,
): Verdict => {
  if (refdType !== 'CASH') {
    // Success of the whole, and 6301 says that the cash stayed: one of the two is wrong, and nobody pays it out by rule.
    if (saidSuccess && ordStas === '8' && refdType === 'ALL' && !noCash) {
      return late ? person('cash-refund-unclear') : wait
    }
    if (leadsTo.has(ordStas)) return accepted
    if (ordStas !== before) return person('unexpected-status')
    return late ? { kind: 'notSent', reason: 'not refunded' } : wait
  }
  // 6301 names no refund: once cash had been refunded before, its answer cannot tell one refund from the other.
  const unclear: Verdict = isIdempotent ? { kind: 'notSent', reason: 'not seen' } : person('cash-refund-unclear')
  if (['9', '10', '11'].includes(before)) return late ? unclear : wait
  if (leadsTo.has(ordStas)) return accepted
  if (ordStas !== before) return person('unexpected-status')
  return late ? unclear : wait
}

/** An unknown 6401. */
export const settleRevocation = ({ ordStas, late }: Evidence): Verdict => {
  if (ordStas === '12') return accepted
  if (ordStas === '13') return person('cash-still-held')
  // Somebody paid: what is being settled, or is settled, was not revoked.
  if (['3', '4', '5', '6'].includes(ordStas)) return declined('not revoked: the order was paid')
  if (!late) return wait
  // Still waiting for its payer after all that time: nothing was revoked, and nothing stands against asking again.
  if (['0', '1', '2'].includes(ordStas)) return { kind: 'notSent', reason: 'not revoked' }
  return person('revocation-unclear')
}

const mayConfirm: Readonly<Record<RefundType, readonly string[]>> = {
  ALL: ['7', '8', '11'],
  HI: ['7', '8', '11'],
  CASH: ['7', '9', '10', '11'],
}

/**
 * True when 6301 does not contradict a refund that the center answered with success (RULES 3.7, plain HTTP). What it says beyond
 * this refund is somebody else's doing, and the fold tells that apart. `refStatus`: EXP kept the cash of an ALL.
 */
export const confirmsRefund = (
  ordStas: string,
  { refdType, before, noCash }: Pick<AskedRefund, 'refdType' | 'before' | 'noCash'>,
  refStatus: string,
): boolean => {
  if (refdType === 'CASH' && before === '6') return ['9', '10'].includes(ordStas)
  const isContradicted = refdType === 'ALL' && refStatus === 'SUCC' && ordStas !== '7'
  return mayConfirm[refdType].includes(ordStas) && (!isContradicted || (noCash && ordStas === '8'))
}

/**
 * True when 6301 shows that a refund which the center refused did not happen (RULES 3.7). Cash that went back in parts before leaves
 * the status as it is either way, so 6301 tells nothing of one part more.
 */
export const confirmsRefusal = (ordStas: string, refdType: RefundType, before: string): boolean =>
  ordStas === before && !(refdType === 'CASH' && ['9', '10', '11'].includes(before))
