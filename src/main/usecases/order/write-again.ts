// Owns the further attempt under which it is written down what became of a refund whose caller had been told that it was not done
// (RULES 2.3): what was told stays as it is, and nothing is sent. Who says what became of it, the callers know.
import type { IntentEntry } from '../../../core/domain/order/entries.ts'
import type { Operation, Order } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'

/** Begins it, with the facts of the refund; `isDone` dates it to when it was last known not to have happened. */
export const writeAgain = (
  { journal, newId }: Pick<Dependencies, 'journal' | 'newId'>,
  { orgCodg, medOrgOrd, operations }: Order,
  { intent, outcome }: Operation,
  isDone: boolean,
): IntentEntry => {
  const { key, verb, bodyMac } = intent
  const attempt = operations.filter((operation) => operation.intent.key === key).length + 1
  const facts = isDone && outcome !== undefined ? { ...intent.facts, doneAfterMs: outcome.atMs } : intent.facts
  return journal.begin({
    operationId: newId(),
    order: { orgCodg, medOrgOrd },
    key,
    attempt,
    verb,
    bodyMac,
    facts,
    lookups: [],
  })
}
