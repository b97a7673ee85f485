// Owns the exception to the one form of numbers (RULES 2.1): what a journal already holds stays reachable as it was written.
import type { Journal, OrderKey } from '../base/ports.ts'
import { findOrder } from './read-order.ts'

export type KeptNumbers = {
  /** Whether an order has exactly this number. */
  readonly hasOrder: (key: OrderKey) => boolean
  /** Whether a refund of this order has exactly this number. */
  readonly hasRefund: (key: OrderKey, appRefdSn: string) => boolean
}

export const createKeptNumbers = (journal: Journal): KeptNumbers => ({
  hasOrder: (key) => findOrder(journal, key) !== undefined,
  hasRefund: (key, appRefdSn) =>
    findOrder(journal, key)?.operations.some(
      ({ intent }) => intent.verb === 'refund' && intent.facts.appRefdSn === appRefdSn,
    ) === true,
})
