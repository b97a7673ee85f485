// Finding the orders of a span of time without reading the others, and the head of the chain.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { Clock } from '../../src/main/usecases/ports.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { beginUpload, folderFor, orderKey, rawDatabase } from '../support/open-journal.ts'

it('the orders of a span are those with an entry in it, of that institution, oldest first and no more than asked', (t) => {
  const folder = folderFor(t)
  let nowMs = 0
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs }
  const journal = openJournal(folder, 'sandbox', clock)
  t.after(journal.close)
  for (const [medOrgOrd, atMs] of [
    ['A1', 1_000],
    ['A2', 2_000],
    ['A3', 3_000],
    ['A4', 4_000],
  ] as const) {
    nowMs = atMs
    beginUpload(journal, orderKey(medOrgOrd))
  }
  nowMs = 3_500
  journal.note(orderKey('A1'), { kind: 'attention', facts: { reason: 'unexpected-status' } })
  beginUpload(journal, { orgCodg: 'H00000000002', medOrgOrd: 'B1' })
  const between = (fromMs: number, toMs: number, atMost = 10): string[] =>
    journal.readOrdersBetween('H00000000001', fromMs, toMs, atMost).map(({ medOrgOrd }) => medOrgOrd)
  assert.deepEqual(between(2_000, 4_000), ['A1', 'A2', 'A3'])
  assert.deepEqual(between(2_000, 4_000, 2), ['A1', 'A2'])
  assert.deepEqual(between(5_000, 6_000), [])
})

it('the head is the last entry of the file, and its link', async (t) => {
  const folder = folderFor(t)
  const journal = openJournal(folder, 'sandbox', { wallMs: () => 0, monotonicMs: () => 0 })
  t.after(journal.close)
  assert.deepEqual(journal.readHead(), { seq: 0, chain: '00'.repeat(32) })
  beginUpload(journal, orderKey('A1'))
  await journal.durable()
  const last = rawDatabase(t, folder).prepare('SELECT seq, lower(hex(chain)) AS chain FROM entries').get()
  assert.deepEqual(journal.readHead(), last)
})
