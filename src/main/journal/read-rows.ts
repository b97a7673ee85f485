// Owns turning rows back into entries for a caller. A row that may not be believed reads as the attention of its order: the
// order stands on the list that needs a person, and every other order is read as ever.
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { OrderEntry } from '../../core/domain/order/entries.ts'
import { sm3 } from '../../core/gm/sm3.ts'
import { entryOf, type EntryRow } from './rows/entry-rows.ts'
import type { JournalGuard } from './chain/journal-guard.ts'
import type { Quarantine } from './chain/quarantine.ts'
import type { Place, Seal } from './keys/seal.ts'

export type RowReader = {
  readonly read: (row: EntryRow) => OrderEntry
  /** The text of a sealed body. Throws ORDER_QUARANTINED when it does not open. */
  readonly open: (place: Place, sealed: Uint8Array, orderId: number | null) => string
}

const damagedEntry = ({ seq, at_ms }: EntryRow): OrderEntry => ({
  seq,
  atMs: at_ms,
  kind: 'attention',
  facts: { reason: 'journal-unreadable' },
})

export const createRowReader = (seal: Seal, quarantine: Quarantine, guard: JournalGuard): RowReader => {
  const note = (seq: number, orderId: number | null, sealed: Uint8Array): void => {
    guard.noteFinding({ seq, reason: 'unreadable', orderId: orderId ?? undefined, evidence: Buffer.from(sm3(sealed)) })
  }
  return {
    read: (row) => {
      if (quarantine.holdsRow(row.seq)) return damagedEntry(row)
      try {
        return entryOf(row, seal)
      } catch {
        note(row.seq, row.order_id, row.facts)
        return damagedEntry(row)
      }
    },
    open: (place, sealed, orderId) => {
      try {
        return seal.open(place, sealed).toString('utf8')
      } catch (error) {
        note(place.seq, orderId, sealed)
        throw new AgentError('ORDER_QUARANTINED', { cause: error })
      }
    },
  }
}
