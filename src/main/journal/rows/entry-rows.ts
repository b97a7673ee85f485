// Owns the mapping between an entry of the domain and its row: what is sealed, what is chained. It runs no statement.
import { parseJsonText } from '../../../contract/check/json-text.ts'
import type { NewerEntry, OrderEntry } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { sm3 } from '../../../core/gm/sm3.ts'
import { judgeEntry } from './entry-shape.ts'
import type { Seal } from '../keys/seal.ts'

/** A row of `entries`, in the order of its columns. */
export type EntryRow = {
  readonly seq: number
  readonly order_id: number | null
  readonly at_ms: number
  readonly kind: string
  readonly operation_id: string | null
  readonly verb: string | null
  readonly op_key: string | null
  readonly attempt: number | null
  readonly outcome: string | null
  readonly body_mac: string | null
  readonly facts: Buffer
  readonly chain: Buffer
}

/** Everything but what stands for an entry of a later version. */
export type WritableEntry = Exclude<OrderEntry, NewerEntry>

const nothing = { operation_id: null, verb: null, op_key: null, attempt: null, outcome: null, body_mac: null }

const columnsOf = (entry: WritableEntry): Omit<EntryRow, 'seq' | 'order_id' | 'at_ms' | 'kind' | 'facts' | 'chain'> => {
  if (entry.kind !== 'intent' && entry.kind !== 'outcome') return nothing
  return {
    operation_id: entry.operationId,
    verb: entry.verb,
    op_key: entry.key,
    attempt: entry.attempt,
    outcome: entry.kind === 'outcome' ? entry.outcome : null,
    body_mac: entry.kind === 'intent' ? entry.bodyMac : null,
  }
}

const place = (seq: number) => ({ table: 'entries', seq, column: 'facts' }) as const

/** Links a row to the one before it: any change of an old row, or a missing one, breaks every later link. */
export const chainOf = (previous: Uint8Array, row: Omit<EntryRow, 'chain'>, body: Uint8Array | undefined): Buffer => {
  const { facts, ...plain } = row
  const bodyDigest = body === undefined ? new Uint8Array() : sm3(body)
  return Buffer.from(sm3(previous, Buffer.from(JSON.stringify(plain)), facts, bodyDigest))
}

/**
 * The row of an entry, sealed and chained. `body` is the already sealed payload, when there is one. Throws INTERNAL, and then
 * nothing was written, when the entry is one that `entryOf` would not read.
 */
export const rowOf = (
  entry: WritableEntry,
  orderId: number | undefined,
  seal: Seal,
  previous: Uint8Array,
  body: Uint8Array | undefined,
): EntryRow => {
  const { kind, facts } = entry
  const columns = columnsOf(entry)
  if (judgeEntry({ kind, facts, ...columns }) !== 'known') {
    throw new AgentError('INTERNAL', { cause: new Error(`this ${kind} would not be read again`) })
  }
  const row = {
    seq: entry.seq,
    order_id: orderId ?? null,
    at_ms: entry.atMs,
    kind,
    ...columns,
    facts: seal.close(place(entry.seq), Buffer.from(JSON.stringify(facts))),
  }
  return { ...row, chain: chainOf(previous, row, body) }
}

/**
 * The entry of a row; one of a later version is `newer`, and says nothing else. Facts of intents hold numbers of our own (fen); all others hold the center's output, whose numbers
 * keep their text. Throws an Error when the facts do not open, or are not what their kind needs.
 */
export const entryOf = (row: EntryRow, seal: Seal): OrderEntry => {
  const text = seal.open(place(row.seq), row.facts).toString('utf8')
  const facts: unknown = row.kind === 'intent' ? JSON.parse(text) : parseJsonText(text)
  const judged = judgeEntry({ ...row, facts })
  if (judged === 'damaged') throw new Error(`entry ${row.seq} has not the facts of its kind`)
  const base = { seq: row.seq, atMs: row.at_ms, kind: row.kind, facts }
  if (judged === 'newer') return { ...base, kind: 'newer', facts: { kind: row.kind, verb: row.verb ?? '' } }
  if (row.kind !== 'intent' && row.kind !== 'outcome') return base as OrderEntry
  const operation = { operationId: row.operation_id, verb: row.verb, key: row.op_key, attempt: row.attempt }
  const own = row.kind === 'intent' ? { bodyMac: row.body_mac } : { outcome: row.outcome }
  return { ...base, ...operation, ...own } as OrderEntry
}
