// Owns the one next step of an order and when it is due: what the agent does by itself, in normal work and after a crash alike
// (RULES 3.5, 4.6, 4.7, 5, 7.4, 8.2). Pure; taking the step is usecases/following/advance-order.ts.
import { isStopped, type AttentionReason } from './attention-reasons.ts'
import type { RefundType, Rule } from './entries.ts'
import { billOf, billTask, lacksAmountsToBook } from './kiosk-bill.ts'
import { isCashOwed, isInProgress, lacksPlacedAmounts, stateBeneath, stateOf } from './order-state.ts'
import {
  doubtedRefund,
  hasRuleActed,
  isOfNewerVersion,
  openOperation,
  openRebill,
  queuedOperations,
  type Moment,
  type Operation,
  type Order,
} from './order.ts'
import { nextQueryAfter, type Schedule } from '../time/query-schedule.ts'
import { refundableCashFen } from './refund-bounds.ts'
import { nextTimeOfDay } from '../time/shanghai-time.ts'

/** All waits in milliseconds. */
export type StepSettings = {
  readonly schedule: Schedule & {
    /** How often 6301 is asked while nobody knows whether the payer paid by bank card or 收银台, and for how long. */
    readonly slowEveryMs: number
    readonly cashierExpiryMs: number
  }
  readonly processingMs: number
  readonly uploadRepeatAfterMs: number
  /** Time of day in Shanghai, since midnight; undefined: no day end. */
  readonly dayEndMs: number | undefined
  readonly abandonAfterMs: number
  /** How long an order whose amounts nobody knows may wait for its payer before a person is called. */
  readonly stuckAfterMs: number
  readonly cashRefundOn16: 'person' | 'auto'
  /** `auto` is for orders that came to 16 after this entry. */
  readonly cashRefundOn16AfterSeq: number
  readonly onBookingFailed: 'person' | 'refund'
  /** What waits for the center longer than this is dropped. */
  readonly queue: { readonly atMostAgeMs: number }
  /** Waits before each attempt to tell the HIS of a kiosk's bill; empty: no HIS is configured. */
  readonly billRetriesMs: readonly number[]
  /** For so long the HIS may still do what it was asked without an answer. */
  readonly billLateMs: number
}

/** How long something lasts, by clocks that do not jump while the agent runs. */
export type Waited = {
  /** Since the moment itself, the time before a restart included as far as the wall clock tells. */
  readonly elapsedMs: number
  /** Since this run of the agent first saw it: never too long, whatever happened to the wall clock. */
  readonly seenMs: number
}

export type StepContext = {
  readonly nowMs: number
  readonly waited: (moment: Moment) => Waited
  /** The last 6301 for this order in this run: when, and how long ago. */
  readonly lastQuery: { readonly atMs: number; readonly agoMs: number } | undefined
  readonly isRunning: (operationId: string) => boolean
}

export type NextStep =
  /** Nothing moves by itself any more. */
  | { readonly kind: 'rest' }
  /** An operation has no outcome and nobody is sending it: a crash, or a full disk. Local. */
  | { readonly kind: 'recordAbandoned' }
  | { readonly kind: 'resendUpload'; readonly inMs: number; readonly operation: Operation }
  | { readonly kind: 'query'; readonly inMs: number }
  /** The day is over and 6301 was asked once more: a person's turn (RULES 4.6). */
  | { readonly kind: 'endOfDay' }
  | { readonly kind: 'sendQueued'; readonly inMs: number; readonly operation: Operation }
  | { readonly kind: 'refund'; readonly inMs: number; readonly rule: Rule; readonly refdType: RefundType }
  | { readonly kind: 'revoke'; readonly inMs: number }
  /** The order stays where it is for too long: a person's turn, while the agent goes on asking. */
  | { readonly kind: 'callPerson'; readonly inMs: number; readonly reason: AttentionReason }
  | { readonly kind: 'rebill'; readonly inMs: number; readonly operation: Operation }
  /** The HIS is told what became of a kiosk's bill. */
  | { readonly kind: 'bookBill' | 'unlockBill'; readonly inMs: number }

const unsettledStates = new Set(['placing', 'pending', 'cashPending', 'halfDone', 'refunding', 'revoking'])
const rest: NextStep = { kind: 'rest' }

/** The operation whose unknown outcome 6301 can settle. */
export const unknownOperation = (order: Order): Operation | undefined => {
  const open = openOperation(order)
  return open?.outcome?.outcome === 'unknown' ? open : undefined
}

/** The query schedule's start; undefined while it is not known whether the payer paid. */
const scheduleStart = (order: Order): Moment | undefined => {
  const open = openOperation(order)
  if (open !== undefined) return open.intent
  const doubted = doubtedRefund(order)
  if (doubted !== undefined) return doubted.intent
  return order.way === 'order' ? order.placedAt : order.payerPaidAt
}

