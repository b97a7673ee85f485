// Owns where orders and entries are found: their places, look-ups and lists. They are written for many appends at once, with a commit
// of their own, never on the way of a payment; until then the newest few are found by walking them (migrations/0003-places.ts).
import type { OrderEntry } from '../../core/domain/order/entries.ts'
import type { Log } from '../usecases/base/ports.ts'
import type { GroupCommit } from './base/group-commit.ts'
import type { Database } from './base/open-database.ts'
import type { JournalGuard } from './chain/journal-guard.ts'
import { createOrderLists, type OrderLists } from './order-lists.ts'
import type { Statements } from './rows/statements.ts'
import { writeNewPlaces } from './rows/write-places.ts'

/** So many entries or look-ups without a place are written down soon. */
const due = { entries: 64, lookups: 512 } as const
/** What belongs to the same step is filed by then. */
const soonMs = 100

export type Places = {
  readonly lists: Pick<OrderLists, 'file' | 'read' | 'count'>
  /** Told of every entry that was appended, of the order that it is of, and how many look-ups it has. */
  readonly noteEntry: (entry: Pick<OrderEntry, 'kind'>, orderId: number | undefined, lookups: number) => void
  /** After a transaction that was lost. */
  readonly recount: () => void
  /** At the start: whatever a crash left without a place is looked at once more, so that its orders are filed. */
  readonly takeUp: () => void
  /** Writes what waits, if anything does. Throws SQLite's errors. */
  readonly writeWaiting: () => void
  readonly stop: () => void
}

export type PlacesOptions = {
  readonly database: Database
  readonly run: Statements
  readonly group: GroupCommit
  readonly guard: Pick<JournalGuard, 'judgeError'>
  readonly log: Log
}

export const createPlaces = ({ database, run, group, guard, log }: PlacesOptions): Places => {
  const lists = createOrderLists(run)
  const writeNew = writeNewPlaces(database)
  const waiting = { entries: 0, lookups: 0 }
  let timer: NodeJS.Timeout | undefined

  const writeWaiting = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (waiting.entries === 0 && !lists.isFiled()) return
    group.flush()
    group.write(() => {
      writeNew()
      lists.write()
    })
    group.flush()
    waiting.entries = 0
    waiting.lookups = 0
    lists.forget()
  }

  const writeSoon = (): void => {
    timer ??= setTimeout(() => {
      try {
        writeWaiting()
      } catch (error) {
        // What has no place is found all the same, only more slowly.
        log('warn', 'journal.places-not-written', { error: guard.judgeError(error).code })
      }
    }, soonMs)
    timer.unref()
  }

  const recount = (): void => {
    waiting.entries = run.countNewEntries.get() as number
    waiting.lookups = run.countNewLookups.get() as number
    lists.dropUnknown()
  }

  return {
    lists,
    noteEntry: ({ kind }, orderId, lookups) => {
      // Whatever was filed before, an order with a new intent moves.
      if (kind === 'intent' && orderId !== undefined) lists.file(orderId, { open: true })
      waiting.entries += 1
      waiting.lookups += lookups
      if (waiting.entries >= due.entries || waiting.lookups >= due.lookups) writeSoon()
    },
    recount,
    takeUp: () => {
      recount()
      for (const id of run.ordersOfNewEntries.all() as number[]) lists.file(id, { open: true })
    },
    writeWaiting,
    stop: () => {
      clearTimeout(timer)
    },
  }
}
