// Owns what happens when something that waited for the center has its turn: 6301 first, every check once more, then it is sent
// or dropped (RULES 4.7, 7.5). When the turn comes is core/domain/order/next-step.ts.
import type { Fields } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { isStopped } from '../../../core/domain/order/attention-reasons.ts'
import type { OutcomeFacts } from '../../../core/domain/order/entries.ts'
import { queuedOperations, wasSentBefore, type Operation, type Order } from '../../../core/domain/order/order.ts'
import { allowedVerbs, stateBeneath } from '../../../core/domain/order/order-state.ts'
import { callPerson, noteRefusal } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { recordOutcome, type Prepared } from '../operations/perform-operation.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { observeOrder } from '../operations/query-order.ts'
import { readOrder, wrongState } from '../order/read-order.ts'
import { holdsCashAlone, prepareRefund } from '../operations/refund-order.ts'
import { prepareRevocation } from '../operations/revoke-upload.ts'

/** It will not be done: the caller reads why under the operation's id, and a person is told. */
const drop = async (
  dependencies: Dependencies,
  key: OrderKey,
  { intent }: Operation,
  errorCode: ErrorCode,
  reason: string,
): Promise<void> => {
  if (intent.verb !== 'query') callPerson(dependencies, key, 'queue-dropped')
  // What had been sent before is not refused by us: its number goes on standing for it (RULES 2.3).
  const wasSent = wasSentBefore(dependencies.journal.readEntries(key), intent.operationId)
  const request: FinishRequest = wasSent
    ? { outcome: 'notSent', facts: { reason, settledByQuery: true }, lookups: [] }
    : { outcome: 'declined', facts: { errorCode, reason }, lookups: [] }
  await recordOutcome(dependencies, key, intent, request)
}

const isExpired = ({ waits, settings }: Dependencies, { intent }: Operation): boolean =>
  waits.waited(intent).elapsedMs > settings.queue.atMostAgeMs

/** The order as it would be without what waits: its own amounts must not count against it. */
const without = (order: Order, { intent }: Operation): Order => ({
  ...order,
  operations: order.operations.filter((operation) => operation.intent.operationId !== intent.operationId),
})

const prepareAgain = (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  { intent }: Operation,
): Prepared<'refund'> | Prepared<'revocation'> => {
  const body = dependencies.journal.readBody(intent.operationId) as Fields
  const ofCash = intent.verb === 'refund' && holdsCashAlone(order, intent.facts.refdType)
  const isAllowed = allowedVerbs[stateBeneath(order)].includes(intent.verb as 'refund') || ofCash
  if (!isAllowed || isStopped(order.attention)) throw wrongState(order)
  if (intent.verb === 'refund') {
    const { rule, operator = '' } = intent.facts
    const askedBy = { queue: true, operator, ...(rule === undefined ? {} : { rule }) } as const
    return prepareRefund(dependencies, key, order, body, askedBy)
  }
  if (intent.verb === 'revocation') return prepareRevocation(dependencies, key, order, body, { queue: true })
  throw new AgentError('INTERNAL')
}

const accepted = (output: NonNullable<OutcomeFacts['output']>): FinishRequest => ({
  outcome: 'accepted',
  facts: { output, settledByQuery: true },
  lookups: [],
})

/** What could not be sent waits on; what the rules allow to be repeated does, too. */
const waitOn = (request: FinishRequest): FinishRequest =>
  request.outcome === 'notSent' ? { ...request, outcome: 'queued' } : request

/** Sends what waited, or drops it. Does nothing while 6301 gets no answer: it goes on waiting, up to its limit of age. */
export const sendQueued = async (dependencies: Dependencies, key: OrderKey, operation: Operation): Promise<void> => {
  const { journal, running } = dependencies
  const { intent } = operation
  if (isExpired(dependencies, operation)) {
    await drop(dependencies, key, operation, 'QUEUE_EXPIRED', 'the center stayed away too long')
    return
  }
  const { answer } = await observeOrder(dependencies, key)
  if (answer.kind === 'declined') noteRefusal(dependencies, key, intent)
  if (answer.kind !== 'accepted') return
  const now = readOrder(journal, key)
  // While the question was on its way it may have been withdrawn.
  if (!queuedOperations(now).some((queued) => queued.intent.operationId === intent.operationId)) return
  if (intent.verb === 'query') {
    await recordOutcome(dependencies, key, intent, accepted(answer.output))
    return
  }
  const order = without(now, operation)
  if (intent.verb === 'revocation' && order.ordStas === '12') {
    await recordOutcome(dependencies, key, intent, accepted({ success: true }))
    return
  }
  let prepared
  try {
    prepared = prepareAgain(dependencies, key, order, operation)
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    await drop(dependencies, key, operation, error.code, error.message)
    return
  }
  const { send } = prepared
  await running.start(intent.operationId, async () => {
    // From here on it may have been sent: a crash must find that, or it would be sent blindly again (I3).
    journal.finish(intent, key, { outcome: 'unknown', facts: { reason: 'sent from the queue' }, lookups: [] })
    await journal.durable()
    await recordOutcome(dependencies, key, intent, waitOn(await send(intent)))
  })
}
