// Owns walking the chain in small steps: does each row follow from the one before, is each checkpoint signed and true, does
// each sealed text open and say something. It reports what it finds and changes nothing.
import { sm3 } from '../../../core/gm/sm3.ts'
import { entriesPerCheckpoint, type Checkpoint, type Checkpoints } from './checkpoints.ts'
import { chainOf, entryOf, type EntryRow } from '../rows/entry-rows.ts'
import type { Database } from '../base/open-database.ts'
import type { Seal } from '../keys/seal.ts'

export const genesis = new Uint8Array(32)

/** `unreadable` concerns one order; every other reason says that the journal was changed from outside. */
export type FindingReason = 'unreadable' | 'link' | 'gap' | 'checkpoint' | 'damaged'
export type Finding = {
  readonly seq: number
  readonly reason: FindingReason
  readonly orderId: number | undefined
  /** What was computed, so that accepting a finding does not accept a later change of the same row. */
  readonly evidence: Buffer
}

export type ChainWalk = {
  /** Goes on for about so long; true when the end is reached. Throws SQLite's errors: a page that cannot be read. */
  readonly step: (limitMs: number) => boolean
  readonly findings: readonly Finding[]
  /** Orders with an entry of a later version, as far as texts were opened. */
  readonly newerOrders: ReadonlySet<number>
  readonly walked: () => number
}

export type WalkOptions = {
  readonly from: 'start' | 'lastCheckpoint'
  /** Also opens every sealed text: the whole walk does, a start has no time for it. */
  readonly opens: Seal | undefined
  /** Longer bodies are not opened, since SM4 takes 0.15 ms a KB; the chain holds them all the same. */
  readonly maxBodyBytes?: number
  /** Told of every row in its order, rows before a cut first. */
  readonly onRow?: (row: EntryRow) => void
}

type BodyRow = EntryRow & { readonly body: Buffer | null }

const rowsPerRead = 16

const createWalkStatements = (database: Database) => ({
  next: database.prepare(
    `SELECT e.*, p.body FROM entries e LEFT JOIN payloads p ON p.seq = e.seq WHERE e.seq > ? ORDER BY e.seq LIMIT ?`,
  ),
  row: database.prepare('SELECT seq, chain FROM entries WHERE seq = ?'),
  newest: database.prepare('SELECT max(seq) FROM entries').pluck(),
})

/** The link of a row as it follows from `previous`. */
const linkOf = (previous: Uint8Array, { body, chain: _chain, ...plain }: BodyRow): Buffer =>
  chainOf(previous, plain, body ?? undefined)

/** Adds one row that a cut left to the digest of all of them. */
export const addKept = (digest: Uint8Array, row: BodyRow): Buffer => Buffer.from(sm3(digest, linkOf(genesis, row)))

/** `unreadable`: the sealed text of the row that does not open, or says nothing; undefined when all is well. */
type Opened = { readonly unreadable: Buffer | undefined; readonly isNewer: boolean }

const openRow = (row: BodyRow, seal: Seal, maxBodyBytes: number): Opened => {
  let isNewer: boolean
  try {
    isNewer = entryOf(row, seal).kind === 'newer'
  } catch {
    return { unreadable: row.facts, isNewer: false }
  }
  if (row.body === null || row.body.length > maxBodyBytes) return { unreadable: undefined, isNewer }
  try {
    seal.open({ table: 'payloads', seq: row.seq, column: 'body' }, row.body)
    return { unreadable: undefined, isNewer }
  } catch {
    return { unreadable: row.body, isNewer }
  }
}

