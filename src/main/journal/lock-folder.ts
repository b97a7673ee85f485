// Owns the lock on a data folder: one agent at a time. The lock is the operating system's, held through SQLite's own file
// locking on an empty database, so it ends with the process however that dies; nothing has to be cleaned up.
import Database from 'better-sqlite3'
import { join } from 'node:path'
import { AgentError } from '../domain/errors.ts'

/** Locks the folder until the returned function is called. Throws DATA_FOLDER_IN_USE. */
export const lockFolder = (folder: string): (() => void) => {
  const database = new Database(join(folder, 'agent.lock'), { timeout: 0 })
  try {
    database.pragma('locking_mode = EXCLUSIVE')
    database.exec('BEGIN EXCLUSIVE; CREATE TABLE IF NOT EXISTS locked (a INTEGER) STRICT; COMMIT')
  } catch (error) {
    database.close()
    throw new AgentError('DATA_FOLDER_IN_USE', { addition: folder, cause: error })
  }
  return () => {
    database.close()
  }
}
