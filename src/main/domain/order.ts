// Owns what an order is: the sum of its journal entries, nothing else. Pure; the same entries give the same order.
// Which state that is called, and what may follow, is order-state.ts.
import { cashDueFen, readLegs, type Legs } from './legs.ts'
import {
  isOpenOutcome,
  type CenterRefusal,
  type IntentEntry,
  type OrderEntry,
  type OutcomeEntry,
  type RefundFacts,
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

export type Order = {
  readonly orgCodg: string
  readonly medOrgOrd: string
  readonly operations: readonly Operation[]
  /** The accepted upload that counts now; undefined before it and after a revocation. */
  readonly upload: Upload | undefined
  readonly way: Way | undefined
  /** When a way was taken, milliseconds since the epoch: the query schedule starts here (RULES 4.6). */
  readonly placedAtMs: number | undefined
  /** Waiting to be used by one placement; single-use (RULES 4.3). */
  readonly payAuthNo: string | undefined
  readonly ordStas: string | undefined
  readonly legs: Legs | undefined
  /** The last answer of 6301 with amounts: hiDocSn, hiRgstSn, traceTime... */
  readonly settlement: Readonly<Record<string, unknown>> | undefined
  /** Accepted refunds, in order. */
  readonly refunds: readonly RefundFacts[]
  /** Digests of the center's notices, so that the same one is not written again. */
  readonly notices: readonly string[]
  /** Reasons why only a person can tell. */
  readonly attention: readonly string[]
  /** When the order was first seen settled (ordStas 6), milliseconds since the epoch. */
  readonly paidAtMs: number | undefined
  /** What the HIS said last about its own booking. */
  readonly booking: { readonly success: boolean; readonly remark: string } | undefined
  readonly lastSeq: number
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const emptyOrder = (orgCodg: string, medOrgOrd: string): Order => ({
  orgCodg,
  medOrgOrd,
  operations: [],
  upload: undefined,
  way: undefined,
  placedAtMs: undefined,
  payAuthNo: undefined,
  ordStas: undefined,
  legs: undefined,
  settlement: undefined,
  refunds: [],
  notices: [],
  attention: [],
  paidAtMs: undefined,
  booking: undefined,
  lastSeq: 0,
})

const wayOf = { placement: 'order', bankPlacement: 'bankCard', cashierUrl: 'cashier' } as const

const applyIntent = (order: Order, intent: IntentEntry): Order => {
  const operations = [...order.operations, { intent, outcome: undefined, refusal: undefined }]
  switch (intent.verb) {
    case 'placement':
    case 'bankPlacement':
    case 'cashierUrl':
      // From here on the patient may be charged this way, whatever the answer will be.
      return { ...order, operations, way: wayOf[intent.verb], placedAtMs: intent.atMs, payAuthNo: undefined }
    default:
      return { ...order, operations }
  }
}

const withStatus = (order: Order, output: Readonly<Record<string, unknown>>): Order => ({
  ...order,
  ordStas: text(output['ordStas']) || order.ordStas,
  legs: readLegs(output, order.legs) ?? order.legs,
})

/** Cash given back so far by accepted refunds, in fen. */
export const refundedCashFen = (order: Order): number =>
  order.refunds.reduce((sum, refund) => sum + refund.cashRefdFen, 0)

// The reply of 6203 names no ordStas; until 6301 says it, this is what its success means (RULES 5).
const statusAfterRefund = (order: Order, refund: RefundFacts, refStatus: string): string => {
  if (refund.refdType === 'ALL') return refStatus === 'EXP' ? '8' : '7'
  if (refund.refdType === 'HI') return order.ordStas === '9' ? '7' : order.ordStas === '10' ? '11' : '8'
  const everything = order.legs !== undefined && refundedCashFen(order) >= cashDueFen(order.legs)
  const insuranceGone = order.ordStas === '8' || order.ordStas === '11'
  if (insuranceGone) return everything ? '7' : '11'
  return everything ? '9' : '10'
}

const applyAccepted = (order: Order, intent: IntentEntry, output: Readonly<Record<string, unknown>>): Order => {
  switch (intent.verb) {
    case 'upload': {
      const upload: Upload = {
        ...intent.facts,
        payOrdId: text(output['payOrdId']),
        payToken: text(output['payToken']),
        cashierUrl: text(output['cashierUrl']),
      }
      const fresh = emptyOrder(order.orgCodg, order.medOrgOrd)
      return {
        ...fresh,
        operations: order.operations,
        lastSeq: order.lastSeq,
        upload,
        payAuthNo: intent.facts.payAuthNo || undefined,
        ordStas: '0',
      }
    }
    case 'placement':
      return withStatus(order, output)
    case 'refund': {
      const refStatus = text(output['refStatus'])
      const cashMoved = refStatus === 'EXP' ? 0 : intent.facts.cashRefdFen
      const after = { ...order, refunds: [...order.refunds, { ...intent.facts, cashRefdFen: cashMoved }] }
      return { ...after, ordStas: text(output['ordStas']) || statusAfterRefund(after, intent.facts, refStatus) }
    }
    case 'revocation':
      return { ...order, ordStas: '12' }
    default:
      return order
  }
}

const applyOutcome = (order: Order, entry: OutcomeEntry): Order => {
  const at = order.operations.findIndex((operation) => operation.intent.operationId === entry.operationId)
  const operation = order.operations[at]
  if (operation === undefined) return order
  const refusal = entry.facts.refusal ?? operation.refusal
  const operations = order.operations.with(at, { intent: operation.intent, outcome: entry, refusal })
  const after = { ...order, operations }
  if (entry.outcome === 'accepted') return applyAccepted(after, operation.intent, entry.facts.output ?? {})
  const leavesWay = entry.outcome === 'declined' || entry.outcome === 'notSent'
  return leavesWay && operation.intent.verb in wayOf ? { ...after, way: undefined, placedAtMs: undefined } : after
}

const partlyRefunded: ReadonlySet<string | undefined> = new Set(['8', '9', '10', '11'])

/** The attention of an order of which somebody else gave money back, in the center's portal (RULES 5). */
export const refundedElsewhere = 'refunded-elsewhere'

const isRefundedElsewhere = (before: Order, after: Order): boolean =>
  partlyRefunded.has(after.ordStas) &&
  after.ordStas !== before.ordStas &&
  !before.operations.some(({ intent, outcome }) => intent.verb === 'refund' && isOpenOutcome(outcome?.outcome))

const applyObservation = (before: Order, output: Readonly<Record<string, unknown>>): Order => {
  const observed = withStatus(before, output)
  const elsewhere = isRefundedElsewhere(before, observed)
  const after = elsewhere ? { ...observed, attention: [...observed.attention, refundedElsewhere] } : observed
  return readLegs(output, undefined) === undefined ? after : { ...after, settlement: output }
}

const applyEntry = (order: Order, entry: OrderEntry): Order => {
  const after = applyKind({ ...order, lastSeq: entry.seq }, entry)
  return after.ordStas === '6' && after.paidAtMs === undefined ? { ...after, paidAtMs: entry.atMs } : after
}

const applyKind = (next: Order, entry: OrderEntry): Order => {
  switch (entry.kind) {
    case 'intent':
      return applyIntent(next, entry)
    case 'outcome':
      return applyOutcome(next, entry)
    case 'observation':
      return applyObservation(next, entry.facts.output)
    case 'authorization':
      return { ...next, payAuthNo: entry.facts.payAuthNo }
    case 'notification': {
      const { code, digest, output } = entry.facts
      // 6204 alone tells othFeeAmt and deposit of a cashier payment; every other amount waits for 6301.
      const legs = next.legs ?? (code === '6204' ? readLegs(output, undefined) : undefined)
      return { ...next, notices: [...next.notices, digest], legs }
    }
    case 'booking': {
      const { success, remark } = entry.facts
      return { ...next, booking: { success, remark } }
    }
    case 'attention':
      return { ...next, attention: [...next.attention, entry.facts.reason] }
  }
}

/** Folds the entries, oldest first; with `untilSeq` the order as it was right after that entry. */
export const foldOrder = (
  orgCodg: string,
  medOrgOrd: string,
  entries: readonly OrderEntry[],
  untilSeq = Number.MAX_SAFE_INTEGER,
): Order => entries.filter((entry) => entry.seq <= untilSeq).reduce(applyEntry, emptyOrder(orgCodg, medOrgOrd))

/** The operation that is running or unknown, if any: the newest, since one at a time is allowed per order. */
export const openOperation = (order: Order): Operation | undefined =>
  order.operations.findLast(({ outcome }) => isOpenOutcome(outcome?.outcome))
