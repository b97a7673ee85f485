// Owns opening the journal's file: durability settings, migrations, the environment stamp, and the errors of a bad file.
import Sqlite from 'better-sqlite3'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Environment } from '../../../core/domain/machine/environment.ts'
import { addonFault } from './addon-fault.ts'
import { migrations } from '../migrations/migrations.ts'

export type Database = Sqlite.Database

const fullSync = 2

const reasonOf = (code: string): string => {
  if (code === 'SQLITE_FULL') return `磁盘已满 (${code})`
  if (code.startsWith('SQLITE_READONLY')) return `磁盘只读 (${code})`
  if (code.startsWith('SQLITE_IOERR')) return `磁盘读写出错 (${code})`
  return code === '' ? '未知原因' : code
}

/** How long a write waits in line for another connection, milliseconds: nothing else runs meanwhile. */
export const lockWaitMs = 20

/** Another program has the file: it is neither damaged nor its disk full. */
export const isHeldByAnother = (error: unknown): boolean =>
  error instanceof Sqlite.SqliteError && /^SQLITE_(BUSY|LOCKED|PROTOCOL)/.test(error.code)

/** Foreign errors of SQLite as ours: a file that is none or damaged, or a disk that is full, read-only or broken; or SQLite itself cannot be loaded. */
export const wrapSqliteError = (error: unknown): AgentError => {
  if (error instanceof AgentError) return error
  const addon = addonFault(error)
  if (addon !== undefined) return addon
  if (isHeldByAnother(error)) return new AgentError('JOURNAL_BUSY', { cause: error })
  const code = error instanceof Sqlite.SqliteError ? error.code : ''
  if (code === 'SQLITE_NOTADB') return new AgentError('JOURNAL_NOT_SQLITE', { cause: error })
  if (code.startsWith('SQLITE_CORRUPT')) return new AgentError('JOURNAL_DAMAGED', { cause: error })
  return new AgentError('JOURNAL_UNWRITABLE', { addition: reasonOf(code), cause: error })
}

/**
 * I1: a commit is on the disk when it returns. The pragma reads FULL on a new file and NORMAL once the file is a WAL
 * database, unless it is set on this very connection: so it is set at every open and read back after a write.
 */
const assertDurable = (database: Database): void => {
  const mode = database.pragma('journal_mode', { simple: true })
  const sync = database.pragma('synchronous', { simple: true })
  if (mode !== 'wal' || sync !== fullSync) {
    throw new AgentError('JOURNAL_UNWRITABLE', { addition: `journal_mode=${String(mode)} synchronous=${String(sync)}` })
  }
}

/** The format of a journal's file; a journal of a higher one is refused as a whole. */
export const journalFormat = migrations.at(-1)?.version ?? 0

/** The format that a file has. Throws JOURNAL_TOO_NEW when it is higher than ours. */
export const readFormat = (database: Database): number => {
  const format = database.pragma('user_version', { simple: true }) as number
  if (format > journalFormat) {
    throw new AgentError('JOURNAL_TOO_NEW', { addition: `账本格式 ${format}, 本版本只认得 ${journalFormat} 及以下` })
  }
  return format
}

/** Brings a file to our format. Throws JOURNAL_TOO_NEW. */
export const migrate = (database: Database): void => {
  const current = readFormat(database)
  for (const { version, sql } of migrations) {
    if (version <= current) continue
    database.transaction(() => {
      database.exec(sql)
      database.pragma(`user_version = ${version}`)
    })()
  }
}

const stamp = (database: Database, environment: Environment): void => {
  const row = database.prepare(`SELECT value FROM meta WHERE name = 'environment'`).pluck().get() as Buffer | undefined
  const stamped = row?.toString()
  if (stamped === undefined) {
    database.prepare(`INSERT INTO meta VALUES ('environment', ?)`).run(Buffer.from(environment))
  } else if (stamped !== environment) {
    throw new AgentError('DATA_FOLDER_OTHER_ENVIRONMENT', { addition: `目录属于 ${stamped}, 本次为 ${environment}` })
  }
}

export type OpenedDatabase = {
  readonly database: Database
  /** True until the journal's keys are in it: what a crash at the first start left behind is still new. */
  readonly isNew: boolean
}

const isEmpty = (database: Database): boolean =>
  database.prepare('SELECT 1 FROM keys UNION ALL SELECT 1 FROM entries LIMIT 1').get() === undefined

/**
 * Opens or creates the file, durable, migrated and stamped. Throws JOURNAL_NOT_SQLITE, JOURNAL_TOO_NEW,
 * JOURNAL_UNWRITABLE or DATA_FOLDER_OTHER_ENVIRONMENT; an existing file is left as it was.
 */
export const openDatabase = (path: string, environment: Environment): OpenedDatabase => {
  let database: Database | undefined
  try {
    database = new Sqlite(path)
    database.pragma('journal_mode = WAL')
    database.pragma('synchronous = FULL')
    database.pragma('foreign_keys = ON')
    migrate(database)
    stamp(database, environment)
    // The stamp is a write only the first time; this one makes every open prove itself.
    database.prepare(`INSERT INTO meta VALUES ('opened', x'01') ON CONFLICT (name) DO UPDATE SET value = x'01'`).run()
    assertDurable(database)
    // Until here nobody is served, and SQLite's own 5 s are right.
    database.pragma(`busy_timeout = ${lockWaitMs}`)
    return { database, isNew: isEmpty(database) }
  } catch (error) {
    database?.close()
    throw wrapSqliteError(error)
  }
}
