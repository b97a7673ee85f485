// Owns the journal: appending entries and reading them back. They are on the disk when `durable` resolves.
// What the entries mean is domain/order.ts; opening the file is open-database.ts.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { parseJsonText } from '../../contract/json-text.ts'
import type { Environment } from '../domain/environment.ts'
import type { IntentEntry, OrderEntry, OutcomeEntry } from '../domain/entries.ts'
import { createSm3Mac } from '../gm/sm3.ts'
import type { Clock, Filing, Journal, Lookup, OrderKey } from '../usecases/ports.ts'
import { entryOf, rowOf, type EntryRow } from './entry-rows.ts'
import { createGroupCommit } from './group-commit.ts'
import { openKeyFile, type KeyProvider } from './key-file.ts'
import { openDatabase, wrapSqliteError, type Database } from './open-database.ts'
import { createRecentOrders } from './recent-orders.ts'
import { createSeal } from './seal.ts'

export const journalFile = 'journal.db'
const keyFile = 'journal.key'
const dataKeyBytes = 16
const lookupKeyBytes = 32
const keyId = '1'
const genesis = new Uint8Array(32)
const atMostFound = 100
const listLimit = 10_000

type Keys = { readonly dataKey: Buffer; readonly lookupKey: Buffer }

const readWrapped = (database: Database, name: keyof Keys): Buffer | undefined =>
  database.prepare('SELECT value FROM meta WHERE name = ?').pluck().get(name) as Buffer | undefined

/** The keys of a journal that has some. Throws JOURNAL_KEY_LOST, also when only one of the two is left. */
const readKeys = (database: Database, provider: KeyProvider): Keys => ({
  dataKey: provider.unwrap(readWrapped(database, 'dataKey') ?? new Uint8Array()),
  lookupKey: provider.unwrap(readWrapped(database, 'lookupKey') ?? new Uint8Array()),
})

/** Both or none: a crash in between leaves a journal that is still new. */
const makeKeys = (database: Database, provider: KeyProvider): Keys => {
  const keys = { dataKey: randomBytes(dataKeyBytes), lookupKey: randomBytes(lookupKeyBytes) }
  const add = database.prepare('INSERT INTO meta VALUES (?, ?)')
  database.transaction(() => {
    for (const [name, key] of Object.entries(keys)) add.run(name, provider.wrap(key))
  })()
  return keys
}

const prepareStatements = (database: Database) => ({
  order: database.prepare('SELECT id FROM orders WHERE org_codg = ? AND med_org_ord = ?').pluck(),
  orderById: database.prepare('SELECT org_codg AS orgCodg, med_org_ord AS medOrgOrd FROM orders WHERE id = ?'),
  addOrder: database.prepare('INSERT INTO orders (org_codg, med_org_ord) VALUES (?, ?)'),
  addEntry: database.prepare(
    `INSERT INTO entries VALUES (@seq, @order_id, @at_ms, @kind, @operation_id, @verb, @op_key, @attempt, @outcome,
      @body_mac, @facts, @chain)`,
  ),
  addPayload: database.prepare('INSERT INTO payloads VALUES (?, ?)'),
  addLookup: database.prepare('INSERT OR IGNORE INTO lookups VALUES (?, ?)'),
  addToList: database.prepare('INSERT OR IGNORE INTO lists VALUES (?, ?)'),
  dropFromList: database.prepare('DELETE FROM lists WHERE list = ? AND order_id = ?'),
  entries: database.prepare('SELECT * FROM entries WHERE order_id = ? ORDER BY seq'),
  operation: database.prepare('SELECT * FROM entries WHERE operation_id = ? ORDER BY seq'),
  body: database.prepare(
    `SELECT p.seq, p.body FROM payloads p JOIN entries e ON e.seq = p.seq WHERE e.operation_id = ? AND e.kind = 'intent'`,
  ),
  found: database.prepare('SELECT order_id FROM lookups WHERE mac = ? ORDER BY order_id DESC LIMIT ?').pluck(),
  list: database.prepare('SELECT order_id FROM lists WHERE list = ? ORDER BY order_id LIMIT ?').pluck(),
  between: database.prepare(
    // CROSS JOIN keeps the order: left to itself SQLite walks through all orders there ever were.
    `SELECT o.org_codg AS orgCodg, o.med_org_ord AS medOrgOrd FROM
      (SELECT DISTINCT order_id FROM entries WHERE at_ms >= ? AND at_ms < ? AND order_id IS NOT NULL) e
      CROSS JOIN orders o ON o.id = e.order_id WHERE o.org_codg = ? ORDER BY o.id LIMIT ?`,
  ),
  last: database.prepare('SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1'),
})

