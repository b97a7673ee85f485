// Owns what was found wrong in the journal: remembered, written down, and what of it a person accepted. A damaged row concerns
// its order; a break of the chain concerns everything until it is accepted. Finding it is walk-chain.ts and reading.
import type { Checkpoints } from './checkpoints.ts'
import type { Database } from '../base/open-database.ts'
import type { Finding, FindingReason } from './walk-chain.ts'

export type QuarantineRow = {
  readonly seq: number
  readonly reason: FindingReason
  readonly order_id: number | null
  readonly found_ms: number
  readonly evidence: Buffer
  /** JSON of Acceptance, signed; null until somebody accepts. */
  readonly accepted: string | null
  readonly signature: Buffer | null
}

export type Acceptance = { readonly operator: string; readonly remark: string; readonly atMs: number }

export type Quarantine = {
  /** Remembers a finding; true when it is new. It is on the disk after `write`. */
  readonly add: (finding: Finding, atMs: number) => boolean
  readonly write: (finding: Finding, atMs: number) => void
  /** A row that may not be believed. */
  readonly holdsRow: (seq: number) => boolean
  readonly holdsOrder: (orderId: number) => boolean
  /** The first break of the chain that nobody accepted. */
  readonly openBreak: () => QuarantineRow | undefined
  readonly list: () => readonly QuarantineRow[]
  readonly orderCount: () => number
  /** Accepts every open break; gives how many. */
  readonly acceptBreaks: (acceptance: Acceptance) => number
}

const keyOf = ({ seq, reason }: Pick<Finding, 'seq' | 'reason'>): string => `${seq}|${reason}`
const isOfOneOrder = ({ reason }: Pick<Finding, 'reason'>): boolean => reason === 'unreadable'
const isOfRow = ({ reason }: Pick<Finding, 'reason'>): boolean => reason === 'unreadable' || reason === 'link'

/** What is signed when a finding is accepted. */
const acceptedText = ({ seq, reason, evidence }: QuarantineRow, accepted: string): string =>
  JSON.stringify(['accepted', seq, reason, evidence.toString('hex'), accepted])

export const createQuarantine = (database: Database, checkpoints: Checkpoints): Quarantine => {
  const rows = new Map<string, QuarantineRow>()
  const heldRows = new Set<number>()
  const heldOrders = new Set<number>()
  const remember = (row: QuarantineRow): void => {
    rows.set(keyOf(row), row)
    if (isOfRow(row)) heldRows.add(row.seq)
    if (row.order_id !== null) heldOrders.add(row.order_id)
  }
  for (const row of database.prepare('SELECT * FROM quarantine ORDER BY seq').all()) remember(row as QuarantineRow)

  const put = database.prepare(
    'INSERT OR REPLACE INTO quarantine VALUES (@seq, @reason, @order_id, @found_ms, @evidence, @accepted, @signature)',
  )
  const rowOf = ({ seq, reason, orderId, evidence }: Finding, atMs: number): QuarantineRow => ({
    seq,
    reason,
    order_id: orderId ?? null,
    found_ms: atMs,
    evidence,
    accepted: null,
    signature: null,
  })
  const isAccepted = (row: QuarantineRow): boolean =>
    row.accepted !== null &&
    row.signature !== null &&
    checkpoints.isSignedText(row.signature, acceptedText(row, row.accepted))
  const openBreaks = (): readonly QuarantineRow[] =>
    [...rows.values()].filter((row) => !isOfOneOrder(row) && !isAccepted(row))

  let held: QuarantineRow | undefined
  let isKnown = false
  return {
    add: (finding, atMs) => {
      const before = rows.get(keyOf(finding))
      // The same finding with other evidence is a later change: what was accepted does not cover it.
      if (before?.evidence.equals(finding.evidence) === true) return false
      remember(rowOf(finding, atMs))
      isKnown = false
      return true
    },
    write: (finding, atMs) => {
      put.run(rows.get(keyOf(finding)) ?? rowOf(finding, atMs))
    },
    holdsRow: (seq) => heldRows.has(seq),
    holdsOrder: (orderId) => heldOrders.has(orderId),
    openBreak: () => {
      // Judged once per change: every payment asks, and an acceptance costs a verification.
      if (!isKnown) held = openBreaks()[0]
      isKnown = true
      return held
    },
    list: () => [...rows.values()],
    orderCount: () => heldOrders.size,
    acceptBreaks: (acceptance) => {
      const accepted = JSON.stringify(acceptance)
      const open = openBreaks()
      for (const row of open) {
        const signed = { ...row, accepted, signature: checkpoints.signText(acceptedText(row, accepted)) }
        put.run(signed)
        remember(signed)
      }
      isKnown = false
      return open.length
    },
  }
}
