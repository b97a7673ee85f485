// Owns on which lists an order stands: what still moves, what the HIS has not booked, what needs a person (RULES 8.1).
import { attentionOf, isUnbooked } from '../domain/attention.ts'
import { openOperation, type Order } from '../domain/order.ts'
import type { Journal, OrderKey } from './ports.ts'
import { findOrder } from './read-order.ts'

/** `moves`: the order is planned to be asked about. An open operation keeps it on `open` whatever else is true. */
export const fileOrder = (journal: Journal, key: OrderKey, order: Order, moves: boolean): void => {
  journal.file(key, {
    open: moves || openOperation(order) !== undefined,
    unbooked: isUnbooked(order),
    attention: attentionOf(order, 0, Number.POSITIVE_INFINITY).length > 0,
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
    [...journal.readList('attention'), ...journal.readList('unbooked')].map((key) => [key.medOrgOrd, key]),
  )
  return readAll(journal, orgCodg, [...both.values()])
}
