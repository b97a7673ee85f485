// Owns the one next step of an order that still moves: ask 6301 when it is due, settle what was unknown (RULES 3.5, 4.6).
// Normal work and recovery after a crash both end here. It never sends anything that moves money.
import { isOpenOutcome, type IntentEntry } from '../domain/entries.ts'
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

/** Milliseconds until 6301 is due; undefined when nothing moves any more and the order can be left alone. */
export const nextQueryInMs = (
  { clock, settings }: Dependencies,
  order: Order,
  lastQueryMs: number | undefined,
): number | undefined => {
  if (order.upload === undefined || !unsettledStates.has(stateOf(order)) || order.attention.length > 0) return undefined
  const { schedule } = settings
  const sinceMs = waitingSinceMs(order)
  const elapsedMs = Math.max(0, clock.wallMs() - sinceMs)
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

const settleOperation = (
  dependencies: Dependencies,
  key: OrderKey,
  operation: Operation,
  observed: SettledOutput,
): void => {
  const { journal, clock, settings } = dependencies
  const { intent, refusal } = operation
  const late = clock.wallMs() - intent.atMs >= settings.processingMs
  const verdict = verdictOf(operation, { ordStas: String(observed['ordStas']), late })
  const settledByQuery = true
  if (verdict.kind === 'accepted') {
    const facts = { output: outputOf(intent, observed), settledByQuery } as const
    recordOutcome(dependencies, key, intent, { outcome: 'accepted', facts, lookups: [] })
  } else if (verdict.kind === 'declined' || verdict.kind === 'notSent') {
    const facts = { reason: verdict.reason, settledByQuery, ...(refusal === undefined ? {} : { refusal }) } as const
    recordOutcome(dependencies, key, intent, { outcome: verdict.kind, facts, lookups: [] })
  } else if (verdict.kind === 'person') {
    journal.note(key, { kind: 'attention', facts: { reason: verdict.reason } })
  }
}

/** A refusal of 6301 ("not found") counts only once the center's processing time is over (RULES 3.6). */
const noteRefusal = (dependencies: Dependencies, key: OrderKey, order: Order): void => {
  const { clock, settings, journal } = dependencies
  if (clock.wallMs() - waitingSinceMs(order) < settings.processingMs) return
  journal.note(key, { kind: 'attention', facts: { reason: 'not-found' } })
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
      settleOperation(dependencies, key, operation, answer.output)
    }
  } else if (answer.kind === 'declined') noteRefusal(dependencies, key, order)
  return answer
}

/** An upload whose outcome is unknown and that nobody is sending: the one thing a restart sends again. */
export const resumeIfUpload = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  const order = findOrder(dependencies.journal, key)
  const open = order === undefined ? undefined : openOperation(order)
  if (open?.intent.verb !== 'upload' || dependencies.running.find(open.intent.operationId) !== undefined) return
  const entries = dependencies.journal.readEntries(key)
  const sent = entries.filter(
    (entry) =>
      entry.kind === 'outcome' && entry.operationId === open.intent.operationId && isOpenOutcome(entry.outcome),
  )
  if (order?.attention.length === 0) await resumeUpload(dependencies, key, open.intent, sent.length)
}
