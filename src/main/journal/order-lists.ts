// Owns the lists on which orders stand (open, attention...): putting orders on and off, and reading a list. Which lists an order
// belongs on is usecases/order/file-order.ts.
import type { Filing, OrderKey, OrderList } from '../usecases/base/ports.ts'
import type { GroupCommit } from './base/group-commit.ts'
import type { JournalGuard } from './chain/journal-guard.ts'
import type { Statements } from './rows/statements.ts'

const listLimit = 10_000

export type OrderLists = {
  /** Takes effect with the next write or reading. */
  readonly file: (orderId: number, filing: Filing) => void
  /** Writes what was filed, within the transaction of whoever calls. */
  readonly write: () => void
  /** After the transaction of `write` was taken. */
  readonly forget: () => void
  /** Oldest first, at most 10,000. */
  readonly read: (list: OrderList) => readonly OrderKey[]
}

/**
 * A commit of their own would cost as much as an outcome, and a crash before the next one only means that the next start looks at
 * these orders once more, since they are still on `open`.
 */
export const createOrderLists = (
  run: Pick<Statements, 'addToList' | 'dropFromList' | 'list' | 'orderById'>,
  group: Pick<GroupCommit, 'write'>,
  guard: Pick<JournalGuard, 'judgeError'>,
): OrderLists => {
  const filed = new Map<number, Filing>()
  const write = (): void => {
    for (const [id, filing] of filed) {
      for (const [list, belongs] of Object.entries(filing)) (belongs ? run.addToList : run.dropFromList).run(list, id)
    }
  }
  return {
    file: (orderId, filing) => {
      filed.set(orderId, filing)
    },
    write,
    forget: () => {
      filed.clear()
    },
    read: (list) => {
      try {
        if (filed.size > 0) {
          group.write(write)
          filed.clear()
        }
      } catch (error) {
        // The list may be a little long or short; a disk that takes nothing must not hide it.
        guard.judgeError(error)
      }
      return (run.list.all(list, listLimit) as number[]).map((id) => run.orderById.get(id) as OrderKey)
    },
  }
}
