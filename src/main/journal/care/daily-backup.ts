// Owns the agent's own backup: one file a day in a folder of the configuration, the newest few kept. Copying is
// replace-journal.ts.
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Database } from '../base/open-database.ts'
import { backUpJournal } from './replace-journal.ts'

const keptBackups = 7
const shanghaiOffsetMs = 8 * 3_600_000
const namePattern = /^journal-\d{4}-\d{2}-\d{2}\.db$/

const nameOf = (atMs: number): string => `journal-${new Date(atMs + shanghaiOffsetMs).toISOString().slice(0, 10)}.db`

/** Backs up unless today's is there; then removes its own files beyond the newest. Gives the file. Throws JOURNAL_UNWRITABLE. */
export const backUpDaily = async (database: Database, folder: string, atMs: number): Promise<string> => {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = join(folder, nameOf(atMs))
  if (!existsSync(file)) await backUpJournal(database, file)
  const own = readdirSync(folder).filter((name) => namePattern.test(name))
  for (const name of own.toSorted().slice(0, -keptBackups)) rmSync(join(folder, name))
  return file
}
