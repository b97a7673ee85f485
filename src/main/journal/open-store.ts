// Owns opening what a journal is made of: the file, its keys, its checkpoints, its quarantine. The agent works on it through
// open-journal.ts, the administrator's commands directly.
import Sqlite from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../domain/environment.ts'
import { AgentError } from '../domain/errors.ts'
import { createCheckpoints, type Checkpoints } from './checkpoints.ts'
import { assertNotLost, journalFile } from './journal-files.ts'
import { openKeys, type JournalKeys } from './journal-keys.ts'
import { openKeyStore, type KeyProtection } from './key-store.ts'
import { openDatabase, wrapSqliteError, type Database } from './open-database.ts'
import { createQuarantine, type Quarantine } from './quarantine.ts'
import { createSeal, type Seal } from './seal.ts'

export type JournalStore = {
  readonly folder: string
  readonly database: Database
  readonly keys: JournalKeys
  readonly seal: Seal
  readonly checkpoints: Checkpoints
  readonly quarantine: Quarantine
}

const assemble = (folder: string, database: Database, keys: JournalKeys): JournalStore => {
  const checkpoints = createCheckpoints(database, keys.checkpoint)
  const quarantine = createQuarantine(database, checkpoints)
  return { folder, database, keys, seal: createSeal(keys.data), checkpoints, quarantine }
}

const closingOnError = <Value>(database: Database, work: () => Value): Value => {
  try {
    return work()
  } catch (error) {
    database.close()
    throw wrapSqliteError(error)
  }
}

/**
 * Opens the journal of a locked folder; creates it when there never was one. Throws JOURNAL_NOT_SQLITE, JOURNAL_TOO_NEW,
 * JOURNAL_UNWRITABLE, JOURNAL_DAMAGED, JOURNAL_GONE, JOURNAL_KEY_LOST or DATA_FOLDER_OTHER_ENVIRONMENT.
 */
export const openStore = (folder: string, environment: Environment, protection?: KeyProtection): JournalStore => {
  assertNotLost(folder)
  const { database, isNew } = openDatabase(join(folder, journalFile), environment)
  return closingOnError(database, () =>
    assemble(folder, database, openKeys(database, openKeyStore(folder, protection), { isNew, mayWrite: true })),
  )
}

/**
 * Opens a journal that exists, for an administrator's command: to read it, also beside a running agent, or to change it, in a
 * folder that is locked. Throws as `openStore`.
 */
export const openExistingStore = (
  folder: string,
  { mayWrite, protection }: { readonly mayWrite: boolean; readonly protection?: KeyProtection },
): JournalStore => {
  const path = join(folder, journalFile)
  if (!existsSync(path)) throw new AgentError('JOURNAL_GONE', { addition: path })
  let database: Database
  try {
    database = new Sqlite(path, { readonly: !mayWrite, fileMustExist: true })
  } catch (error) {
    throw wrapSqliteError(error)
  }
  return closingOnError(database, () => {
    if (mayWrite) database.pragma('synchronous = FULL')
    return assemble(folder, database, openKeys(database, openKeyStore(folder, protection), { isNew: false, mayWrite }))
  })
}
