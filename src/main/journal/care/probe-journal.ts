// Owns looking at a folder's journal from outside, beside a running agent or without one: does the chain hold, is the folder
// locked. It changes nothing on the disk.
import Sqlite from 'better-sqlite3'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { assertNotLost, journalFile } from '../store/journal-files.ts'
import { keyFile, readStoredKey, type KeyProtection } from '../keys/key-store.ts'
import { wrapSqliteError } from '../base/open-database.ts'
import { openExistingStore } from '../store/open-store.ts'
import { createChainWalk } from '../chain/walk-chain.ts'

/** A slice of the walk; other checks run between two. */
const sliceMs = 20

export type ProbedJournal =
  | { readonly state: 'absent' }
  | { readonly state: 'holds'; readonly entries: number; readonly isWhole: boolean }
  | { readonly state: 'broken'; readonly entries: number; readonly findings: number }
  /** Kept by a protection, or for an account, that cannot be asked from here. */
  | { readonly state: 'otherAccount'; readonly by: string }
  | { readonly state: 'unopenable'; readonly fault: AgentError }

/** What the key of a folder is kept by; undefined: by the file alone, or it cannot be known. */
const protectionOf = (folder: string): string | undefined => {
  try {
    return readStoredKey(join(folder, keyFile))?.name
  } catch {
    return undefined
  }
}

/** Walks the chain from its start for about so long. Findings that a person has accepted count as well. Never rejects. */
export const probeJournal = async (
  folder: string,
  withinMs: number,
  protection?: KeyProtection,
): Promise<ProbedJournal> => {
  if (!existsSync(join(folder, journalFile)) && !existsSync(join(folder, keyFile))) return { state: 'absent' }
  try {
    assertNotLost(folder)
    const store = openExistingStore(folder, { mayWrite: false, ...(protection === undefined ? {} : { protection }) })
    try {
      const walk = createChainWalk(store.database, store.checkpoints, { from: 'start', opens: store.seal })
      const untilMs = performance.now() + withinMs
      let isWhole = walk.step(sliceMs)
      while (!isWhole && performance.now() < untilMs) {
        await wait(0)
        isWhole = walk.step(sliceMs)
      }
      const entries = walk.walked()
      for (const finding of walk.findings) store.quarantine.add(finding, Date.now())
      const isBroken = store.quarantine.openBreak() !== undefined || store.quarantine.orderCount() > 0
      if (isBroken) return { state: 'broken', entries, findings: store.quarantine.list().length }
      return { state: 'holds', entries, isWhole }
    } finally {
      store.database.close()
    }
  } catch (error) {
    const fault = wrapSqliteError(error)
    const by = fault.code === 'JOURNAL_KEY_LOST' ? protectionOf(folder) : undefined
    return by === undefined ? { state: 'unopenable', fault } : { state: 'otherAccount', by }
  }
}

/** True while an agent has the folder. Throws AgentError when the lock cannot be looked at. */
export const isFolderLocked = (folder: string): boolean => {
  const path = join(folder, 'agent.lock')
  if (!existsSync(path)) return false
  let database: Sqlite.Database | undefined
  try {
    database = new Sqlite(path, { readonly: true, timeout: 0 })
    // Reading is refused while somebody has the exclusive lock, and keeps nobody out for longer than this statement.
    database.prepare('SELECT count(*) FROM sqlite_master').get()
    return false
  } catch (error) {
    if (error instanceof Sqlite.SqliteError && error.code.startsWith('SQLITE_BUSY')) return true
    throw wrapSqliteError(error)
  } finally {
    database?.close()
  }
}
