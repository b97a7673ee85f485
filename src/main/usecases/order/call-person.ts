// Owns putting an order on the list that needs a person. The same reason is written once, however often it is found.
import type { AttentionReason } from '../../../core/domain/order/attention-reasons.ts'
import type { Moment } from '../../../core/domain/order/order.ts'
import { announceSoon } from './announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { findOrder } from './read-order.ts'

/** What is found again by every look at the same unchanged order. */
const foundAnew: ReadonlySet<AttentionReason> = new Set([
  'day-end',
  'not-found',
  'placed-without-amounts',
  'settling-while-idle',
])

/**
 * Writes the reason down unless it stands there already; whoever listens is told once it is on the disk. One with a `detail` is its
 * caller's to write once.
 */
export const callPerson = (
  dependencies: Pick<Dependencies, 'journal' | 'announce'>,
  key: OrderKey,
  reason: AttentionReason,
  detail?: string,
): void => {
  const { journal } = dependencies
  const order = findOrder(journal, key)
  if (order?.attention.includes(reason) === true && detail === undefined) return
  // Whoever handled it handled this; the fold forgets him when something new happens.
  if (foundAnew.has(reason) && order?.resolution?.reasons.includes(reason) === true) return
  journal.note(key, { kind: 'attention', facts: { reason, ...(detail === undefined ? {} : { detail }) } })
  announceSoon(dependencies, key)
}

/** A refusal of 6301 ("not found") counts only once the center's processing time is over (RULES 3.6), counted from `since`. */
export const noteRefusal = (
  dependencies: Pick<Dependencies, 'journal' | 'announce' | 'waits' | 'settings'>,
  key: OrderKey,
  since: Moment | undefined,
): void => {
  const { waits, settings } = dependencies
  if (since !== undefined && waits.waited(since).seenMs >= settings.processingMs) {
    callPerson(dependencies, key, 'not-found')
  }
}
