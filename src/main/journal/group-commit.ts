// Owns when writes reach the disk: those of one turn of the event loop share a transaction, so that with many callers the
// disk is waited for once for all of them. What is written is open-journal.ts.
import { wrapSqliteError, type Database } from './open-database.ts'

export type GroupCommit = {
  /** Runs a write inside this turn's transaction; when it throws, it alone is undone. */
  readonly write: <Value>(work: () => Value) => Value
  /** Resolves when everything written so far is on the disk; rejects with JOURNAL_UNWRITABLE when it is not. */
  readonly durable: () => Promise<void>
  /** Commits now, for closing. */
  readonly flush: () => void
}

type Batch = { readonly durable: Promise<unknown>; readonly commit: () => void }

export type GroupCommitHooks = {
  /** Called before a transaction is opened; what it throws, the write throws. */
  readonly assertWritable: () => void
  readonly onCommitted: () => void
  /** Told when a whole batch could not be committed: what was remembered of it never happened. */
  readonly onLost: (error: unknown) => void
}

export const createGroupCommit = (database: Database, hooks: GroupCommitHooks): GroupCommit => {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  // Inside a transaction this makes a savepoint of each write.
  const runWrite = database.transaction((work: () => unknown) => work())
  let batch: Batch | undefined

  const commitBatch = (): void => {
    batch = undefined
    try {
      commit.run()
      hooks.onCommitted()
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      hooks.onLost(error)
      throw wrapSqliteError(error)
    }
  }

  const openBatch = (): Batch => {
    hooks.assertWritable()
    begin.run()
    const { promise, resolve, reject } = Promise.withResolvers<undefined>()
    // Whoever wrote awaits it; a write that nobody awaits must not end the process.
    promise.catch(() => undefined)
    const settle = (): void => {
      clearImmediate(timer)
      try {
        commitBatch()
        resolve(undefined)
      } catch (error) {
        reject(error)
      }
    }
    const timer = setImmediate(settle)
    return { durable: promise, commit: settle }
  }

  return {
    write: <Value>(work: () => Value): Value => {
      batch ??= openBatch()
      try {
        return runWrite(work) as Value
      } catch (error) {
        // A full or broken disk makes SQLite undo the whole transaction, not this write alone. What followed in this turn
        // would then commit by itself, on top of rows that are gone: the batch ends here, and everybody is told.
        if (!database.inTransaction) batch.commit()
        throw error
      }
    },
    durable: async () => {
      await batch?.durable
    },
    flush: () => batch?.commit(),
  }
}
