// Owns how an order comes of its journal entries: their sum, nothing else. Pure; the same entries give the same order.
// What an order is, is order.ts; which state that is called, and what may follow, is order-state.ts.
import { keepReasons } from './attention-reasons.ts'
import { isOpenOutcome, type IntentEntry, type OrderEntry, type OutcomeEntry, type RefundFacts } from './entries.ts'
import { isBillVerb } from './kiosk-bill.ts'
import { cashDueFen, readLegs } from './legs.ts'
import { readCenterFen } from './money.ts'
import {
  openOperation,
  refusedAsNewer,
  refundedCashFen,
  refundedElsewhere,
  statusWentBack,
  type Moment,
  type Order,
  type Upload,
} from './order.ts'

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const emptyOrder = (orgCodg: string, medOrgOrd: string): Order => ({
  orgCodg,
  medOrgOrd,
  operations: [],
  upload: undefined,
  way: undefined,
  uploadedAt: undefined,
  placedAt: undefined,
  payerPaidAt: undefined,
  payAuthNo: undefined,
  ordStas: undefined,
  legs: undefined,
  depositOfferedFen: undefined,
  isDepositTold: false,
  settlement: undefined,
  refunds: [],
  noticedPayOrdId: '',
  notices: [],
  attention: [],
  attentionAt: undefined,
  paidAtMs: undefined,
  reversalFailedAt: undefined,
  booking: undefined,
  awaitsBooking: false,
  resolution: undefined,
  lastSeq: 0,
})

const momentOf = ({ seq, atMs }: Moment): Moment => ({ seq, atMs })

const wayOf = { placement: 'order', bankPlacement: 'bankCard', cashierUrl: 'cashier' } as const

const applyIntent = (order: Order, intent: IntentEntry): Order => {
  const operations = [...order.operations, { intent, outcome: undefined, refusal: undefined }]
  switch (intent.verb) {
    case 'placement':
    case 'bankPlacement':
    case 'cashierUrl': {
      const depositOfferedFen = 'depositFen' in intent.facts ? intent.facts.depositFen : undefined
      // From here on the patient may be charged this way, whatever the answer will be.
      const placed = { way: wayOf[intent.verb], placedAt: momentOf(intent), payAuthNo: undefined, depositOfferedFen }
      return { ...order, operations, ...placed }
    }
    default:
      return { ...order, operations }
  }
}

const tellsDeposit = (output: Readonly<Record<string, unknown>>): boolean =>
  readLegs(output, undefined) !== undefined && readCenterFen(output['deposit']) !== undefined

const withStatus = (order: Order, output: Readonly<Record<string, unknown>>): Order => ({
  ...order,
  ordStas: text(output['ordStas']) || order.ordStas,
  legs: readLegs(output, order.legs) ?? order.legs,
  isDepositTold: order.isDepositTold || tellsDeposit(output),
})

// The reply of 6203 names no ordStas; until 6301 says it, this is what its success means (RULES 5).
const statusAfterRefund = (order: Order, refund: RefundFacts, refStatus: string): string => {
  if (refund.refdType === 'ALL') return refStatus === 'EXP' ? '8' : '7'
  if (refund.refdType === 'HI') return order.ordStas === '9' ? '7' : order.ordStas === '10' ? '11' : '8'
  const everything = order.legs !== undefined && refundedCashFen(order) >= cashDueFen(order.legs)
  const insuranceGone = order.ordStas === '8' || order.ordStas === '11' || order.ordStas === '13'
  if (insuranceGone) return everything ? '7' : '11'
  return everything ? '9' : '10'
}

const partlyRefunded: ReadonlySet<string | undefined> = new Set(['8', '9', '10', '11'])

/** The same for the whole: it is refunded, and the HIS has to be told. */
const refundedWholeElsewhere = 'refunded-whole-elsewhere'

/** The reason that a new status brings which shows a refund of which we know nothing. */
const reasonOfRefund = (before: Order, ordStas: string | undefined): string | undefined => {
  if (ordStas === before.ordStas || openOperation(before)?.intent.verb === 'refund') return undefined
  if (partlyRefunded.has(ordStas)) return refundedElsewhere
  return ordStas === '7' ? refundedWholeElsewhere : undefined
}

const withReason = (order: Order, reason: string | undefined): Order =>
  reason === undefined ? order : { ...order, attention: [...order.attention, reason] }

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
        uploadedAt: momentOf(intent),
        payAuthNo: intent.facts.payAuthNo || undefined,
        ordStas: '0',
      }
    }
    case 'placement': {
      const placed = withStatus(order, output)
      return withReason(placed, reasonOfRefund(order, placed.ordStas))
    }
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

/** Where the center has nothing left to do of its own. */
const atRest: ReadonlySet<string | undefined> = new Set(['6', '7', '8', '9', '10', '11', '12', '15'])