/** The center has answered, and not clearly: nothing is gained by waiting. */
const isAskedForAtOnce = (order: Order, context: StepContext): boolean => {
  const outcome = openOperation(order)?.outcome
  if (outcome?.facts.isAnswered !== true) return false
  return context.lastQuery === undefined || context.lastQuery.agoMs > context.waited(outcome).elapsedMs
}

const queryInMs = (order: Order, context: StepContext, { schedule }: StepSettings): number | undefined => {
  if (isAskedForAtOnce(order, context)) return 0
  const start = scheduleStart(order)
  const agoMs = context.lastQuery?.agoMs
  if (start !== undefined) {
    const { elapsedMs } = context.waited(start)
    const askedAtMs = agoMs === undefined ? -1 : Math.max(0, elapsedMs - agoMs)
    return Math.max(0, nextQueryAfter(schedule, askedAtMs) - elapsedMs)
  }
  if (order.placedAt === undefined) return undefined
  const { elapsedMs } = context.waited(order.placedAt)
  if (elapsedMs > schedule.cashierExpiryMs) return undefined
  return Math.max(0, schedule.slowEveryMs - (agoMs ?? elapsedMs))
}

const dayMs = 24 * 3_600_000

/** The schedule's next 6301, no later than the day's end; after that one, a person. */
const stepOfQuery = (order: Order, context: StepContext, settings: StepSettings): NextStep => {
  const inMs = queryInMs(order, context, settings)
  if (inMs === undefined) return rest
  const since = scheduleStart(order) ?? order.placedAt
  if (settings.dayEndMs === undefined || since === undefined) return { kind: 'query', inMs }
  const endMs = nextTimeOfDay(since.atMs, settings.dayEndMs)
  if (context.nowMs < endMs) return { kind: 'query', inMs: Math.min(inMs, endMs - context.nowMs) }
  const isAsked = context.lastQuery !== undefined && context.lastQuery.atMs >= endMs
  if (!isAsked) return { kind: 'query', inMs: 0 }
  // Placed lately, it has the next day's end; handled by a person, it stays handled until something new happens.
  const isOfNextDay = endMs - since.atMs < settings.processingMs && context.nowMs < endMs + dayMs
  return isOfNextDay || order.resolution !== undefined ? { kind: 'query', inMs } : { kind: 'endOfDay' }
}

/** The step after an attempt that led nowhere: not before the schedule's short interval is over. */
const retryInMs = ({ lastQuery }: StepContext, { schedule }: StepSettings): number =>
  lastQuery === undefined ? 0 : Math.max(0, schedule.everyMs - lastQuery.agoMs)

/** What nobody pays is taken back (RULES 4.7). A wall clock that jumped while the agent was off must not hurry it. */
const stepOfAbandoning = (order: Order, context: StepContext, settings: StepSettings): NextStep => {
  const since = order.placedAt ?? order.uploadedAt
  if (since === undefined || !isInProgress(order.ordStas)) return rest
  if (hasRuleActed(order, '4.7') || order.attention.includes('revocation-failed')) return rest
  const { elapsedMs, seenMs } = context.waited(since)
  const patienceMs = Math.min(settings.processingMs, settings.abandonAfterMs)
  return {
    kind: 'revoke',
    inMs: Math.max(retryInMs(context, settings), settings.abandonAfterMs - elapsedMs, patienceMs - seenMs),
  }
}

/** A lost answer of 6202 leaves the amounts unknown: nobody at the counter sees what the patient has to pay (RULES 3.5). */
const stepOfStuck = (order: Order, context: StepContext, { stuckAfterMs }: StepSettings): NextStep => {
  if (!lacksPlacedAmounts(order) || order.placedAt === undefined) return rest
  if (order.attention.includes('placed-without-amounts') || order.resolution !== undefined) return rest
  const inMs = Math.max(0, stuckAfterMs - context.waited(order.placedAt).elapsedMs)
  // After a restart 6301 is asked first: it may have moved on meanwhile.
  if (inMs === 0 && context.lastQuery === undefined) return rest
  return { kind: 'callPerson', inMs, reason: 'placed-without-amounts' }
}

/** The refund that a rule wants, once, and none that a person has already looked at (I6). */
export const refundDue = (order: Order, settings: StepSettings): { rule: Rule; refdType: RefundType } | undefined => {
  if (isCashOwed(order)) return { rule: '7.4', refdType: 'CASH' }
  if (order.resolution !== undefined || order.legs === undefined) return undefined
  if (order.attention.includes('refund-unauthorised') || order.attention.includes('automatic-refund-failed')) {
    return undefined
  }
  const cashLeft = refundableCashFen(order, order.legs) > 0
  const failedSeq = order.reversalFailedAt?.seq ?? 0
  const isOfRule = settings.cashRefundOn16 === 'auto' && failedSeq > settings.cashRefundOn16AfterSeq
  if (order.ordStas === '16' && cashLeft && isOfRule && !hasRuleActed(order, '5')) {
    return { rule: '5', refdType: 'CASH' }
  }
  const { booking } = order
  const mayRefund = settings.onBookingFailed === 'refund' && booking?.success === false && booking.mayRefund === true
  if (order.ordStas === '6' && mayRefund && !hasRuleActed(order, '8.2')) return { rule: '8.2', refdType: 'ALL' }
  return undefined
}

