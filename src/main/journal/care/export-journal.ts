// Owns a journal as JSON lines, for auditors and for moving: a line for the journal, one per entry, one per checkpoint, and a
// last one that says whether the whole chain holds. Masked unless asked: only what is listed here is shown as it is.
import { entryOf, type EntryRow } from '../rows/entry-rows.ts'
import { checkpointText, type Checkpoint } from '../chain/checkpoints.ts'
import type { JournalStore } from '../store/open-store.ts'
import { verifyJournal, type Verification } from './verify-journal.ts'

export type ExportOptions = {
  /** Milliseconds since the epoch, from inclusive, to exclusive. The whole chain is verified in any case. */
  readonly fromMs: number
  readonly toMs: number
  readonly unmasked: boolean
  readonly write: (line: string) => void
}

/** Names of facts whose text says nothing of a patient and opens nothing. Numbers and flags are always shown. */
const shownNames = new Set([
  ...['payOrdId', 'ordStas', 'refStatus', 'refdType', 'appRefdSn', 'refdSn', 'orgBizSer', 'chrgBchno', 'feeType'],
  ...['hiDocSn', 'hiRgstSn', 'traceTime', 'ordStasBefore', 'reason', 'code', 'errorCode', 'overrideOperator', 'caller'],
  ...['osUser', 'process', 'session'],
  ...[
    'operator',
    'decision',
    'decidedBy',
    'rule',
    'newMedOrgOrd',
    'replaces',
    'insutype',
    'insuplcAdmdvs',
    'reasons',
    'billId',
  ],
])
const shownPattern = /(Amt|amt|Sumamt|fundPay|psnAcctPay|deposit)$/
const masked = '***'

const mask = (value: unknown, name: string): unknown => {
  if (Array.isArray(value)) return value.map((item: unknown) => mask(item, name))
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, mask(member, key)]))
  }
  if (typeof value !== 'string' || value === '') return value
  return shownNames.has(name) || shownPattern.test(name) ? value : masked
}

const factsOf = (row: EntryRow, { seal }: JournalStore, unmasked: boolean): unknown => {
  try {
    const { facts } = entryOf(row, seal)
    return unmasked ? facts : mask(facts, '')
  } catch {
    return { damaged: true }
  }
}

const checkpointLine = (row: Checkpoint): object => ({
  type: 'checkpoint',
  text: checkpointText(row),
  signature: row.signature.toString('hex'),
})

/** Writes the lines and gives what the last one says. Throws SQLite's errors. */
export const exportJournal = (store: JournalStore, options: ExportOptions): Verification => {
  const { database, checkpoints } = store
  const { fromMs, toMs, unmasked, write } = options
  const put = (line: object): void => {
    write(JSON.stringify(line))
  }
  const orders = database.prepare('SELECT org_codg AS orgCodg, med_org_ord AS medOrgOrd FROM orders WHERE id = ?')
  const iso = (atMs: number): string => new Date(atMs).toISOString()
  put({ type: 'journal', exportedAt: iso(Date.now()), masked: !unmasked, checkpointPublicKey: checkpoints.publicKey })
  const verification = verifyJournal(store, (row) => {
    if (row.at_ms < fromMs || row.at_ms >= toMs) return
    const { seq, kind, verb, attempt, outcome, order_id: id } = row
    const order = id === null ? {} : (orders.get(id) as object)
    const operation = row.operation_id === null ? {} : { operationId: row.operation_id, verb, key: row.op_key, attempt }
    const facts = factsOf(row, store, unmasked)
    const said = outcome === null ? {} : { outcome }
    put({
      type: 'entry',
      seq,
      at: iso(row.at_ms),
      ...order,
      kind,
      ...operation,
      ...said,
      facts,
      chain: row.chain.toString('hex'),
    })
  })
  for (const row of database.prepare('SELECT * FROM checkpoints ORDER BY seq').iterate()) {
    put(checkpointLine(row as Checkpoint))
  }
  const { entries, head, findings, holds } = verification
  put({ type: 'end', entries, head, holds, findings: findings.map(({ seq, reason }) => ({ seq, reason })) })
  return verification
}
