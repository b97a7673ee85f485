// Owns the agent's own backup: one file a day in a folder of the configuration, the newest few kept. Copying is
// replace-journal.ts; whether others could have put something into the folder is the caller's.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { renameDurably } from '../base/durable-file.ts'
import type { Database } from '../base/open-database.ts'
import { backUpJournal } from './replace-journal.ts'

const keptBackups = 7
const shanghaiOffsetMs = 8 * 3_600_000
const namePattern = /^journal-\d{4}-\d{2}-\d{2}\.db$/

const nameOf = (atMs: number): string => `journal-${new Date(atMs + shanghaiOffsetMs).toISOString().slice(0, 10)}.db`

/** Makes the folder, or finds that it is safe: throws when it is not. */
export type PrepareFolder = (folder: string) => void
export const makeFolder: PrepareFolder = (folder) => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
}

/**
 * Backs up unless it has done so today; then removes the files of earlier days beyond the newest. A file of today's name that it did
 * not make itself proves nothing and is replaced; one of a later day is left alone. Gives the file. Throws JOURNAL_UNWRITABLE, and
 * what `prepare` throws.
 */
export const createDailyBackup = (
  database: Database,
  folder: string,
  prepare: PrepareFolder,
): ((atMs: number) => Promise<string>) => {
  let made: string | undefined
  return async (atMs) => {
    prepare(folder)
    const today = nameOf(atMs)
    const file = join(folder, today)
    if (made !== file || !existsSync(file)) {
      const fresh = `${file}.new`
      rmSync(fresh, { force: true })
      await backUpJournal(database, fresh)
      renameDurably(fresh, file)
      made = file
    }
    const own = readdirSync(folder).filter((name) => namePattern.test(name) && name <= today)
    for (const name of own.toSorted().slice(0, -keptBackups)) rmSync(join(folder, name))
    return file
  }
}
