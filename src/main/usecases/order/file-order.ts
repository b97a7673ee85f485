// Owns on which lists an order stands: what still moves, what waits, what the HIS has not booked, what needs a person, what was
// settled lately (RULES 8.1).
import { attentionOf, isUnbooked } from '../../../core/domain/words/attention.ts'
import {
  isOfNewerVersion,
  openOperation,
  openRebill,
  queuedOperations,
  type Order,
} from '../../../core/domain/order/order.ts'
import { shanghaiDay } from '../../../core/domain/time/shanghai-time.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Journal, OrderKey } from '../base/ports.ts'
import { findOrder } from './read-order.ts'

const dayMs = 24 * 3_600_000
/** Where money went back elsewhere could still be seen. */
const settled: ReadonlySet<string | undefined> = new Set(['6', '8', '9', '10', '11'])

/** Where the journal keeps the day of the last sweep that reached every order, `yyyyMMdd`. */
export const sweepMark = 'sweep'

/**
 * Settled so lately that the daily sweep asks about it. A machine that was off, or without its center, for the rest of that time
 * asks once more when it is back.
 */
export const isSweepable = (
  order: Order,
  { journal, clock, settings }: Pick<Dependencies, 'journal' | 'clock' | 'settings'>,
): boolean => {
  if (isOfNewerVersion(order) || !settled.has(order.ordStas) || order.paidAtMs === undefined) return false
  if (settings.sweepDays === 0) return false
  const endsMs = order.paidAtMs + settings.sweepDays * dayMs
  return clock.wallMs() < endsMs || (journal.readMark(sweepMark) ?? '') < shanghaiDay(endsMs)
}

/** `moves`: the order has a next step. An open operation keeps it on `open` whatever else is true. */
export const fileOrder = (dependencies: Dependencies, key: OrderKey, moves: boolean): void => {
  const { journal, settings } = dependencies
  const order = findOrder(journal, key)
  if (order === undefined) return
  if (isOfNewerVersion(order)) {
    // On whatever list the later version put it there it stays: that version goes on with it.
    journal.file(key, { attention: true })
    return
  }
  journal.file(key, {
    open: moves || openOperation(order) !== undefined || openRebill(order) !== undefined,
    queued: queuedOperations(order).length > 0,
    unbooked: isUnbooked(order),
    // What is unbooked too long is found through `unbooked`: it comes about by time alone.
    attention: attentionOf(order, 0, { ...settings, unbookedAfterMs: Number.POSITIVE_INFINITY }).length > 0,
    settled: isSweepable(order, dependencies),
  })
}

const readAll = (journal: Journal, orgCodg: string, keys: readonly OrderKey[]): readonly Order[] =>
  keys
    .filter((key) => key.orgCodg === orgCodg)
    .map((key) => findOrder(journal, key))
    .filter((order) => order !== undefined)

/** Settled orders of an institution that the HIS has not booked, oldest first: what it missed. */
export const listUnbooked = (journal: Journal, orgCodg: string): readonly Order[] =>
  readAll(journal, orgCodg, journal.readList('unbooked'))

/** Orders that may need a person; `attentionOf` says which do, and why. */
export const listForAttention = (journal: Journal, orgCodg: string): readonly Order[] => {
  const both = new Map(
    [...journal.readList('attention'), ...journal.readList('unbooked')].map((key) => [
      JSON.stringify([key.orgCodg, key.medOrgOrd]),
      key,
    ]),
  )
  return readAll(journal, orgCodg, [...both.values()])
}
