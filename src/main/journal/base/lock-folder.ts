// Owns the lock on a data folder: one agent at a time. The lock is the operating system's, held through SQLite's own file
// locking on an empty database, so it ends with the process however that dies; nothing has to be cleaned up.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { wrapSqliteError } from './open-database.ts'

const isHeldElsewhere = (error: unknown): boolean =>
  error instanceof Database.SqliteError && error.code.startsWith('SQLITE_BUSY')

/**
 * Locks the folder until the returned function is called. Throws DATA_FOLDER_IN_USE when another agent holds it, and
 * JOURNAL_UNWRITABLE or JOURNAL_NOT_SQLITE when no lock can be kept there at all.
 */
export const lockFolder = (folder: string): (() => void) => {
  let database: Database.Database | undefined
  try {
    database = new Database(join(folder, 'agent.lock'), { timeout: 0 })
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS locked (a INTEGER) STRICT; COMMIT')
    const held = database
    return () => {
      held.close()
    }
  } catch (error) {
    database?.close()
    if (isHeldElsewhere(error)) throw new AgentError('DATA_FOLDER_IN_USE', { addition: folder, cause: error })
    throw wrapSqliteError(error)
  }
}
