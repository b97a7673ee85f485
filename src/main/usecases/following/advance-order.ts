// Owns taking the one next step of an order, and settling by 6301 what was unknown (RULES 3.5). Normal work and recovery after
// a crash both end here. Which step it is, and when it is due, is core/domain/order/next-step.ts.
import type { IntentEntry } from '../../../core/domain/order/entries.ts'
import { unknownOperation, type NextStep, type StepContext } from '../../../core/domain/order/next-step.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import {
  doubtedRefund,
  isOfNewerVersion,
  openOperation,
  statusIn,
  type Moment,
  type Operation,
  type Order,
} from '../../../core/domain/order/order.ts'
import { askedRefund, outputOfRefund } from '../../../core/domain/fold/asked-refund.ts'
import {
  settleBankPlacement,
  settlePlacement,
  settleRefund,
  settleRevocation,
  type Evidence,
  type Verdict,
} from '../../../core/domain/order/settle.ts'
import { callPerson, noteRefusal } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { recordOutcome } from '../operations/perform-operation.ts'
import { bookBill, unlockBill } from '../kiosk/tell-his.ts'
import type { OrderKey } from '../base/ports.ts'
import { observeOrder, type Observed } from '../operations/query-order.ts'
import { findOrder } from '../order/read-order.ts'
import { advanceRebill } from '../operations/rebill-order.ts'
import { refundByRule } from './refund-by-rule.ts'
import { revokeAbandoned } from '../operations/revoke-abandoned.ts'
import { sendQueued } from './send-queued.ts'
import { resumeUpload } from '../operations/upload-fees.ts'

/** What the next step is judged by. */
export const stepContextOf = ({ clock, waits, running }: Dependencies, key: OrderKey): StepContext => ({
  nowMs: clock.wallMs(),
  waited: waits.waited,
  lastQuery: waits.lastQuery(key),
  isRunning: (operationId) => running.find(operationId) !== undefined,
})

/** Whether "nothing happened" may be believed: the center had its processing time, by clocks that do not jump. */
const isLate = ({ waits, settings }: Dependencies, since: Moment): boolean =>
  waits.waited(since).seenMs >= settings.processingMs

const verdictOf = (order: Order, operation: Operation, evidence: Evidence, refundsAreIdempotent: boolean): Verdict => {
  const { intent } = operation
  switch (intent.verb) {
    case 'placement':
      return settlePlacement(evidence, operation.refusal !== undefined, order.settledMs !== undefined)
    case 'bankPlacement':
      return settleBankPlacement(evidence)
    case 'refund':
      return settleRefund(evidence, askedRefund(order, operation, intent.facts), refundsAreIdempotent)
    case 'revocation':
      return settleRevocation(evidence)
    default:
      return { kind: 'wait' }
  }
}

type SettledOutput = Readonly<Record<string, unknown>>

// What the interface itself would have said, as far as 6301 tells it.
const outputOf = (intent: IntentEntry, observed: SettledOutput): SettledOutput => {
  switch (intent.verb) {
    case 'refund':
      return outputOfRefund(intent.facts, statusIn(observed))
    case 'revocation':
      return { success: true }
    default:
      return observed
  }
}

const settleOperation = async (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  operation: Operation,
  observed: SettledOutput,
): Promise<void> => {
  const { settings } = dependencies
  const { intent, refusal } = operation
  const late = isLate(dependencies, intent)
  const verdict = verdictOf(order, operation, { ordStas: statusIn(observed), late }, settings.refundsAreIdempotent)
  const settledByQuery = true
  if (verdict.kind === 'accepted') {
    const facts = { output: outputOf(intent, observed), settledByQuery } as const
    await recordOutcome(dependencies, key, intent, { outcome: 'accepted', facts, lookups: [] })
  } else if (verdict.kind === 'declined' || verdict.kind === 'notSent') {
    // With the answer that was refused goes what it said of itself.
    const output = verdict.kind === 'declined' ? operation.outcome?.facts.output : undefined
    const said = { ...(refusal === undefined ? {} : { refusal }), ...(output === undefined ? {} : { output }) }
    const facts = { reason: verdict.reason, settledByQuery, ...said } as const
    // What a rule started, or the caller let wait, is repeated under the same number (RULES 3.5).
    const waitsOn = verdict.kind === 'notSent' && 'queue' in intent.facts
    await recordOutcome(dependencies, key, intent, { outcome: waitsOn ? 'queued' : verdict.kind, facts, lookups: [] })
  } else if (verdict.kind === 'person') {
    callPerson(dependencies, key, verdict.reason)
  }
}

