// Owns what an order is, and which of its operations are under way: on the wire, waiting for the center, or made of others.
// How it comes of its journal entries is fold-order.ts; which state that is called is order-state.ts.
import { stripped } from '../../../contract/check/one-form.ts'
import { compareStatus, type Insurance } from './center-status.ts'
import { cashDueFen, type Legs } from '../money/legs.ts'
import {
  isOpenOutcome,
  type CenterRefusal,
  type IntentEntry,
  type OrderEntry,
  type OrderVerb,
  type OutcomeEntry,
  type RefundFacts,
  type ResolutionEntry,
  type Rule,
  type UploadFacts,
} from './entries.ts'

/** One of three ways from upload to paid (RULES 4.1). */
export type Way = 'order' | 'bankCard' | 'cashier'

export type Operation = {
  readonly intent: IntentEntry
  /** The last outcome; undefined while running or when a crash left none. */
  readonly outcome: OutcomeEntry | undefined
  /** A refusal that could not be believed at once (RULES 3.2), for the text of "not placed". */
  readonly refusal: CenterRefusal | undefined
}

export type Upload = UploadFacts & {
  readonly payOrdId: string
  readonly payToken: string
  readonly cashierUrl: string
}

/** An entry's place and time. The time is the wall clock's, which may jump; `seq` is what waits are counted from. */
export type Moment = { readonly seq: number; readonly atMs: number }

export type Order = {
  readonly orgCodg: string
  readonly medOrgOrd: string
  readonly operations: readonly Operation[]
  /** The accepted upload that counts now; undefined before it and after a revocation. */
  readonly upload: Upload | undefined
  readonly way: Way | undefined
  /** When the accepted upload was asked for: what is open too long after it is abandoned (RULES 4.7). */
  readonly uploadedAt: Moment | undefined
  /** When a way was taken: the query schedule starts here (RULES 4.6). */
  readonly placedAt: Moment | undefined
  /** When the payer was first known to have paid by bank card or 收银台; the schedule of these ways starts here. */
  readonly payerPaidAt: Moment | undefined
  /** Waiting to be used by one placement; single-use (RULES 4.3). */
  readonly payAuthNo: string | undefined
  /** Every payAuthNo that came for this number, those for fees of before a new upload included (RULES 2.4). */
  readonly authorizations: readonly { readonly payAuthNo: string; readonly seq: number }[]
  /** The status that is believed: no answer and no query moves it back (RULES 4.2). */
  readonly ordStas: string | undefined
  /** The same, but for 14 and codes that nobody knows: what comes after those is compared with it. */
  readonly firmStas: string | undefined
  /** What 6301 said last, believed or not; undefined since our own request changed the status. */
  readonly told: Readonly<Record<string, unknown>> | undefined
  /** What became of the insurance part: a fact of its own, not read off 9 or 10 (RULES 5). */
  readonly insurance: Insurance
  /** Of the settlement; what is told after money went back may be what is left, and changes nothing. */
  readonly legs: Legs | undefined
  /** The deposit that was given with the way to pay, in fen; undefined where the journal does not know. */
  readonly depositOfferedFen: number | undefined
  /** The center said what it took of the deposit. */
  readonly isDepositTold: boolean
  /** The last answer of 6301 with amounts: hiDocSn, hiRgstSn, traceTime... */
  readonly settlement: Readonly<Record<string, unknown>> | undefined
  /** The first answer of 6301 that dates the settlement, and when that was, milliseconds since the epoch. */
  readonly dated: { readonly output: Readonly<Record<string, unknown>>; readonly atMs: number } | undefined
  /** When the agent first knew of the settlement, milliseconds since the epoch. */
  readonly settledMs: number | undefined
  /** Money went back that no refund of ours explains: how much, nobody here knows. */
  readonly movedElsewhere: boolean
  /** Accepted refunds, in order. */
  readonly refunds: readonly RefundFacts[]
  /** The number that a notice brought for an upload whose own answer never came (RULES 3.5). */
  readonly noticedPayOrdId: string
  /** Digests of the center's notices, so that the same one is not written again. */
  readonly notices: readonly string[]
  /** Reasons why only a person can tell, and since when there is any. */
  readonly attention: readonly string[]
  readonly attentionAt: Moment | undefined
  /** When the order was first seen settled (ordStas 6), milliseconds since the epoch. */
  readonly paidAtMs: number | undefined
  /** When ordStas 16 was first recorded. */
  readonly reversalFailedAt: Moment | undefined
  /** What the HIS said last about its own booking. */
  readonly booking: Booking | undefined
  /** The center waits for the HIS to book before it settles (RULES 6.2). */
  readonly awaitsBooking: boolean
  /** A person dealt with it as it is now; another status or another booking needs him again. */
  readonly resolution: (ResolutionEntry['facts'] & Moment) | undefined
  readonly lastSeq: number
}

