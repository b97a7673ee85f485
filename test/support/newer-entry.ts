// An entry as a later version of this program would write it: sealed and chained by the folder's own keys, saying something
// that this version has no name for.
import { chainOf } from '../../src/main/journal/rows/entry-rows.ts'
import { openExistingStore } from '../../src/main/journal/store/open-store.ts'
import { createSeal } from '../../src/main/journal/keys/seal.ts'
import { genesis } from '../../src/main/journal/chain/walk-chain.ts'

export type NewerRow = {
  readonly kind?: string
  readonly verb?: string
  readonly outcome?: string
  readonly facts?: object
}

/** Appends it to an order that is there. The agent is not running. */
export const appendNewer = (
  folder: string,
  medOrgOrd: string,
  { kind = 'intent', verb, outcome, facts = {} }: NewerRow,
): void => {
  const { database, keys } = openExistingStore(folder, { mayWrite: true })
  database.pragma('ignore_check_constraints = ON')
  const orderId = database.prepare('SELECT id FROM orders WHERE med_org_ord = ?').pluck().get(medOrgOrd) as number
  const last = database.prepare('SELECT seq, chain FROM entries ORDER BY seq DESC LIMIT 1').get() as
    { seq: number; chain: Buffer } | undefined
  const seq = (last?.seq ?? 0) + 1
  const isOperation = kind === 'intent' || kind === 'outcome'
  const place = { table: 'entries', seq, column: 'facts' } as const
  const row = {
    seq,
    order_id: orderId,
    at_ms: Date.now(),
    kind,
    operation_id: isOperation ? `newer-${seq}` : null,
    verb: verb ?? null,
    op_key: isOperation ? `newer-${seq}` : null,
    attempt: isOperation ? 1 : null,
    outcome: outcome ?? null,
    body_mac: kind === 'intent' ? '' : null,
    facts: createSeal(keys.data).close(place, Buffer.from(JSON.stringify(facts))),
  }
  const chain = chainOf(last?.chain ?? genesis, row, undefined)
  database
    .prepare(
      `INSERT INTO entries VALUES (@seq, @order_id, @at_ms, @kind, @operation_id, @verb, @op_key, @attempt, @outcome,
        @body_mac, @facts, @chain)`,
    )
    .run({ ...row, chain })
  database.close()
}
