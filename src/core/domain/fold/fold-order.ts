// Owns how an order comes of its journal entries: their sum, nothing else. Pure; the same entries give the same order.
// What an order is, is order.ts; which state that is called, and what may follow, is order-state.ts.
import { keepReasons } from '../order/attention-reasons.ts'
import { isOpenOutcome, type IntentEntry, type OrderEntry, type OutcomeEntry } from '../order/entries.ts'
import { isBillVerb } from '../order/kiosk-bill.ts'
import { holdsMoney } from '../order/center-status.ts'
import { earlierUpload, earlierUploadOpen, uploadBy } from '../order/uploads.ts'
import { applyObservation, withDate } from './fold-query.ts'
import { applyRefund, legsOfPlacement, withoutRefund } from './fold-refund.ts'
import { readLegs, tellsDeposit } from '../money/legs.ts'
import { textIn, withAnswer, withExplanation, withReason, type Output } from './move-order.ts'
import { refusedAsNewer, statusIn, statusWentBack, type Moment, type Operation, type Order } from '../order/order.ts'

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
  authorizations: [],
  ordStas: undefined,
  firmStas: undefined,
  told: undefined,
  insurance: 'none',
  legs: undefined,
  depositOfferedFen: undefined,
  isDepositTold: false,
  settlement: undefined,
  dated: undefined,
  settledMs: undefined,
  movedElsewhere: false,
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

const withAuthorization = (order: Order, payAuthNo: string | undefined, seq: number): Order =>
  payAuthNo ? { ...order, authorizations: [...order.authorizations, { payAuthNo, seq }] } : order

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
      return { ...withAuthorization(order, intent.facts.payAuthNo, intent.seq), operations, ...placed }
    }
    default:
      return { ...order, operations }
  }
}

/** Said of fees that new ones have replaced since, it means that the center still holds those (RULES 6.6). */
const ofBefore: ReadonlySet<string> = new Set([statusWentBack, earlierUploadOpen])

const applyAccepted = (order: Order, operation: Operation, output: Output): Order => {
  const { intent } = operation
  switch (intent.verb) {
    case 'upload': {
      const fresh = emptyOrder(order.orgCodg, order.medOrgOrd)
      return {
        ...fresh,
        operations: order.operations,
        lastSeq: order.lastSeq,
        upload: uploadBy(intent.facts, output),
        uploadedAt: momentOf(intent),
        payAuthNo: intent.facts.payAuthNo || undefined,
        authorizations: withAuthorization(order, intent.facts.payAuthNo, intent.seq).authorizations,
        ordStas: '0',
        firmStas: '0',
        // What was found of the fees of before stays to be looked at.
        attention: order.attention.some((reason) => ofBefore.has(reason)) ? [earlierUploadOpen] : [],
      }
    }
    case 'placement': {
      const legs = legsOfPlacement(order, output)
      const isDepositTold = order.isDepositTold || tellsDeposit(output)
      return withExplanation(order, { ...withAnswer(order, statusIn(output)), legs, isDepositTold }, [])
    }
    case 'refund':
      return applyRefund(order, operation, intent.facts, output)
    case 'revocation':
      return withAnswer(order, '12')
    default:
      return order
  }
}

/** True for an answer that belongs to an upload before the one that counts now. */
const isOfEarlierUpload = ({ uploadedAt }: Order, { intent }: Operation): boolean =>
  intent.verb !== 'upload' && intent.seq < (uploadedAt?.seq ?? 0)

/** The way is free again, unless 6301 has seen the order go on on it. */
const withoutWay = (order: Order, { intent }: Operation): Order => {
  if (!(intent.verb in wayOf)) return order
  // Up to 2 a bank card order has no address that anybody could pay at.
  const unmoved = intent.verb === 'bankPlacement' ? ['0', '1', '2'] : ['0', '1']
  const isFree = order.ordStas === undefined || [...unmoved, '12', '15'].includes(order.ordStas)
  return isFree ? { ...order, way: undefined, placedAt: undefined } : order
}

/** Where the center has nothing left to do of its own. */
const atRest: ReadonlySet<string | undefined> = new Set(['6', '7', '8', '9', '10', '11', '12', '15'])

const applyOutcome = (order: Order, entry: OutcomeEntry): Order => {
  const at = order.operations.findIndex((operation) => operation.intent.operationId === entry.operationId)
  const begun = order.operations[at]
  if (begun === undefined) return order
  const operation = { intent: begun.intent, outcome: entry, refusal: entry.facts.refusal ?? begun.refusal }
  const operations = order.operations.with(at, operation)
  // What the HIS says of its bill settles nothing at the center.
  if (isOpenOutcome(entry.outcome) || isBillVerb(entry.verb)) return { ...order, operations }
  const reasons = keepReasons(order.attention, 'outcome')
  // An outcome that changes no status ends the waiting for a result all the same.
  const attention = atRest.has(order.ordStas) ? keepReasons(reasons, 'settled') : reasons
  const after = { ...order, operations, attention }
  if (isOfEarlierUpload(order, operation)) {
    const isPaid = entry.verb === 'placement' && holdsMoney(statusIn(entry.facts.output ?? {}))
    return withReason(after, isPaid ? earlierUploadOpen : undefined)
  }
  if (entry.outcome === 'accepted') return applyAccepted(after, operation, entry.facts.output ?? {})
  return withoutRefund(withoutWay(after, operation), operation)
}

const halfDone: ReadonlySet<string | undefined> = new Set(['3', '4', '5'])

/** What follows from the new status whatever entry brought it. */
const applyStatus = (before: Order, after: Order, moment: Moment): Order => {
  if (after.ordStas === before.ordStas && after.insurance === before.insurance) {
    if (after.resolution === undefined || JSON.stringify(after.legs) === JSON.stringify(before.legs)) return after
    return { ...after, resolution: undefined }
  }
  const isSettled = after.insurance === 'settled' || after.insurance === 'returned'
  return {
    ...after,
    settledMs: after.settledMs ?? (isSettled ? moment.atMs : undefined),
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
      return withDate(applyObservation(next, entry.facts.output), entry.atMs)
    case 'authorization':
      return { ...withAuthorization(next, entry.facts.payAuthNo, entry.seq), payAuthNo: entry.facts.payAuthNo }
    case 'notification': {
      const { code, digest, output, awaitsBooking = next.awaitsBooking } = entry.facts
      const notices = [...next.notices, digest]
      if (earlierUpload(next, output['payOrdId']) !== undefined) return { ...next, notices }
      // 6204 alone tells othFeeAmt and deposit of a cashier payment; every other amount waits for 6301, and amounts of 6202 count more.
      const isToldElsewhere = next.settlement !== undefined || (next.legs !== undefined && next.way === 'order')
      const showsLegs = code === '6204' && !isToldElsewhere
      const legs = (showsLegs ? readLegs(output, undefined) : undefined) ?? next.legs
      const isDepositTold = next.isDepositTold || (showsLegs && tellsDeposit(output))
      // 6302 says that the payer has paid (callType 02); 6204 only shows what he is to pay.
      const payerPaidAt = next.payerPaidAt ?? (code === '6302' ? momentOf(entry) : undefined)
      const noticedPayOrdId = textIn(output['payOrdId'])
      const facts = { noticedPayOrdId, legs, isDepositTold, awaitsBooking, payerPaidAt }
      return { ...next, notices, ...facts }
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
