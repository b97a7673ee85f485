// Owns taking back what waits for the center (RULES 7.5): by whoever asked for it, or by one who may refund and sees everything.
// It sends nothing and moves no money.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { wasSentBefore } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { recordOutcome } from './perform-operation.ts'
import type { OperationRecord } from '../base/ports.ts'

type Withdrawing = {
  /** The caller's token. */
  readonly name: string
  /** It may refund, and reads all orders of its institution. */
  readonly isOverseer: boolean
}

/** Whether this caller may take it back: it waits, no rule wants it, and nothing of it can have reached the center. */
export const isWithdrawable = (
  { journal, running }: Dependencies,
  { intent, outcome, order, operationId }: OperationRecord,
  { name, isOverseer }: Withdrawing,
): boolean =>
  outcome?.outcome === 'queued' &&
  order !== undefined &&
  running.find(operationId) === undefined &&
  !('rule' in intent.facts) &&
  (intent.facts.by?.caller === name || isOverseer) &&
  !wasSentBefore(journal.readEntries(order), operationId)

/** Ends a queued operation as withdrawn; its refund number is used up. Throws NOT_CANCELLABLE. */
export const withdrawQueued = async (
  dependencies: Dependencies,
  record: OperationRecord,
  by: Withdrawing,
): Promise<void> => {
  const { order, intent } = record
  if (order === undefined || !isWithdrawable(dependencies, record, by)) throw new AgentError('NOT_CANCELLABLE')
  const facts = { errorCode: 'QUEUE_WITHDRAWN', reason: by.name } as const
  await recordOutcome(dependencies, order, intent, { outcome: 'declined', facts, lookups: [] })
}