const applyOutcome = (order: Order, entry: OutcomeEntry): Order => {
  const at = order.operations.findIndex((operation) => operation.intent.operationId === entry.operationId)
  const operation = order.operations[at]
  if (operation === undefined) return order
  const refusal = entry.facts.refusal ?? operation.refusal
  const operations = order.operations.with(at, { intent: operation.intent, outcome: entry, refusal })
  // What the HIS says of its bill settles nothing at the center.
  if (isOpenOutcome(entry.outcome) || isBillVerb(entry.verb)) return { ...order, operations }
  const known = keepReasons(order.attention, 'outcome')
  // An outcome that changes no status ends the waiting for a result all the same.
  const attention = atRest.has(order.ordStas) ? keepReasons(known, 'settled') : known
  const after = { ...order, operations, attention }
  if (entry.outcome === 'accepted') return applyAccepted(after, operation.intent, entry.facts.output ?? {})
  return operation.intent.verb in wayOf ? { ...after, way: undefined, placedAt: undefined } : after
}

const settledOrRefunded: ReadonlySet<string | undefined> = new Set(['6', '7', '8', '9', '10', '11'])
const neverAfterSettling: ReadonlySet<string | undefined> = new Set(['0', '1', '2', '3', '4', '5', '12', '15'])
const neverAfterReversal: ReadonlySet<string | undefined> = new Set(['0', '1', '2', '3', '4', '5', '6'])

/** Money that was settled, or given back, does not become unsettled again by what a query says. */
const wentBack = (before: string | undefined, after: string | undefined): boolean => {
  if (settledOrRefunded.has(before)) return neverAfterSettling.has(after) || (before !== '6' && after === '6')
  return (before === '12' || before === '15') && neverAfterReversal.has(after)
}

/** The reason that a status brings which nothing of ours explains. */
const reasonElsewhere = (before: Order, after: Order): string | undefined => {
  if (wentBack(before.ordStas, after.ordStas)) return statusWentBack
  return reasonOfRefund(before, after.ordStas)
}

const applyObservation = (before: Order, output: Readonly<Record<string, unknown>>): Order => {
  const observed = withStatus(before, output)
  const after = withReason(observed, reasonElsewhere(before, observed))
  return readLegs(output, undefined) === undefined ? after : { ...after, settlement: output }
}

const halfDone: ReadonlySet<string | undefined> = new Set(['3', '4', '5'])

/** What follows from the new status whatever entry brought it. */
const applyStatus = (before: Order, after: Order, moment: Moment): Order => {
  if (after.ordStas === before.ordStas) return after
  return {
    ...after,
    paidAtMs: after.ordStas === '6' ? (after.paidAtMs ?? moment.atMs) : after.paidAtMs,
    reversalFailedAt: after.ordStas === '16' ? (after.reversalFailedAt ?? moment) : after.reversalFailedAt,
    payerPaidAt: halfDone.has(after.ordStas) ? (after.payerPaidAt ?? moment) : after.payerPaidAt,
    attention: atRest.has(after.ordStas) ? keepReasons(after.attention, 'settled') : after.attention,
    resolution: after.resolution?.seq === moment.seq ? after.resolution : undefined,
  }
}

const applyEntry = (order: Order, entry: OrderEntry): Order => {
  const moment = momentOf(entry)
  const after = applyStatus(order, applyKind({ ...order, lastSeq: entry.seq }, entry), moment)
  if (after.attention.length > 0 === (after.attentionAt !== undefined)) return after
  return { ...after, attentionAt: after.attention.length > 0 ? moment : undefined }
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
      const { code, digest, output, awaitsBooking = next.awaitsBooking } = entry.facts
      // 6204 alone tells othFeeAmt and deposit of a cashier payment; every other amount waits for 6301.
      const showsLegs = next.legs === undefined && code === '6204'
      const legs = showsLegs ? readLegs(output, undefined) : next.legs
      const isDepositTold = next.isDepositTold || (showsLegs && tellsDeposit(output))
      // 6302 says that the payer has paid (callType 02); 6204 only shows what he is to pay.
      const payerPaidAt = next.payerPaidAt ?? (code === '6302' ? momentOf(entry) : undefined)
      const noticedPayOrdId = text(output['payOrdId'])
      const told = { noticedPayOrdId, legs, isDepositTold, awaitsBooking, payerPaidAt }
      return { ...next, notices: [...next.notices, digest], ...told }
    }
    case 'booking': {
      const { success, remark, mayRefund = false } = entry.facts
      const attention = success ? next.attention.filter((reason) => reason !== 'his-booking-unclear') : next.attention
      return { ...next, booking: { success, remark, mayRefund }, attention, resolution: undefined }
    }
    case 'attention':
      return { ...next, attention: [...next.attention, entry.facts.reason] }
    case 'resolution':
      return { ...next, attention: [], resolution: { ...entry.facts, ...momentOf(entry) } }
    case 'newer':
      return next
  }
}

/**
 * Folds the entries, oldest first; with `untilSeq` the order as it was right after that entry. With an entry of a later version
 * among them, wherever it stands, what the others say is only for reading.
 */
export const foldOrder = (
  orgCodg: string,
  medOrgOrd: string,
  entries: readonly OrderEntry[],
  untilSeq = Number.MAX_SAFE_INTEGER,
): Order => {
  const order = entries.filter((entry) => entry.seq <= untilSeq).reduce(applyEntry, emptyOrder(orgCodg, medOrgOrd))
  const newer = entries.find((entry) => entry.kind === 'newer')
  return newer === undefined ? order : refusedAsNewer(order, momentOf(newer))
}
