// Owns what settles an unknown outcome: the table of RULES 3.5, and how late "nothing happened" may be believed.
// Asking 6301 and writing the verdict is usecases/following/advance-order.ts.
import { showsMoreCash } from './center-status.ts'
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
  /** What 6203 itself answered where 6301 had not confirmed it: FAIL is any verified refusal; "" where nothing verified came. */
  readonly said: 'SUCC' | 'EXP' | 'FAIL' | ''
  /** Nothing of the order was paid in cash. */
  readonly noCash: boolean
}

/** Some cash had gone back before: 6301, which names no refund, tells nothing of one part more. */
const isUnseen = (refdType: RefundType, before: string): boolean =>
  refdType === 'CASH' && ['9', '10', '11'].includes(before)

/**
 * An unknown 6203. `isIdempotent`: this center moves nothing for an appRefdSn it
 * knows, so that a cash refund nobody can tell about may be repeated under its number.
 */
export const settleRefund = (
  { ordStas, late }: Evidence,
  { refdType, before, leadsTo, said, noCash }: AskedRefund,
  isIdempotent = false,
): Verdict => {
  const isBlind = isUnseen(refdType, before)
  // What was refused did not lead there: somebody else did, or the refusal was of a number that the center had done already.
  if (said === 'FAIL' && !isBlind) return ordStas === before ? declined('refused') : person('unexpected-status')
  if (leadsTo.has(ordStas) && !isBlind) {
    // On its way to 7, unless the center said that the cash stays. Success and the cash stayed: one of the two is wrong, and nobody
    // pays it out by rule.
    if (refdType !== 'ALL' || ordStas !== '8' || noCash || said === 'EXP') return accepted
    if (!late) return wait
    return said === 'SUCC' ? person('cash-refund-unclear') : accepted
  }
  if (ordStas !== before && !isBlind) return person('unexpected-status')
  if (!late) return wait
  if (refdType !== 'CASH') return { kind: 'notSent', reason: 'not refunded' }
  // Whoever repeats what was answered gets that answer again.
  return isIdempotent && said === '' ? { kind: 'notSent', reason: 'not seen' } : person('cash-refund-unclear')
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
  if (isUnseen(refdType, before) && !showsMoreCash(before, ordStas)) return false
  if (refdType === 'CASH' && before === '6') return ['9', '10'].includes(ordStas)
  const isContradicted = refdType === 'ALL' && refStatus === 'SUCC' && ordStas !== '7'
  return mayConfirm[refdType].includes(ordStas) && (!isContradicted || (noCash && ordStas === '8'))
}

/** True when 6301 shows that a refund which the center refused did not happen (RULES 3.7). */
export const confirmsRefusal = (ordStas: string, refdType: RefundType, before: string): boolean =>
  ordStas === before && !isUnseen(refdType, before)
