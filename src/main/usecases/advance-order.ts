// Owns the one next step of an order that still moves: ask 6301 when it is due, settle what was unknown (RULES 3.5, 4.6).
// Normal work and recovery after a crash both end here. It never sends anything that moves money.
import type { IntentEntry } from '../domain/entries.ts'
import { openOperation, type Operation, type Order } from '../domain/order.ts'
import { stateOf } from '../domain/order-state.ts'
import { nextQueryAfter } from '../domain/query-schedule.ts'
import {
  settleBankPlacement,
  settlePlacement,
  settleRefund,
  settleRevocation,
  type Evidence,
  type Verdict,
} from '../domain/settle.ts'
import { callPerson } from './call-person.ts'
import type { Dependencies } from './dependencies.ts'
import { recordOutcome } from './perform-operation.ts'
import type { OrderKey } from './ports.ts'
import { observeOrder, type QueryAnswer } from './query-order.ts'
import { findOrder } from './read-order.ts'
import { resumeUpload } from './upload-fees.ts'

const unsettledStates = new Set(['placing', 'pending', 'cashPending', 'halfDone', 'refunding', 'revoking'])

/** The operation whose unknown outcome 6301 can settle; an upload cannot be asked about before it is known. */
const unknownOperation = (order: Order): Operation | undefined => {
  const open = openOperation(order)
  return open?.outcome?.outcome === 'unknown' ? open : undefined
}

/** When the order started to wait, milliseconds since the epoch. */
const waitingSinceMs = (order: Order): number =>
  unknownOperation(order)?.intent.atMs ?? order.placedAtMs ?? Number.MAX_SAFE_INTEGER

/**
 * True while the numbers of a settlement (hiDocSn, traceTime...) are still worth asking for: 6202 may settle at once and
 * names none, only 6301 does.
 */
const lacksNumbers = (order: Order, elapsedMs: number, askUntilMs: number): boolean =>
  order.settlement === undefined &&
  order.paidAtMs !== undefined &&
  order.placedAtMs !== undefined &&
  elapsedMs < askUntilMs

/** Milliseconds until 6301 is due; undefined when nothing moves any more and the order can be left alone. */
export const nextQueryInMs = (
  { clock, settings }: Dependencies,
  order: Order,
  lastQueryMs: number | undefined,
): number | undefined => {
  if (order.upload === undefined || order.attention.length > 0) return undefined
  const { schedule } = settings
  const sinceMs = waitingSinceMs(order)
  const elapsedMs = Math.max(0, clock.wallMs() - sinceMs)
  if (!unsettledStates.has(stateOf(order)) && !lacksNumbers(order, elapsedMs, schedule.untilMs)) return undefined
  const slow = (order.way === 'cashier' || order.way === 'bankCard') && unknownOperation(order) === undefined
  if (slow) {
    if (elapsedMs > schedule.cashierExpiryMs) return undefined
    const sinceLastMs = lastQueryMs === undefined ? elapsedMs : clock.wallMs() - lastQueryMs
    return Math.max(0, schedule.slowEveryMs - sinceLastMs)
  }
  const askedMs = lastQueryMs === undefined ? -1 : Math.max(0, lastQueryMs - sinceMs)
  return Math.max(0, nextQueryAfter(schedule, askedMs) - elapsedMs)
}

const verdictOf = (operation: Operation, evidence: Evidence): Verdict => {
  const { intent } = operation
  switch (intent.verb) {
    case 'placement':
      return settlePlacement(evidence, operation.refusal !== undefined)
    case 'bankPlacement':
      return settleBankPlacement(evidence)
    case 'refund':
      return settleRefund(evidence, intent.facts.refdType, intent.facts.ordStasBefore)
    case 'revocation':
      return settleRevocation(evidence)
    default:
      return { kind: 'wait' }
  }
}

type SettledOutput = Readonly<Record<string, unknown>>

// What the interface itself would have said, as far as 6301 tells it.
const outputOf = (intent: IntentEntry, observed: SettledOutput): SettledOutput => {
  const { ordStas } = observed
  switch (intent.verb) {
    case 'refund': {
      const cashLeft = intent.facts.refdType === 'ALL' && (ordStas === '8' || ordStas === '11')
      return { refStatus: cashLeft ? 'EXP' : 'SUCC', ordStas }
    }
    case 'revocation':
      return { success: true }
    default:
      return observed
  }
}

