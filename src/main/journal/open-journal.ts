// Owns the journal: appending entries and reading them back. They are on the disk when `durable` resolves.
// What the entries mean is core/domain/order/order.ts; opening the file is open-database.ts.
import { parseJsonText } from '../../contract/check/json-text.ts'
import type { Environment } from '../../core/domain/machine/environment.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { IntentEntry, OrderEntry, OutcomeEntry } from '../../core/domain/order/entries.ts'
import { createSm3Mac } from '../../core/gm/sm3.ts'
import type { Lookup } from '../usecases/base/look-ups.ts'
import type { Clock, Journal, Log, OrderKey } from '../usecases/base/ports.ts'
import { entriesPerCheckpoint } from './chain/checkpoints.ts'
import { rowOf, type EntryRow, type WritableEntry } from './rows/entry-rows.ts'
import { createFinder } from './rows/find-orders.ts'
import { createGroupCommit } from './base/group-commit.ts'
import { createDailyBackup, makeFolder, type PrepareFolder } from './care/daily-backup.ts'
import { careTimes, createJournalCare, type CareTimes, type JournalCare } from './care/journal-care.ts'
import { markName, watchFiles } from './store/journal-files.ts'
import { createJournalGuard } from './chain/journal-guard.ts'
import type { KeyProtection } from './keys/key-store.ts'
import { wrapSqliteError } from './base/open-database.ts'
import { openStore, type JournalStore } from './store/open-store.ts'
import { createRowReader } from './read-rows.ts'
import { createRecentOrders } from './rows/recent-orders.ts'
import { prepareStatements } from './rows/statements.ts'
import { createPlaces, type Places } from './places.ts'
import { genesis } from './chain/walk-chain.ts'

const noLog: Log = () => undefined

export type OpenJournal = Journal & {
  readonly openOrderCount: () => number
  readonly care: JournalCare
  readonly close: () => void
}

export type JournalOptions = {
  readonly log?: Log
  readonly protection?: KeyProtection
  /** Where a backup is put each day; none when it is not given. */
  readonly backupDir?: string | undefined
  /** Before each backup: makes `backupDir`, or throws when others could put something into it. */
  readonly prepareBackups?: PrepareFolder
  readonly times?: Partial<CareTimes>
}

/**
 * Opens the journal in a data folder that is already locked; creates it when there never was one. A chain that does not hold
 * is no reason to stay closed: questions are answered, payments are not begun. Throws as `openStore`.
 */
export const openJournal = (
  folder: string,
  environment: Environment,
  clock: Clock,
  options: JournalOptions = {},
): OpenJournal => {
  const store = openStore(folder, environment, options.protection)
  try {
    const journal = createJournal(store, clock, options)
    journal.care.verifyTail()
    journal.takeUp()
    return journal
  } catch (error) {
    store.database.close()
    throw wrapSqliteError(error)
  }
}