export const createChainWalk = (database: Database, checkpoints: Checkpoints, options: WalkOptions): ChainWalk => {
  const run = createWalkStatements(database)
  const findings: Finding[] = []
  const newerOrders = new Set<number>()
  let walked = 0
  let cut: Checkpoint | undefined
  let kept: Uint8Array = genesis
  let at = 0
  let previous: Uint8Array = genesis
  let checkpoint: Checkpoint | undefined
  const find = (reason: FindingReason, seq: number, evidence: Uint8Array, orderId?: number | null): void => {
    findings.push({ reason, seq, evidence: Buffer.from(evidence), orderId: orderId ?? undefined })
  }

  const judgeCheckpoint = (checkpoint: Checkpoint, chain: Uint8Array | undefined): void => {
    if (chain === undefined || !checkpoint.chain.equals(chain) || !checkpoints.isSigned(checkpoint)) {
      find('checkpoint', checkpoint.seq, sm3(checkpoint.signature, chain ?? genesis))
    }
  }

  const begin = (): void => {
    if (options.from === 'start') {
      cut = checkpoints.lastCut()
      if (cut === undefined) checkpoint = checkpoints.nextHead(1)
      return
    }
    const last = checkpoints.last()
    const newest = (run.newest.get() as number | null) ?? 0
    if (newest - (last?.seq ?? 0) > entriesPerCheckpoint) {
      // There always is one within so many entries: somebody took them away. The whole walk has the time to look.
      find('checkpoint', newest, genesis)
      at = newest
      return
    }
    if (last === undefined) return
    const row = run.row.get(last.seq) as Pick<EntryRow, 'chain'> | undefined
    // A cut may have taken the entry itself; its checkpoint then stands for it.
    judgeCheckpoint(last, row?.chain ?? (last.kind === 'cut' ? last.chain : undefined))
    at = last.seq
    previous = last.chain
  }

  const endCut = (): void => {
    if (cut === undefined) return
    const { keptDigest } = JSON.parse(cut.detail) as { keptDigest?: string }
    if (keptDigest !== Buffer.from(kept).toString('hex') || !checkpoints.isSigned(cut))
      find('checkpoint', cut.seq, kept)
    at = cut.seq
    previous = cut.chain
    checkpoint = checkpoints.nextHead(cut.seq + 1)
    cut = undefined
  }

  const judgeRow = (row: BodyRow): void => {
    const link = linkOf(previous, row)
    // After missing rows the link cannot be computed: what is shown is that they are missing.
    if (row.seq !== at + 1) find('gap', row.seq, link)
    else if (!link.equals(row.chain)) find('link', row.seq, link, row.order_id)
    while (checkpoint !== undefined && checkpoint.seq <= row.seq) {
      judgeCheckpoint(checkpoint, checkpoint.seq === row.seq ? row.chain : undefined)
      checkpoint = checkpoints.nextHead(checkpoint.seq + 1)
    }
    previous = row.chain
    at = row.seq
  }

  const take = (row: BodyRow): void => {
    walked++
    if (cut !== undefined && row.seq > cut.seq) endCut()
    if (cut === undefined) judgeRow(row)
    else {
      kept = addKept(kept, row)
      at = row.seq
    }
    if (options.opens !== undefined) {
      const { unreadable, isNewer } = openRow(row, options.opens, options.maxBodyBytes ?? Number.POSITIVE_INFINITY)
      if (isNewer && row.order_id !== null) newerOrders.add(row.order_id)
      if (unreadable !== undefined) find('unreadable', row.seq, sm3(unreadable), row.order_id)
    }
    options.onRow?.(row)
  }

  const end = (): void => {
    endCut()
    // Entries that a checkpoint saw and that are no longer there.
    const last = checkpoints.last()
    if (last !== undefined && last.seq > at) find('checkpoint', last.seq, sm3(last.signature, genesis))
  }

  let begun = false
  let waiting: BodyRow[] = []
  return {
    findings,
    newerOrders,
    walked: () => walked,
    step: (limitMs) => {
      if (!begun) begin()
      begun = true
      const endMs = performance.now() + limitMs
      do {
        if (waiting.length === 0) {
          waiting = run.next.all(at, rowsPerRead) as BodyRow[]
          // Only a fresh reading says that this is the end: entries and checkpoints are added between two steps.
          if (waiting.length === 0) {
            end()
            return true
          }
        }
        const row = waiting.shift()
        if (row !== undefined) take(row)
      } while (performance.now() < endMs)
      return false
    },
  }
}
