// Owns retention: removing orders that are closed and older than a day, in one transaction with a signed checkpoint of who did
// it and what stayed, so that the rest still verifies. Nothing in the agent calls it; it is an administrator's command.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { EntryRow } from '../rows/entry-rows.ts'
import { writeNewPlaces } from '../rows/write-places.ts'
import type { JournalStore } from '../store/open-store.ts'
import { verifyJournal } from './verify-journal.ts'
import { addKept, genesis } from '../chain/walk-chain.ts'

export type CutOptions = {
  /** Milliseconds since the epoch: what has an entry at or after it stays. */
  readonly beforeMs: number
  readonly operator: string
  readonly atMs: number
}

export type Cut = { readonly seq: number; readonly removedOrders: number; readonly removedEntries: number }

const guards = ['entries_stay', 'payloads_stay']

/** The last entry before the day; the newest entry of all stays, since the next one follows from it. */
const findCutSeq = ({ database }: JournalStore, beforeMs: number): number => {
  const first = database.prepare('SELECT min(seq) FROM entries WHERE at_ms >= ?').pluck().get(beforeMs) as number | null
  const newest = (database.prepare('SELECT max(seq) FROM entries').pluck().get() as number | null) ?? 0
  return Math.min((first ?? Number.MAX_SAFE_INTEGER) - 1, newest - 1)
}

const digestKept = ({ database }: JournalStore, cutSeq: number): string => {
  const rows = database.prepare(
    'SELECT e.*, p.body FROM entries e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq <= ? ORDER BY e.seq',
  )
  let digest: Uint8Array = genesis
  for (const row of rows.iterate(cutSeq)) digest = addKept(digest, row as EntryRow & { body: Buffer | null })
  return Buffer.from(digest).toString('hex')
}

/** Closed: on no list, nothing damaged, nothing newer. Decodes belong to no order and go with their time. */
const removedOrdersSql = `
  SELECT id FROM orders o WHERE
    NOT EXISTS (SELECT 1 FROM places p WHERE p.order_id = o.id AND p.seq > @cutSeq)
    AND EXISTS (SELECT 1 FROM places p WHERE p.order_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM lists l WHERE l.order_id = o.id)
    AND NOT EXISTS (SELECT 1 FROM quarantine q WHERE q.order_id = o.id)`

/**
 * Cuts, in a folder that is locked. Gives undefined when there is nothing to remove. Throws JOURNAL_BROKEN, and changes
 * nothing, when the chain does not hold: a cut would hide it.
 */
export const cutJournal = (store: JournalStore, { beforeMs, operator, atMs }: CutOptions): Cut | undefined => {
  const { database, checkpoints } = store
  if (!verifyJournal(store).holds) throw new AgentError('JOURNAL_BROKEN')
  const cutSeq = findCutSeq(store, beforeMs)
  if (cutSeq <= (checkpoints.lastCut()?.seq ?? 0)) return undefined
  // What goes is overwritten, not only unlinked: it is patient data.
  database.pragma('secure_delete = ON')
  database.transaction(() => {
    // Left by a crash: the next start looks at these orders once more.
    database.exec(`INSERT OR IGNORE INTO lists SELECT 'open', order_id FROM new_entries WHERE order_id IS NOT NULL`)
    writeNewPlaces(database)()
  })()
  const cut = database.transaction((): Cut | undefined => {
    database.exec('CREATE TEMP TABLE removed (id INTEGER PRIMARY KEY)')
    const removedOrders = database.prepare(`INSERT INTO removed ${removedOrdersSql}`).run({ cutSeq }).changes
    const triggers = guards.map(
      (name) => database.prepare('SELECT sql FROM sqlite_master WHERE name = ?').pluck().get(name) as string,
    )
    for (const name of guards) database.exec(`DROP TRIGGER ${name}`)
    const going = `SELECT seq FROM entries WHERE seq <= ? AND (order_id IS NULL OR order_id IN (SELECT id FROM removed))`
    database.prepare(`DELETE FROM payloads WHERE seq IN (${going})`).run(cutSeq)
    database.exec('DELETE FROM lookups WHERE order_id IN (SELECT id FROM removed)')
    database.prepare(`DELETE FROM places WHERE seq IN (${going})`).run(cutSeq)
    const { chain } = database.prepare('SELECT chain FROM entries WHERE seq = ?').get(cutSeq) as Pick<EntryRow, 'chain'>
    const removedEntries = database.prepare(`DELETE FROM entries WHERE seq IN (${going})`).run(cutSeq).changes
    database.exec('DELETE FROM orders WHERE id IN (SELECT id FROM removed); DROP TABLE removed')
    for (const sql of triggers) database.exec(sql)
    const detail = { operator, beforeMs, removedOrders, removedEntries, keptDigest: digestKept(store, cutSeq) }
    checkpoints.add('cut', cutSeq, chain, atMs, detail)
    return { seq: cutSeq, removedOrders, removedEntries }
  })()
  database.pragma('wal_checkpoint(TRUNCATE)')
  return cut
}
