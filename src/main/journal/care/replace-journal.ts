// Owns backups and what takes the place of a journal: a backup restored, or nothing, so that the next start begins a new one.
// What was there is moved aside, never deleted. The folder is locked by the caller, except for a backup.
import { copyFileSync, closeSync, existsSync, fsyncSync, mkdirSync, openSync, renameSync, rmSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { renameDurably, syncFolder } from '../base/durable-file.ts'
import { institutionMark, journalFile, markName } from '../store/journal-files.ts'
import { keyFile, nextKeyFile, type KeyProtection } from '../keys/key-store.ts'
import { wrapSqliteError, type Database } from '../base/open-database.ts'
import { openStoreFile, type JournalStore } from '../store/open-store.ts'
import { verifyJournal, type Verification } from './verify-journal.ts'

const syncFile = (path: string): void => {
  const handle = openSync(path, 'r+')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** So many pages between two turns of the event loop: about 2 ms. */
const pagesPerTurn = 100

/**
 * Copies the journal as it is at one moment, also while it is written to. The keys are in it, wrapped; the wrapping key is
 * not. The file appears whole or not at all. Throws JOURNAL_UNWRITABLE, and when the file exists.
 */
export const backUpJournal = async (database: Database, target: string): Promise<void> => {
  const path = resolve(target)
  if (existsSync(path)) throw new AgentError('JOURNAL_UNWRITABLE', { addition: `${path} 已存在` })
  const partial = `${path}.partial`
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    rmSync(partial, { force: true })
    closeSync(openSync(partial, 'wx', 0o600))
    await database.backup(partial, { progress: () => pagesPerTurn })
    syncFile(partial)
    renameDurably(partial, path)
  } catch (error) {
    rmSync(partial, { force: true })
    throw wrapSqliteError(error)
  }
}

const stampOf = (atMs: number): string => new Date(atMs).toISOString().replaceAll(/[-:.]/g, '')

/** Moves files of the folder into a new folder below it; gives that folder. The order of names is the order of moving. */
const moveAside = (folder: string, names: readonly string[], why: string, atMs: number): string => {
  const aside = join(folder, `${why}-${stampOf(atMs)}`)
  mkdirSync(aside, { mode: 0o700 })
  for (const name of names) if (existsSync(join(folder, name))) renameSync(join(folder, name), join(aside, name))
  syncFolder(aside)
  syncFolder(folder)
  return aside
}

// The journal goes first: without it the agent does not start, whatever else is still there. A WAL left beside another journal
// would be taken for its own; so both are gone before anything takes their place.
const databaseFiles = [journalFile, `${journalFile}-wal`, `${journalFile}-shm`]

/** What a journal and its backup have alike, by its name in `meta`; institutions are unknown where an earlier version wrote. */
const stamps = [
  ['environment', 'DATA_FOLDER_OTHER_ENVIRONMENT'],
  [markName(institutionMark), 'DATA_FOLDER_OTHER_INSTITUTION'],
] as const

const stampsOf = ({ database }: JournalStore): readonly (string | undefined)[] =>
  stamps.map(([name]) => {
    const value = database.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name) as Buffer | undefined
    return value?.toString()
  })

export type Restored = {
  readonly verification: Verification
  readonly asideFolder: string
  readonly openOrders: number
}

const assertFits = (store: JournalStore, folder: string, protection: KeyProtection | undefined): void => {
  const path = join(folder, journalFile)
  if (!existsSync(path)) return
  let current: JournalStore
  try {
    current = openStoreFile(path, folder, { mayWrite: false, ...(protection === undefined ? {} : { protection }) })
  } catch {
    // What is to be replaced may be too damaged to say what it is.
    return
  }
  const [ours, others] = [stampsOf(current), stampsOf(store)]
  current.database.close()
  for (const [index, [, code]] of stamps.entries()) {
    const [own, other] = [ours[index], others[index]]
    if (own === undefined || other === undefined || own === other) continue
    throw new AgentError(code, { addition: `目录属于 ${own}, 备份属于 ${other}` })
  }
}

/**
 * Puts a backup in the place of the journal of a locked folder, after verifying all of it. Killed in between, the folder has
 * its old journal, or none and the agent says JOURNAL_GONE; the same command then ends the work. Throws JOURNAL_KEY_LOST when
 * the folder's key does not open it, JOURNAL_BROKEN when its chain does not hold.
 */
export const restoreJournal = (
  folder: string,
  backup: string,
  options: { readonly atMs: number; readonly protection?: KeyProtection },
): Restored => {
  const partial = join(folder, `${journalFile}.restoring`)
  const source = resolve(backup)
  if (!existsSync(source)) throw new AgentError('JOURNAL_GONE', { addition: source })
  const removePartial = (suffixes: readonly string[]): void => {
    for (const suffix of suffixes) rmSync(`${partial}${suffix}`, { force: true })
  }
  const { atMs, protection } = options
  let store: JournalStore | undefined
  try {
    removePartial(['', '-wal', '-shm'])
    copyFileSync(source, partial)
    syncFile(partial)
    store = openStoreFile(partial, folder, { mayWrite: false, ...(protection === undefined ? {} : { protection }) })
    assertFits(store, folder, protection)
    const verification = verifyJournal(store)
    if (!verification.holds) throw new AgentError('JOURNAL_BROKEN', { addition: basename(source) })
    const openOrders = store.database.prepare(`SELECT count(*) FROM lists WHERE list = 'open'`).pluck().get() as number
    store.database.close()
    removePartial(['-wal', '-shm'])
    const asideFolder = moveAside(folder, databaseFiles, 'replaced', atMs)
    renameDurably(partial, join(folder, journalFile))
    return { verification, asideFolder, openOrders }
  } catch (error) {
    store?.database.close()
    removePartial(['', '-wal', '-shm'])
    throw wrapSqliteError(error)
  }
}

/**
 * Moves a journal that cannot be opened any more aside, with its key, so that the next start begins a new one. Its open orders
 * are followed by nobody then.
 */
export const setAside = (folder: string, atMs: number): string =>
  moveAside(folder, [...databaseFiles, nextKeyFile, keyFile], 'set-aside', atMs)