const settleOperation = async (
  dependencies: Dependencies,
  key: OrderKey,
  operation: Operation,
  observed: SettledOutput,
): Promise<void> => {
  const { journal, clock, settings } = dependencies
  const { intent, refusal } = operation
  const late = clock.wallMs() - intent.atMs >= settings.processingMs
  const verdict = verdictOf(operation, { ordStas: String(observed['ordStas']), late })
  const settledByQuery = true
  if (verdict.kind === 'accepted') {
    const facts = { output: outputOf(intent, observed), settledByQuery } as const
    await recordOutcome(dependencies, key, intent, { outcome: 'accepted', facts, lookups: [] })
  } else if (verdict.kind === 'declined' || verdict.kind === 'notSent') {
    const facts = { reason: verdict.reason, settledByQuery, ...(refusal === undefined ? {} : { refusal }) } as const
    await recordOutcome(dependencies, key, intent, { outcome: verdict.kind, facts, lookups: [] })
  } else if (verdict.kind === 'person') {
    callPerson(journal, key, verdict.reason)
  }
}

/** A refusal of 6301 ("not found") counts only once the center's processing time is over (RULES 3.6). */
const noteRefusal = (dependencies: Dependencies, key: OrderKey, order: Order): void => {
  const { clock, settings, journal } = dependencies
  if (clock.wallMs() - waitingSinceMs(order) < settings.processingMs) return
  callPerson(journal, key, 'not-found')
}

/** Asks 6301 once and draws every conclusion from the answer. */
export const advanceOrder = async (dependencies: Dependencies, key: OrderKey): Promise<QueryAnswer> => {
  const { answer, fresh } = await observeOrder(dependencies, key)
  const order = findOrder(dependencies.journal, key)
  if (order === undefined || !fresh) return answer
  if (answer.kind === 'accepted') {
    const operation = unknownOperation(order)
    // While the call itself still runs its own answer decides.
    if (operation !== undefined && dependencies.running.find(operation.intent.operationId) === undefined) {
      await settleOperation(dependencies, key, operation, answer.output)
    }
  } else if (answer.kind === 'declined') noteRefusal(dependencies, key, order)
  return answer
}

/** The open operation of an order when nobody is sending it: a crash or a full disk took its answer away. */
const abandonedOperation = ({ running }: Dependencies, order: Order): Operation | undefined => {
  const open = openOperation(order)
  return open === undefined || running.find(open.intent.operationId) !== undefined ? undefined : open
}

/** True when `resumeOrder` has something to do. */
export const needsResuming = (dependencies: Dependencies, order: Order): boolean => {
  const abandoned = abandonedOperation(dependencies, order)
  if (abandoned === undefined) return false
  return abandoned.outcome === undefined || (abandoned.intent.verb === 'upload' && order.attention.length === 0)
}

/** Writes down that an operation without an answer is unknown. Local; nothing is sent. */
export const recordAbandoned = (dependencies: Dependencies, key: OrderKey): void => {
  const order = findOrder(dependencies.journal, key)
  const abandoned = order === undefined ? undefined : abandonedOperation(dependencies, order)
  if (abandoned === undefined || abandoned.outcome !== undefined) return
  const facts = { reason: 'the agent ended, or could not write, while this was in flight' }
  dependencies.journal.finish(abandoned.intent, key, { outcome: 'unknown', facts, lookups: [] })
}

/** Takes up what was left: an upload of unknown outcome is the one thing that is sent again by itself (RULES 3.5). */
export const resumeOrder = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  recordAbandoned(dependencies, key)
  // What cannot be counted is not sent again: a full disk would repeat the upload without end.
  await dependencies.journal.durable()
  const order = findOrder(dependencies.journal, key)
  if (order === undefined || !needsResuming(dependencies, order)) return
  const { intent } = openOperation(order) ?? {}
  if (intent?.verb !== 'upload') return
  const sent = dependencies.journal
    .readEntries(key)
    .filter((entry) => entry.kind === 'outcome' && entry.operationId === intent.operationId)
  await resumeUpload(dependencies, key, intent, sent.length)
}
