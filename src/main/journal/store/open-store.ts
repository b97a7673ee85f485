// Owns opening what a journal is made of: the file, its keys, its checkpoints, its quarantine. The agent works on it through
// open-journal.ts, the administrator's commands directly.
import Sqlite from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment } from '../../../core/domain/machine/environment.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { createCheckpoints, type Checkpoints } from '../chain/checkpoints.ts'
import { assertNotLost, journalFile } from './journal-files.ts'
import { openKeys, type JournalKeys } from '../keys/journal-keys.ts'
import { openKeyStore, type KeyProtection } from '../keys/key-store.ts'
import { migrate, openDatabase, readFormat, wrapSqliteError, type Database } from '../base/open-database.ts'
import { createQuarantine, type Quarantine } from '../chain/quarantine.ts'
import { createSeal, type Seal } from '../keys/seal.ts'

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

export type ExistingOptions = { readonly mayWrite: boolean; readonly protection?: KeyProtection }

/** The file alone, without its keys. Throws JOURNAL_GONE when there is none. */
export const openFile = (path: string, mayWrite = false): Database => {
  if (!existsSync(path)) throw new AgentError('JOURNAL_GONE', { addition: path })
  try {
    return new Sqlite(path, { readonly: !mayWrite, fileMustExist: true })
  } catch (error) {
    throw wrapSqliteError(error)
  }
}

/** Opens a journal's file under the key of a folder: the folder's own journal, or a backup of it. Throws as `openStore`. */
export const openStoreFile = (
  path: string,
  folder: string,
  { mayWrite, protection }: ExistingOptions,
): JournalStore => {
  const database = openFile(path, mayWrite)
  return closingOnError(database, () => {
    readFormat(database)
    if (mayWrite) {
      database.pragma('synchronous = FULL')
      database.pragma('foreign_keys = ON')
      migrate(database)
    }
    return assemble(folder, database, openKeys(database, openKeyStore(folder, protection), { isNew: false, mayWrite }))
  })
}

/** The journal of a folder, for an administrator's command: to read it beside a running agent, or, locked, to change it. */
export const openExistingStore = (folder: string, options: ExistingOptions): JournalStore =>
  openStoreFile(join(folder, journalFile), folder, options)