export type OpenJournal = Journal & { readonly close: () => void }

/**
 * Opens the journal in a data folder that is already locked; creates it when there is none. Throws JOURNAL_NOT_SQLITE,
 * JOURNAL_TOO_NEW, JOURNAL_UNWRITABLE, JOURNAL_KEY_LOST or DATA_FOLDER_OTHER_ENVIRONMENT.
 */
export const openJournal = (folder: string, environment: Environment, clock: Clock): OpenJournal => {
  const { database, isNew } = openDatabase(join(folder, journalFile), environment)
  try {
    const provider = openKeyFile(join(folder, keyFile), { create: isNew })
    return createJournal(database, isNew ? makeKeys(database, provider) : readKeys(database, provider), clock)
  } catch (error) {
    database.close()
    throw wrapSqliteError(error)
  }
}

const createJournal = (database: Database, { dataKey, lookupKey }: Keys, clock: Clock): OpenJournal => {
  const seal = createSeal(dataKey, keyId)
  const mac = createSm3Mac(lookupKey)
  const run = prepareStatements(database)
  const recent = createRecentOrders()

  const readHead = () => {
    const last = run.last.get() as Pick<EntryRow, 'seq' | 'chain'> | undefined
    return { seq: last?.seq ?? 0, chain: last?.chain ?? genesis }
  }
  let head = readHead()
  const group = createGroupCommit(database, () => {
    head = readHead()
    recent.clear()
  })
  // Lists change with the next write or reading: a commit of their own would cost as much as an outcome, and a crash before
  // it only means that the next start looks at these orders once more, since they are still on `open`.
  const filing = new Map<number, Filing>()
  const writeFiling = (): void => {
    for (const [id, lists] of filing) {
      for (const [list, belongs] of Object.entries(lists)) (belongs ? run.addToList : run.dropFromList).run(list, id)
    }
  }

  const lookupMac = (orgCodg: string, { kind, value }: Lookup): Buffer =>
    Buffer.from(mac(Buffer.from(JSON.stringify([kind, orgCodg, value.trim().toUpperCase()]))))

  const orderId = (order: OrderKey): number | undefined =>
    run.order.get(order.orgCodg, order.medOrgOrd) as number | undefined

  type Unplaced<Entry> = Entry extends OrderEntry ? Omit<Entry, 'seq' | 'atMs'> : never
  type Extras = { readonly body?: object; readonly lookups?: readonly Lookup[]; readonly opens?: boolean }

  /** The entry with everything that belongs to it, or none of it. */
  const append = (order: OrderKey | undefined, unplaced: Unplaced<OrderEntry>, extras: Extras = {}): OrderEntry => {
    const entry = { ...unplaced, seq: head.seq + 1, atMs: clock.wallMs() } as OrderEntry
    const body =
      extras.body === undefined
        ? undefined
        : seal.close({ table: 'payloads', seq: entry.seq, column: 'body' }, Buffer.from(JSON.stringify(extras.body)))
    const write = () => {
      const known = order === undefined ? undefined : orderId(order)
      const isNew = order !== undefined && known === undefined
      const id = isNew ? Number(run.addOrder.run(order.orgCodg, order.medOrgOrd).lastInsertRowid) : known
      const row = rowOf(entry, id, seal, head.chain, body)
      run.addEntry.run(row)
      if (body !== undefined) run.addPayload.run(entry.seq, body)
      writeFiling()
      if (id !== undefined && order !== undefined) {
        for (const lookup of extras.lookups ?? []) run.addLookup.run(lookupMac(order.orgCodg, lookup), id)
        if (extras.opens === true) run.addToList.run('open', id)
      }
      return { id, isNew, chain: row.chain }
    }
    try {
      const { id, isNew, chain } = group.write(write)
      head = { seq: entry.seq, chain }
      filing.clear()
      if (id !== undefined) recent.append(id, entry, isNew)
      return entry
    } catch (error) {
      throw wrapSqliteError(error)
    }
  }

  const read = <Value>(work: () => Value): Value => {
    try {
      return work()
    } catch (error) {
      throw wrapSqliteError(error)
    }
  }

  const entriesOf = (id: number): readonly OrderEntry[] =>
    recent.read(id, () => (run.entries.all(id) as EntryRow[]).map((row) => entryOf(row, seal)))

  return {
    durable: group.durable,
    macOf: (text) => Buffer.from(mac(Buffer.from(text))).toString('hex'),
    begin: (request) => {
      const { operationId, key, attempt, verb, facts, bodyMac, order, body, lookups } = request
      const intent = { kind: 'intent', operationId, key, attempt, verb, facts, bodyMac } as Unplaced<IntentEntry>
      const extras = { lookups, opens: true, ...(body === undefined ? {} : { body }) }
      return append(order, intent, extras) as IntentEntry
    },
    finish: ({ operationId, key, attempt, verb }, order, { outcome, facts, lookups }) =>
      append(order, { kind: 'outcome', operationId, key, attempt, verb, outcome, facts }, { lookups }) as OutcomeEntry,
    note: (order, entry) => {
      append(order, entry)
    },
    readEntries: (order) =>
      read(() => {
        const id = orderId(order)
        return id === undefined ? [] : entriesOf(id)
      }),
    readOperation: (operationId) =>
      read(() => {
        const rows = run.operation.all(operationId) as EntryRow[]
        const id = rows[0]?.order_id ?? undefined
        const isOfOperation = (entry: OrderEntry): boolean =>
          'operationId' in entry && entry.operationId === operationId
        const entries = id === undefined ? rows.map((row) => entryOf(row, seal)) : entriesOf(id).filter(isOfOperation)
        const [intent, ...outcomes] = entries
        if (intent?.kind !== 'intent') return undefined
        const order = id === undefined ? undefined : (run.orderById.get(id) as OrderKey)
        return { operationId, order, intent, outcome: outcomes.at(-1) as OutcomeEntry | undefined }
      }),
    readBody: (operationId) =>
      read(() => {
        const row = run.body.get(operationId) as { seq: number; body: Buffer } | undefined
        if (row === undefined) return undefined
        const place = { table: 'payloads', seq: row.seq, column: 'body' } as const
        return parseJsonText(seal.open(place, row.body).toString('utf8'))
      }),
    findOrders: (orgCodg, lookup) =>
      read(() =>
        (run.found.all(lookupMac(orgCodg, lookup), atMostFound) as number[]).map(
          (id) => run.orderById.get(id) as OrderKey,
        ),
      ),
    readList: (list) =>
      read(() => {
        if (filing.size > 0) {
          group.write(writeFiling)
          filing.clear()
        }
        return (run.list.all(list, listLimit) as number[]).map((id) => run.orderById.get(id) as OrderKey)
      }),
    readOrdersBetween: (orgCodg, fromMs, toMs, atMost) =>
      read(() => run.between.all(fromMs, toMs, orgCodg, atMost) as OrderKey[]),
    readHead: () => ({ seq: head.seq, chain: Buffer.from(head.chain).toString('hex') }),
    file: (order, lists) => {
      const id = orderId(order)
      if (id !== undefined) filing.set(id, lists)
    },
    close: () => {
      if (!database.open) return
      group.flush()
      writeFiling()
      database.close()
    },
  }
}