/** A refund that 6203 called done and 6301 does not is a person's once the center had its time (RULES 3.5). */
const noteDoubt = (dependencies: Dependencies, key: OrderKey, order: Order): void => {
  const doubted = doubtedRefund(order)
  if (doubted === undefined || stateOf(order) !== 'refunding') return
  if (isLate(dependencies, doubted.intent)) callPerson(dependencies, key, 'cash-refund-unclear')
}

/** Asks 6301 once and draws every conclusion from the answer. */
export const advanceOrder = async (dependencies: Dependencies, key: OrderKey): Promise<Observed> => {
  const observed = await observeOrder(dependencies, key)
  const { answer, fresh } = observed
  const order = findOrder(dependencies.journal, key)
  if (order === undefined || !fresh) return observed
  if (answer.kind === 'accepted') {
    const operation = unknownOperation(order)
    // While the call itself still runs its own answer decides.
    if (operation !== undefined && dependencies.running.find(operation.intent.operationId) === undefined) {
      await settleOperation(dependencies, key, order, operation, answer.output)
    }
    noteDoubt(dependencies, key, order)
  } else if (answer.kind === 'declined') {
    noteRefusal(dependencies, key, openOperation(order)?.intent ?? order.placedAt ?? order.uploadedAt)
  }
  return observed
}

/** Writes down what an operation without an answer came to: unknown, or nothing where nothing is sent. Local. */
export const recordAbandoned = ({ journal, running }: Dependencies, key: OrderKey): void => {
  const order = findOrder(journal, key)
  const open = order === undefined ? undefined : openOperation(order)
  if (order === undefined || isOfNewerVersion(order)) return
  if (open === undefined || open.outcome !== undefined || running.find(open.intent.operationId) !== undefined) return
  // The row that ended it may be the one that cannot be read.
  if (order.attention.includes('journal-unreadable')) return
  // A cashier address is made here and given to nobody before it is written down: 6301 could never settle it.
  const outcome = open.intent.verb === 'cashierUrl' ? 'notSent' : 'unknown'
  const facts = { reason: 'the agent ended, or could not write, while this was in flight' }
  journal.finish(open.intent, key, { outcome, facts, lookups: [] })
}

/** An upload of unknown outcome is sent again from the kept body, as often as is allowed (RULES 3.5). */
const resendUpload = async (dependencies: Dependencies, key: OrderKey, { intent }: Operation): Promise<void> => {
  const sent = dependencies.journal
    .readEntries(key)
    .filter((entry) => entry.kind === 'outcome' && entry.operationId === intent.operationId)
  await resumeUpload(dependencies, key, intent, sent.length)
}

/** Takes the step, in normal work and after a crash alike. What it does is on the disk, or on its way there, when it resolves. */
export const takeStep = async (dependencies: Dependencies, key: OrderKey, step: NextStep): Promise<void> => {
  // What cannot be written down is not done again: a full disk would repeat it without end.
  await dependencies.journal.durable()
  switch (step.kind) {
    case 'rest':
      return
    case 'recordAbandoned':
      recordAbandoned(dependencies, key)
      return
    case 'endOfDay':
      callPerson(dependencies, key, 'day-end')
      return
    case 'resendUpload':
      await resendUpload(dependencies, key, step.operation)
      return
    case 'query':
      await advanceOrder(dependencies, key)
      return
    case 'sendQueued':
      await sendQueued(dependencies, key, step.operation)
      return
    case 'refund':
      await refundByRule(dependencies, key, step.rule, step.refdType)
      return
    case 'callPerson':
      callPerson(dependencies, key, step.reason)
      return
    case 'revoke':
      await revokeAbandoned(dependencies, key)
      return
    case 'bookBill':
      await bookBill(dependencies, key)
      return
    case 'unlockBill':
      await unlockBill(dependencies, key)
      return
    case 'rebill':
      await advanceRebill(dependencies, key, step.operation)
  }
}
