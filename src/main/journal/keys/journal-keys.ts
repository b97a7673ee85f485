// Owns the keys inside the journal, wrapped by the key store's: data keys (the newest seals, older ones still open), the key
// of look-ups, the key that signs checkpoints. What is done with them is seal.ts, open-journal.ts, checkpoints.ts.
import { randomBytes } from 'node:crypto'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { generatePrivateKey } from '../../../core/gm/sm2.ts'
import { createKeyWrap, wrappingKeyBytes, type KeyStore, type KeyWrap } from './key-store.ts'
import type { Database } from '../base/open-database.ts'

const dataKeyBytes = 16
const lookupKeyBytes = 32

type Purpose = 'data' | 'lookup' | 'checkpoint'
type KeyRow = { readonly purpose: Purpose; readonly id: number; readonly made_ms: number; readonly wrapped: Buffer }

export type JournalKeys = {
  /** By id; the highest one seals. */
  readonly data: ReadonlyMap<number, Buffer>
  readonly lookup: Buffer
  /** SM2, 32 bytes. */
  readonly checkpoint: Buffer
}

const nameOf = ({ purpose, id }: Pick<KeyRow, 'purpose' | 'id'>): string => `${purpose}|${id}`

const readRows = (database: Database): KeyRow[] =>
  database.prepare('SELECT * FROM keys ORDER BY purpose, id').all() as KeyRow[]

const unwrapAll = (rows: readonly KeyRow[], wrap: KeyWrap): JournalKeys => {
  const data = new Map<number, Buffer>()
  const single = new Map<Purpose, Buffer>()
  for (const row of rows) {
    const key = wrap.unwrap(nameOf(row), row.wrapped)
    if (row.purpose === 'data') data.set(row.id, key)
    else single.set(row.purpose, key)
  }
  const [lookup, checkpoint] = [single.get('lookup'), single.get('checkpoint')]
  if (data.size === 0 || lookup === undefined || checkpoint === undefined) {
    throw new AgentError('JOURNAL_KEY_LOST', { addition: '账本中的密钥不全' })
  }
  return { data, lookup, checkpoint }
}

/** All or none: a crash in between leaves a journal that is still new. */
const makeKeys = (database: Database, wrap: KeyWrap): void => {
  const keys: readonly (readonly [Purpose, Uint8Array])[] = [
    ['data', randomBytes(dataKeyBytes)],
    ['lookup', randomBytes(lookupKeyBytes)],
    ['checkpoint', generatePrivateKey((length) => randomBytes(length))],
  ]
  const add = database.prepare('INSERT INTO keys VALUES (?, 1, ?, ?)')
  database.transaction(() => {
    for (const [purpose, key] of keys) add.run(purpose, Date.now(), wrap.wrap(nameOf({ purpose, id: 1 }), key))
  })()
}

/** True when the wrapping key opens every key of the journal. */
export const opensKeys = (database: Database, wrappingKey: Uint8Array): boolean => {
  try {
    unwrapAll(readRows(database), createKeyWrap(wrappingKey))
    return true
  } catch {
    return false
  }
}

const readWith = (database: Database, wrappingKey: Uint8Array): JournalKeys =>
  unwrapAll(readRows(database), createKeyWrap(wrappingKey))

/**
 * The keys of the journal, made when it is new. A rotation that was cut short is ended first: the next key is adopted when
 * the journal is wrapped by it, else dropped. `mayWrite` false (a diagnosis beside a running agent) leaves both files be.
 * Throws JOURNAL_KEY_LOST.
 */
export const openKeys = (
  database: Database,
  store: KeyStore,
  { isNew, mayWrite }: { readonly isNew: boolean; readonly mayWrite: boolean },
): JournalKeys => {
  if (isNew) {
    const wrappingKey = store.readOrMake()
    makeKeys(database, createKeyWrap(wrappingKey))
    return readWith(database, wrappingKey)
  }
  const next = store.readNext()
  if (next !== undefined && opensKeys(database, next)) {
    if (mayWrite) {
      store.adoptNext()
      store.secure()
    }
    return readWith(database, next)
  }
  const keys = readWith(database, store.read())
  if (mayWrite) {
    if (next !== undefined) store.dropNext()
    // Only now is it known to be this journal's key.
    store.secure()
  }
  return keys
}

/** For tests that kill: called before each step is taken. */
export type RotationStep = 'prepare' | 'rewrap' | 'adopt' | 'done'

/**
 * A new wrapping key, and a new data key for everything written from now on. Old data keys stay, wrapped anew. Killed at any
 * step the journal opens: with the old key before the one commit, with the new one after it.
 */
export const rotateKeys = (database: Database, store: KeyStore, onStep: (step: RotationStep) => void): void => {
  const old = createKeyWrap(store.read())
  const wrappingKey = randomBytes(wrappingKeyBytes)
  const wrap = createKeyWrap(wrappingKey)
  onStep('prepare')
  store.prepareNext(wrappingKey)
  onStep('rewrap')
  const rewrap = database.prepare('UPDATE keys SET wrapped = ? WHERE purpose = ? AND id = ?')
  const add = database.prepare('INSERT INTO keys VALUES (?, ?, ?, ?)')
  database.transaction(() => {
    const rows = readRows(database)
    for (const row of rows) {
      rewrap.run(wrap.wrap(nameOf(row), old.unwrap(nameOf(row), row.wrapped)), row.purpose, row.id)
    }
    const id = 1 + Math.max(...rows.filter(({ purpose }) => purpose === 'data').map((row) => row.id))
    add.run('data', id, Date.now(), wrap.wrap(nameOf({ purpose: 'data', id }), randomBytes(dataKeyBytes)))
  })()
  onStep('adopt')
  store.adoptNext()
  onStep('done')
}