/** 6202 may settle at once and names no numbers (hiDocSn, traceTime...); only 6301 does. */
const stepOfNumbers = (order: Order, context: StepContext, settings: StepSettings): NextStep => {
  if (order.settlement !== undefined || order.ordStas !== '6' || order.placedAt === undefined) return rest
  const { elapsedMs } = context.waited(order.placedAt)
  const isAsked = context.lastQuery !== undefined && context.lastQuery.agoMs < elapsedMs
  if ((order.legs === undefined && order.booking === undefined) || lacksAmountsToBook(order)) {
    // The patient stands before the kiosk, or nobody knows what to book: asked for at once, then as a result is, until they are
    // there (RULES 4.8, 8.3).
    return isAsked ? stepOfQuery(order, context, settings) : { kind: 'query', inMs: 0 }
  }
  // An agent that was not there in time asks once all the same.
  if (elapsedMs >= settings.schedule.untilMs) return isAsked ? rest : { kind: 'query', inMs: 0 }
  const inMs = queryInMs(order, context, settings)
  return inMs === undefined ? rest : { kind: 'query', inMs }
}

/** What the HIS does not know yet, in bounded attempts; then it is a person's turn. */
const stepOfBill = (order: Order, context: StepContext, { billRetriesMs, billLateMs }: StepSettings): NextStep => {
  const task = billTask(order)
  if (task === undefined || task.attempts.some(({ intent }) => context.isRunning(intent.operationId))) return rest
  const waitMs = billRetriesMs[task.attempts.length]
  const last = task.attempts.at(-1)
  if (waitMs === undefined || last?.outcome?.outcome === 'declined') return rest
  const agoMs = last === undefined ? waitMs : context.waited(last.intent).elapsedMs
  const lock = task.kind === 'unlockBill' ? billOf(order)?.unclearLock : undefined
  // A lock that is done after the unlock would stay.
  const lateMs = lock === undefined ? 0 : billLateMs - context.waited(lock).seenMs
  return { kind: task.kind, inMs: Math.max(0, waitMs - agoMs, lateMs) }
}

const earlier = (one: NextStep, other: NextStep): NextStep => {
  if (!('inMs' in one)) return one.kind === 'rest' ? other : one
  return 'inMs' in other && other.inMs < one.inMs ? other : one
}

/** The one next step. The same order, times and settings give the same step. */
export const nextStepOf = (order: Order, context: StepContext, settings: StepSettings): NextStep => {
  if (isOfNewerVersion(order)) return rest
  const open = openOperation(order)
  const isRunning = open !== undefined && context.isRunning(open.intent.operationId)
  if (open !== undefined && open.outcome === undefined && !isRunning) {
    // The row that ended it may be the one that cannot be read.
    return order.attention.includes('journal-unreadable') ? rest : { kind: 'recordAbandoned' }
  }
  const isStill = isStopped(order.attention)
  if (open?.intent.verb === 'upload') {
    if (isRunning || isStill || open.outcome === undefined) return rest
    const inMs = Math.max(0, settings.uploadRepeatAfterMs - context.waited(open.outcome).seenMs)
    return { kind: 'resendUpload', inMs, operation: open }
  }
  const inMs = retryInMs(context, settings)
  if (open === undefined) {
    const [operation] = queuedOperations(order)
    if (operation !== undefined) {
      // A center that does not know the order is not asked again by itself; what waits too long is dropped all the same.
      const isUnknownThere = isStill || order.resolution?.reasons.includes('not-found') === true
      const leftMs = settings.queue.atMostAgeMs - context.waited(operation.intent).elapsedMs + 1
      return { kind: 'sendQueued', inMs: isUnknownThere ? Math.max(0, leftMs) : inMs, operation }
    }
  }
  // Before the rebill that waits for it.
  const refund = open === undefined && !isStill ? refundDue(order, settings) : undefined
  if (refund !== undefined) return { kind: 'refund', inMs, ...refund }
  const rebill = openRebill(order)
  if (rebill !== undefined && open === undefined && !context.isRunning(rebill.intent.operationId)) {
    return { kind: 'rebill', inMs, operation: rebill }
  }
  const bill = isStill || open !== undefined ? rest : stepOfBill(order, context, settings)
  if (bill.kind !== 'rest') return bill
  if (isStill || order.upload === undefined) return rest
  const numbers = open === undefined ? stepOfNumbers(order, context, settings) : rest
  if (numbers.kind !== 'rest') return numbers
  const isUnsettled = unsettledStates.has(stateOf(order)) || unknownOperation(order) !== undefined
  const query = isUnsettled ? stepOfQuery(order, context, settings) : rest
  const unpaid = ['uploaded', 'pending', 'cashPending'].includes(stateBeneath(order))
  if (open !== undefined || !unpaid) return query
  return earlier(stepOfStuck(order, context, settings), earlier(query, stepOfAbandoning(order, context, settings)))
}