export type Booking = { readonly success: boolean; readonly remark: string; readonly mayRefund?: boolean }

/** Cash given back so far by accepted refunds, in fen. */
export const refundedCashFen = (order: Order): number =>
  order.refunds.reduce((sum, refund) => sum + refund.cashRefdFen, 0)

/** The attention of an order with an entry of a later version. It is of the fold, never written, and no decision ends it. */
const newerVersion = 'newer-version'

/** The order as a whole is refused: nothing may be begun on it, and nothing written to it (RULES 2.6). */
export const isOfNewerVersion = ({ attention }: Order): boolean => attention.includes(newerVersion)

/** The same order, known to hold an entry of a later version. */
export const refusedAsNewer = (order: Order, since: Moment): Order => ({
  ...order,
  attention: [newerVersion],
  attentionAt: since,
})

/** True for an authorization that came for fees that were revoked and uploaded anew since (RULES 2.4). */
export const isAuthorizationOfBefore = ({ authorizations, uploadedAt }: Order, payAuthNo: unknown): boolean =>
  authorizations.some(
    (authorization) => authorization.payAuthNo === payAuthNo && authorization.seq < (uploadedAt?.seq ?? 0),
  )

/** When the order's first entry was written, milliseconds since the epoch. */
export const beganMs = ({ operations }: Order): number => operations[0]?.intent.atMs ?? 0

/** Nothing of the order is to be paid in cash. */
export const hasNoCash = ({ legs }: Order): boolean => legs !== undefined && cashDueFen(legs) === 0

const textOf = (value: unknown): string => (typeof value === 'string' ? stripped(value) : '')

/** The status that an answer of the center tells; "" when it tells none. */
export const statusIn = (output: Readonly<Record<string, unknown>>): string => textOf(output['ordStas'])

/** What 6203 said of a refund (SUCC, FAIL, EXP); "" when it said nothing. */
export const refundStatusIn = (output: Readonly<Record<string, unknown>> | undefined): string =>
  textOf(output?.['refStatus'])

/**
 * What the answer to a refund comes to. EXP says that the cash did not go back: of a refund of cash alone that is a refusal, of any
 * other the insurance part is done (RULES 7.4).
 */
export const judgeRefund = (
  output: Readonly<Record<string, unknown>>,
  isCashAlone: boolean,
): 'done' | 'refused' | 'odd' => {
  switch (refundStatusIn(output)) {
    case 'SUCC':
      return 'done'
    case 'EXP':
      return isCashAlone ? 'refused' : 'done'
    case 'FAIL':
      return 'refused'
    default:
      return 'odd'
  }
}

/** What 6301 said last takes away what is known to be settled, given back or reversed. */
export const isContradicted = (order: Order): boolean =>
  order.told !== undefined && compareStatus(order.firmStas, statusIn(order.told), hasNoCash(order)) === 'back'

/**
 * The whole refund that 6203 answered with SUCC while 6301 goes on saying that the cash stayed: it is asked on, then a person's
 * (RULES 3.5). A person's own word is not doubted.
 */