const createJournal = (
  store: JournalStore,
  clock: Clock,
  { log = noLog, times, backupDir, prepareBackups = makeFolder }: JournalOptions,
): OpenJournal & Pick<Places, 'takeUp'> => {
  const { folder, database, keys, seal, checkpoints, quarantine } = store
  const mac = createSm3Mac(keys.lookup)
  const run = prepareStatements(database)
  const recent = createRecentOrders()

  const readHead = () => {
    const last = run.last.get() as Pick<EntryRow, 'seq' | 'chain'> | undefined
    return { seq: last?.seq ?? 0, chain: last?.chain ?? genesis }
  }
  let head = readHead()
  let checkpointSeq = checkpoints.last()?.seq ?? 0
  const guard = createJournalGuard({
    quarantine,
    checkFiles: watchFiles(folder),
    write: (finding) => {
      recent.clear()
      group.write(() => {
        quarantine.write(finding, clock.wallMs())
        if (finding.orderId !== undefined) run.addToList.run('attention', finding.orderId)
      })
    },
    wallMs: clock.wallMs,
    log,
  })
  const reader = createRowReader(seal, quarantine, guard)
  const group = createGroupCommit(database, {
    assertWritable: guard.assertWritable,
    onCommitted: guard.noteCommitted,
    onHeld: guard.judgeError,
    onFree: guard.noteFree,
    onLost: (error) => {
      head = readHead()
      checkpointSeq = checkpoints.last()?.seq ?? 0
      places.recount()
      recent.clear()
      guard.judgeError(error)
    },
  })
  const places = createPlaces({ database, run, group, guard, log })

  const lookupMac = (orgCodg: string, { kind, value }: Lookup): Buffer =>
    Buffer.from(mac(Buffer.from(JSON.stringify([kind, orgCodg, value.trim().toUpperCase()]))))

  const finder = createFinder(database, lookupMac)

  const orderId = (order: OrderKey): number | undefined =>
    run.order.get(order.orgCodg, order.medOrgOrd) as number | undefined

  type Unplaced<Entry> = Entry extends WritableEntry ? Omit<Entry, 'seq' | 'atMs'> : never
  type Extras = { readonly body?: object; readonly lookups?: readonly Lookup[] }

  const entriesOf = (id: number): readonly OrderEntry[] =>
    recent.read(id, () => (run.entries.all({ id }) as EntryRow[]).map(reader.read))

  const assertNotNewer = (order: OrderKey | undefined): void => {
    const id = order === undefined ? undefined : orderId(order)
    if (id !== undefined && entriesOf(id).some(({ kind }) => kind === 'newer')) {
      throw new AgentError('ORDER_OF_NEWER_VERSION')
    }
  }

  /** The entry with everything that belongs to it, or none of it. */
  const append = (order: OrderKey | undefined, unplaced: Unplaced<WritableEntry>, extras: Extras = {}): OrderEntry => {
    assertNotNewer(order)
    const entry = { ...unplaced, seq: head.seq + 1, atMs: clock.wallMs() } as WritableEntry
    const place = { table: 'payloads', seq: entry.seq, column: 'body' } as const
    const body = extras.body && seal.close(place, Buffer.from(JSON.stringify(extras.body)))
    const write = () => {
      const existing = order === undefined ? undefined : orderId(order)
      const isNew = order !== undefined && existing === undefined
      const id = isNew ? Number(run.addOrder.run(order.orgCodg, order.medOrgOrd).lastInsertRowid) : existing
      const row = rowOf(entry, id, seal, head.chain, body)
      run.addEntry.run(row)
      if (body !== undefined) run.addPayload.run(entry.seq, body)
      const isDue = entry.seq - checkpointSeq >= entriesPerCheckpoint
      if (isDue) checkpoints.add('head', entry.seq, row.chain, entry.atMs)
      if (id !== undefined && order !== undefined) {
        for (const lookup of extras.lookups ?? []) run.addLookup.run(lookupMac(order.orgCodg, lookup), id)
      }
      return { id, isNew, isDue, chain: row.chain }
    }
    try {
      const { id, isNew, isDue, chain } = group.write(write)
      head = { seq: entry.seq, chain }
      if (isDue) checkpointSeq = entry.seq
      places.noteEntry(entry, id, extras.lookups?.length ?? 0)
      if (id !== undefined) recent.append(id, entry, isNew)
      return entry
    } catch (error) {
      throw guard.judgeError(error)
    }
  }

  /** Signs where the chain stands, in a commit of its own: never on the way of a payment. */
  const writeCheckpoint = (): void => {
    if (head.seq <= checkpointSeq) return
    group.flush()
    group.write(() => {
      checkpoints.add('head', head.seq, head.chain, clock.wallMs())
    })
    group.flush()
    checkpointSeq = head.seq
  }

  const read = <Value>(work: () => Value): Value => {
    try {
      return work()
    } catch (error) {
      throw guard.judgeError(error)
    }
  }

  const assertWhole = (order: OrderKey): void => {
    const id = orderId(order)
    if (id !== undefined && quarantine.holdsOrder(id)) throw new AgentError('ORDER_QUARANTINED')
    assertNotNewer(order)
  }

  const shownNewer = new Set<number>()
  const showNewer = (id: number): void => {
    if (shownNewer.has(id)) return
    try {
      group.write(() => run.addToList.run('attention', id))
      shownNewer.add(id)
      log('warn', 'journal.newer-order', { orders: shownNewer.size })
    } catch (error) {
      log('warn', 'journal.newer-order-not-listed', { error: guard.judgeError(error).code })
    }
  }

  const dailyBackup = backupDir === undefined ? undefined : createDailyBackup(database, backupDir, prepareBackups)
  const care = createJournalCare({
    store,
    guard,
    clock,
    log,
    times: { ...careTimes, ...times },
    head: () => head,
    showNewer,
    writeCheckpoint,
    writePlaces: places.writeWaiting,
    backUp: dailyBackup === undefined ? undefined : () => dailyBackup(clock.wallMs()),
  })

  return {
    durable: group.durable,
    free: group.free,
    macOf: (text) => Buffer.from(mac(Buffer.from(text))).toString('hex'),
    begin: (request) => {
      const { operationId, key, attempt, verb, facts, bodyMac, order, body, lookups } = request
      if (order !== undefined) {
        guard.assertMayBegin()
        assertWhole(order)
      }
      const intent = { kind: 'intent', operationId, key, attempt, verb, facts, bodyMac } as Unplaced<IntentEntry>
      return append(order, intent, { lookups, ...(body && { body }) }) as IntentEntry
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
        const rows = run.operation.all({ id: operationId }) as EntryRow[]
        if (rows.length === 0) return undefined
        const id = rows[0]?.order_id ?? undefined
        const isOfOperation = (entry: OrderEntry): boolean =>
          'operationId' in entry && entry.operationId === operationId
        const entries = id === undefined ? rows.map(reader.read) : entriesOf(id).filter(isOfOperation)
        if (rows.some(({ seq }) => quarantine.holdsRow(seq))) throw new AgentError('ORDER_QUARANTINED')
        if (entries.some(({ kind }) => kind === 'newer')) throw new AgentError('ORDER_OF_NEWER_VERSION')
        const [intent, ...outcomes] = entries
        if (intent?.kind !== 'intent') return undefined
        const order = id === undefined ? undefined : (run.orderById.get(id) as OrderKey)
        return { operationId, order, intent, outcome: outcomes.at(-1) as OutcomeEntry | undefined }
      }),
    readBody: (operationId) =>
      read(() => {
        const row = run.body.get({ id: operationId }) as
          { seq: number; body: Buffer; order_id: number | null } | undefined
        if (row === undefined) return undefined
        const place = { table: 'payloads', seq: row.seq, column: 'body' } as const
        return parseJsonText(reader.open(place, row.body, row.order_id))
      }),
    findOrders: (orgCodg, lookup, atMost) => read(() => finder.findOrders(orgCodg, lookup, atMost)),
    listUploads: (orgCodg, page) => read(() => finder.listUploads(orgCodg, page)),
    readOrdersChanged: (afterSeq, untilSeq) => read(() => finder.readOrdersChanged(afterSeq, untilSeq)),
    readList: (list) => read(() => places.lists.read(list)),
    readOrdersBetween: (orgCodg, span, atMost) => read(() => finder.readOrdersBetween(orgCodg, span, atMost)),
    readHead: () => ({ seq: head.seq, chain: Buffer.from(head.chain).toString('hex') }),
    file: (order, filing) => {
      const id = orderId(order)
      if (id !== undefined) places.lists.file(id, filing)
    },
    assertWhole: (order) => {
      read(() => {
        assertWhole(order)
      })
    },
    openOrderCount: () => read(() => places.lists.count('open')),
    readMark: (name) => read(() => (run.mark.get(markName(name)) as Buffer | undefined)?.toString('utf8')),
    writeMark: (name, text) => {
      read(() => group.write(() => run.setMark.run(markName(name), Buffer.from(text))))
    },
    care,
    takeUp: places.takeUp,
    close: () => {
      if (!database.open) return
      care.stop()
      places.stop()
      group.stop()
      // SQLite removes the WAL by its name when it closes: of files that were replaced that is somebody else's.
      if (guard.status().state === 'gone') return
      try {
        places.writeWaiting()
        writeCheckpoint()
      } catch (error) {
        log('warn', 'journal.close-failed', { error: guard.judgeError(error).code })
      }
      database.close()
    },
  }
}
