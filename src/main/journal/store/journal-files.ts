// Owns the names of the journal's files, and noticing that they were deleted or replaced while they are open: SQLite would go
// on writing into a file that no name leads to, and every payment of it would be lost with the process.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { keyFile } from '../keys/key-store.ts'

export const journalFile = 'journal.db'

/** In `meta`, apart from the journal's own names: what others have it remember. */
export const markName = (name: string): string => `mark:${name}`

/** The institution of the machine that first wrote to the folder. */
export const institutionMark = 'institution'

const identityOf = (path: string): string | undefined => {
  const stats = statSync(path, { throwIfNoEntry: false, bigint: true })
  return stats === undefined ? undefined : `${stats.dev}:${stats.ino}`
}

/**
 * A folder that has the key but not the journal lost its journal: making an empty one would forget every open order.
 * Throws JOURNAL_GONE.
 */
export const assertNotLost = (folder: string): void => {
  const path = join(folder, journalFile)
  const hasKey = statSync(join(folder, keyFile), { throwIfNoEntry: false }) !== undefined
  const bytes = statSync(path, { throwIfNoEntry: false })?.size ?? 0
  if (hasKey && bytes === 0) throw new AgentError('JOURNAL_GONE', { addition: path })
}

/** Gives a check that costs a few microseconds and throws JOURNAL_GONE when a file is no longer the one that is open. */
export const watchFiles = (folder: string): (() => void) => {
  const path = join(folder, journalFile)
  const opened = [path, `${path}-wal`].map((file) => [file, identityOf(file)] as const)
  return () => {
    for (const [file, identity] of opened) {
      if (identityOf(file) !== identity) throw new AgentError('JOURNAL_GONE', { addition: file })
    }
  }
}
