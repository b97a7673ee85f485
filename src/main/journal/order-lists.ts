// Owns the lists on which orders stand (open, attention...): putting orders on and off, and reading a list. Which lists an order
// belongs on is usecases/order/file-order.ts.
import type { Filing, OrderKey, OrderList } from '../usecases/base/ports.ts'
import type { Statements } from './rows/statements.ts'

const listLimit = 10_000

export type OrderLists = {
  /** Holds at once; it is written with the next places. */
  readonly file: (orderId: number, filing: Filing) => void
  readonly isFiled: () => boolean
  /** Forgets what was filed of orders that are not in the file: their transaction was lost. */
  readonly dropUnknown: () => void
  /** Writes what was filed, within the transaction of whoever calls. */
  readonly write: () => void
  /** After the transaction of `write` was taken. */
  readonly forget: () => void
  readonly count: (list: OrderList) => number
  /** Oldest first, at most 10,000. */
  readonly read: (list: OrderList) => readonly OrderKey[]
}

/**
 * A write of their own would cost as much as an outcome. After a crash the next start looks once more at every order that something
 * was appended to, so what was filed and not written is filed again.
 */
export const createOrderLists = (
  run: Pick<Statements, 'addToList' | 'dropFromList' | 'list' | 'orderById'>,
): OrderLists => {
  const filed = new Map<number, Filing>()
  const idsOf = (list: OrderList): ReadonlySet<number> => {
    const ids = new Set(run.list.all({ list }) as number[])
    for (const [id, { [list]: belongs }] of filed) {
      if (belongs === true) ids.add(id)
      else if (belongs === false) ids.delete(id)
    }
    return ids
  }
  return {
    file: (orderId, filing) => {
      filed.set(orderId, { ...filed.get(orderId), ...filing })
    },
    isFiled: () => filed.size > 0,
    dropUnknown: () => {
      for (const id of filed.keys()) if (run.orderById.get(id) === undefined) filed.delete(id)
    },
    write: () => {
      for (const [id, filing] of filed) {
        for (const [list, belongs] of Object.entries(filing)) (belongs ? run.addToList : run.dropFromList).run(list, id)
      }
    },
    forget: () => {
      filed.clear()
    },
    count: (list) => idsOf(list).size,
    read: (list) =>
      [...idsOf(list)]
        .toSorted((one, other) => one - other)
        .slice(0, listLimit)
        .map((id) => run.orderById.get(id) as OrderKey),
  }
}
