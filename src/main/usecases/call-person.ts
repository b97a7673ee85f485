// Owns putting an order on the list that needs a person. The same reason is written once, however often it is found.
import type { AttentionReason } from '../domain/attention-reasons.ts'
import type { Journal, OrderKey } from './ports.ts'
import { findOrder } from './read-order.ts'

/** Writes the reason down unless it stands there already. */
export const callPerson = (journal: Journal, key: OrderKey, reason: AttentionReason): void => {
  if (findOrder(journal, key)?.attention.includes(reason) === true) return
  journal.note(key, { kind: 'attention', facts: { reason } })
}
