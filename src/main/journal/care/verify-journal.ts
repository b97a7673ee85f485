// Owns verifying a whole journal at once, for commands that may take their time: what is wrong, and what of it nobody accepted.
import { createChainWalk, type Finding } from '../chain/walk-chain.ts'
import type { EntryRow } from '../rows/entry-rows.ts'
import type { JournalStore } from '../store/open-store.ts'

export type Verification = {
  readonly entries: number
  readonly head: { readonly seq: number; readonly chain: string }
  /** Everything that was found, accepted or not. */
  readonly findings: readonly Finding[]
  /** True when nothing was found that a person has not accepted; a damaged row of one order is not a break. */
  readonly holds: boolean
}

/** Walks every entry and opens every sealed text. Changes nothing on the disk. Throws SQLite's errors. */
export const verifyJournal = (store: JournalStore, onRow?: (row: EntryRow) => void): Verification => {
  const { database, checkpoints, seal, quarantine } = store
  let last: EntryRow | undefined
  const walk = createChainWalk(database, checkpoints, {
    from: 'start',
    opens: seal,
    onRow: (row) => {
      last = row
      onRow?.(row)
    },
  })
  walk.step(Number.POSITIVE_INFINITY)
  for (const finding of walk.findings) quarantine.add(finding, Date.now())
  return {
    entries: walk.walked(),
    head: { seq: last?.seq ?? 0, chain: last?.chain.toString('hex') ?? '' },
    findings: walk.findings,
    holds: quarantine.openBreak() === undefined,
  }
}

/** True when the journal holds this head: it was not put back to an older state, nor made anew. */
export const holdsHead = ({ database, checkpoints }: JournalStore, seq: number, chain: string): boolean => {
  const row = database.prepare('SELECT chain FROM entries WHERE seq = ?').get(seq) as { chain: Buffer } | undefined
  const cut = checkpoints.lastCut()
  const found = row?.chain ?? (cut?.seq === seq ? cut.chain : undefined)
  return found?.toString('hex') === chain.toLowerCase()
}
