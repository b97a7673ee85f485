// Owns whose an order or an operation is to a caller: with the scope `read` its institution's, without it only what its own token
// made; a decode only ever its own, of its own operating-system user.
import { isSameCaller, madeOrder } from '../domain/called-by.ts'
import { AgentError } from '../domain/errors.ts'
import type { Journal, OperationRecord, OrderKey } from '../usecases/ports.ts'
import { calledBy, type Caller } from './tokens.ts'

type Reading = Pick<Journal, 'readEntries'>

const mayReadOrder = (journal: Reading, key: OrderKey, { scopes, orgCodg, name }: Caller): boolean =>
  key.orgCodg === orgCodg && (scopes.includes('read') || madeOrder(journal.readEntries(key), name))

/** Throws ORDER_NOT_FOUND, which tells a stranger nothing. */
export const assertMayReadOrder = (journal: Reading, key: OrderKey, caller: Caller): void => {
  if (!mayReadOrder(journal, key, caller)) {
    throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: key.medOrgOrd } })
  }
}

const mayReadOperation = (journal: Reading, { intent, order }: OperationRecord, caller: Caller): boolean => {
  if (intent.verb === 'decode') return isSameCaller(intent.facts, calledBy(caller))
  if (order?.orgCodg !== caller.orgCodg) return false
  return intent.facts.by?.caller === caller.name || mayReadOrder(journal, order, caller)
}

/** Throws OPERATION_NOT_FOUND, which tells a stranger nothing. */
export function assertOwnOperation(
  journal: Reading,
  record: OperationRecord | undefined,
  caller: Caller,
  operationId: string,
): asserts record is OperationRecord {
  if (record === undefined || !mayReadOperation(journal, record, caller)) {
    throw new AgentError('OPERATION_NOT_FOUND', { detail: { operationId } })
  }
}
