// Owns when writes reach the disk: those of one turn of the event loop share a transaction, so that with many callers the
// disk is waited for once for all of them. What is written is open-journal.ts.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isHeldByAnother, lockWaitMs, wrapSqliteError, type Database } from './open-database.ts'

export type GroupCommit = {
  /** Runs a write inside this turn's transaction; when it throws, it alone is undone. */
  readonly write: <Value>(work: () => Value) => Value
  /** Resolves when everything written so far is on the disk; rejects with JOURNAL_UNWRITABLE when it is not. */
  readonly durable: () => Promise<void>
  /**
   * Resolves when this turn's transaction is open, or cannot be for another reason than that another program holds the file:
   * that the write itself says. While one holds it, it waits without holding anything up; rejects with JOURNAL_BUSY after
   * `atMostMs`.
   */
  readonly free: (atMostMs: number) => Promise<void>
  /** Commits now, for closing. */
  readonly flush: () => void
  /** No more waiting for another program. */
  readonly stop: () => void
}

/** While another program holds the file: pauses between two looks, milliseconds, then always the last. */
const lookAgainMs: readonly number[] = [10, 20, 40, 80, 160]

type Batch = { readonly durable: Promise<unknown>; readonly commit: () => void; isEmpty: boolean }

export type GroupCommitHooks = {
  /** Called before a transaction is opened; what it throws, the write throws. */
  readonly assertWritable: () => void
  /** Told of every commit of something. */
  readonly onCommitted: () => void
  /** Another program holds the file. */
  readonly onHeld: (error: AgentError) => void
  /** Another program held the file, and let it go. */
  readonly onFree: () => void
  /** Told when a whole batch could not be committed: what was remembered of it never happened. */
  readonly onLost: (error: unknown) => void
}

export const createGroupCommit = (database: Database, hooks: GroupCommitHooks): GroupCommit => {
  const begin = database.prepare('BEGIN IMMEDIATE')
  const commit = database.prepare('COMMIT')
  // Inside a transaction this makes a savepoint of each write.
  const runWrite = database.transaction((work: () => unknown) => work())
  let batch: Batch | undefined
  let isStopped = false
  /** Another program holds the file: who waits for it. */
  let held: { readonly released: Promise<void>; timer: NodeJS.Timeout | undefined } | undefined

  const heldError = (): AgentError => new AgentError('JOURNAL_BUSY')

  /** Looks again and again, each time for no longer than a moment, until the file can be written to. */
  const awaitRelease = (): void => {
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const own = { released: promise as Promise<void>, timer: undefined as NodeJS.Timeout | undefined }
    held = own
    hooks.onHeld(heldError())
    database.pragma('busy_timeout = 0')
    const release = (): void => {
      database.pragma(`busy_timeout = ${lockWaitMs}`)
      held = undefined
      hooks.onFree()
      resolve(undefined)
    }
    const look = (looks: number): void => {
      const pauseMs = lookAgainMs[Math.min(looks, lookAgainMs.length - 1)]
      own.timer = setTimeout(() => {
        if (isStopped) return
        try {
          begin.run()
          // Whoever waited writes into this very transaction: the other program cannot come in between.
          batch = newBatch()
          release()
        } catch (error) {
          if (isHeldByAnother(error)) look(looks + 1)
          else release()
        }
      }, pauseMs)
      own.timer.unref()
    }
    look(0)
  }

  const commitBatch = (): void => {
    const isEmpty = batch?.isEmpty ?? true
    batch = undefined
    try {
      commit.run()
      if (!isEmpty) hooks.onCommitted()
    } catch (error) {
      if (database.inTransaction) database.exec('ROLLBACK')
      hooks.onLost(error)
      throw wrapSqliteError(error)
    }
  }

  const openBatch = (): Batch => {
    hooks.assertWritable()
    // Known to be held: nobody waits in line for what the look in the background will find.
    if (held !== undefined) throw heldError()
    try {
      begin.run()
    } catch (error) {
      if (isHeldByAnother(error)) awaitRelease()
      throw error
    }
    return newBatch()
  }

  const newBatch = (): Batch => {
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
    return { durable: promise, commit: settle, isEmpty: true }
  }

  return {
    write: <Value>(work: () => Value): Value => {
      const own = (batch ??= openBatch())
      try {
        const value = runWrite(work) as Value
        own.isEmpty = false
        return value
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
    free: async (atMostMs) => {
      try {
        batch ??= openBatch()
      } catch {
        // What is wrong besides, the write says.
      }
      if (held === undefined) return
      const { promise: late, reject } = Promise.withResolvers<never>()
      const timer = setTimeout(() => {
        reject(heldError())
      }, atMostMs)
      try {
        await Promise.race([held.released, late])
      } finally {
        clearTimeout(timer)
      }
    },
    flush: () => batch?.commit(),
    stop: () => {
      isStopped = true
      clearTimeout(held?.timer)
    },
  }
}
