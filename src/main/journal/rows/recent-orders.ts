// Owns a small memory of orders read lately, so that answering does not unseal the same rows again. It forgets
// the order used longest ago, and everything when a commit fails.
import type { OrderEntry } from '../../../core/domain/order/entries.ts'

const atMostOrders = 500

export type RecentOrders = {
  readonly clear: () => void
  /** Called after the write. An older order that is not remembered stays so until it is read. */
  readonly append: (orderId: number, entry: OrderEntry, isNew: boolean) => void
  readonly read: (orderId: number, load: () => OrderEntry[]) => readonly OrderEntry[]
}

export const createRecentOrders = (): RecentOrders => {
  const orders = new Map<number, OrderEntry[]>()
  const remember = (orderId: number, entries: OrderEntry[]): void => {
    orders.delete(orderId)
    orders.set(orderId, entries)
    const [oldest] = orders.keys()
    if (orders.size > atMostOrders && oldest !== undefined) orders.delete(oldest)
  }
  return {
    clear: () => {
      orders.clear()
    },
    append: (orderId, entry, isNew) => {
      const entries = isNew ? [] : orders.get(orderId)
      if (entries !== undefined) remember(orderId, [...entries, entry])
    },
    read: (orderId, load) => {
      const entries = orders.get(orderId) ?? load()
      remember(orderId, entries)
      return entries
    },
  }
}
