// Owns telling the listeners that an order changed: what they read then is on the disk.
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { findOrder } from './read-order.ts'

/** Resolves when they were told; rejects when the change did not reach the disk, and then nobody is told. */
export const announceOrder = async (
  { journal, announce }: Pick<Dependencies, 'journal' | 'announce'>,
  key: OrderKey,
): Promise<void> => {
  await journal.durable()
  const order = findOrder(journal, key)
  if (order !== undefined) announce({ type: 'order', ...key, state: stateOf(order), ordStas: order.ordStas ?? '' })
}

/** The same for who does not wait. A journal that cannot write says so by itself. */
export const announceSoon = (dependencies: Pick<Dependencies, 'journal' | 'announce'>, key: OrderKey): void => {
  announceOrder(dependencies, key).catch(() => undefined)
}