export const doubtedRefund = (order: Order): Operation | undefined => {
  if (!isContradicted(order) || !['8', '11'].includes(statusIn(order.told ?? {}))) return undefined
  const last = order.operations.findLast(
    ({ intent, outcome }) => intent.verb === 'refund' && outcome?.outcome === 'accepted',
  )
  const isWhole = last?.intent.verb === 'refund' && last.intent.facts.refdType === 'ALL'
  return isWhole && last.outcome?.facts.decidedBy === undefined ? last : undefined
}

/** The attention of an order of which somebody else gave a part back, in the center's portal (RULES 5). */
export const refundedElsewhere = 'refunded-elsewhere'
/** The same for the whole: it is refunded, and the HIS has to be told. */
export const refundedWholeElsewhere = 'refunded-whole-elsewhere'
/** The attention of an order whose refund was done after all, once its caller had been told that it was not (RULES 3.5). */
export const refundedLate = 'refunded-late'
/** The attention of an order with a refund of which 6301 saw nothing and that nothing has decided since (RULES 2.3). */
export const refundUndecided = 'refund-undecided'
/** The attention of an order whose status contradicts what was settled before. */
export const statusWentBack = 'status-went-back'
/** Verbs whose request can be on its way to the center; a query changes nothing, a rebill is made of others. */
const exchanges: ReadonlySet<OrderVerb | 'decode'> = new Set([
  'upload',
  'placement',
  'bankPlacement',
  'cashierUrl',
  'refund',
  'revocation',
])

/** The operation that is running or unknown, if any: one at a time is allowed per order. */
export const openOperation = (order: Order): Operation | undefined =>
  order.operations.findLast(
    ({ intent, outcome }) => exchanges.has(intent.verb) && (outcome === undefined || outcome.outcome === 'unknown'),
  )

/** What waits for the center, oldest first: nothing of it is on its way. */
export const queuedOperations = (order: Order): readonly Operation[] =>
  order.operations.filter(({ outcome }) => outcome?.outcome === 'queued')

/** The 全退重收 that is not done yet. */
export const openRebill = (order: Order): Operation | undefined =>
  order.operations.findLast(({ intent, outcome }) => intent.verb === 'rebill' && isOpenOutcome(outcome?.outcome))

/** True once a rule has asked for this, whatever became of it: what a rule does, it does once (I6). */
export const hasRuleActed = (order: Order, rule: Rule): boolean =>
  order.operations.some(
    ({ intent }) =>
      (intent.verb === 'refund' || intent.verb === 'revocation') &&
      intent.facts.rule === rule &&
      intent.seq > (order.uploadedAt?.seq ?? 0),
  )

/**
 * A refund of which 6301 saw nothing although it was sent: the center may know its number all the same, so the number stands for this
 * refund alone, and no other refund begins before it is decided (RULES 2.3).
 */
export const isUnseenRefund = ({ intent, outcome }: Operation): boolean =>
  intent.verb === 'refund' && outcome?.outcome === 'notSent' && outcome.facts.settledByQuery === true

/**
 * The refunds of which 6301 saw nothing and that nothing has decided since, the last of each number (RULES 2.3). Only what is written
 * under the number itself decides, a person's word on it included: what else was handled of the order says nothing of its refund.
 */
export const undecidedRefunds = ({ operations, uploadedAt }: Order): readonly Operation[] => {
  const unseen = operations.filter(
    (operation) => isUnseenRefund(operation) && operation.intent.seq > (uploadedAt?.seq ?? 0),
  )
  const byNumber = new Map(unseen.map((operation) => [operation.intent.key, operation]))
  return [...byNumber.values()].filter(({ intent }) => {
    const last = operations.findLast((other) => other.intent.key === intent.key)?.outcome?.outcome
    return last !== 'accepted' && last !== 'declined'
  })
}

/** True when an operation had been sent, and 6301 could only say that it had seen nothing of it by then. */
export const wasSentBefore = (entries: readonly OrderEntry[], operationId: string): boolean =>
  entries.some(
    (entry) => entry.kind === 'outcome' && entry.operationId === operationId && entry.facts.settledByQuery === true,
  )
