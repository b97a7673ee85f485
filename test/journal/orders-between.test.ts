// Finding the orders of a span of time without reading the others, and the head of the chain.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { UploadPage } from '../../src/main/usecases/base/look-ups.ts'
import type { Clock } from '../../src/main/usecases/base/ports.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import {
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  uploadFacts,
} from '../support/agents/open-journal.ts'

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
    journal.readOrdersBetween('H00000000001', { fromMs, toMs, untilMs: toMs }, atMost).map(({ medOrgOrd }) => medOrgOrd)
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

it('a list by time gives each order once, by its first upload, newest first, and goes on where it stopped', (t) => {
  const folder = folderFor(t)
  let nowMs = 1_000
  const clock: Clock = { wallMs: () => nowMs, monotonicMs: () => nowMs }
  const journal = openJournal(folder, 'sandbox', clock)
  t.after(journal.close)
  const other = { orgCodg: 'H00000000002', medOrgOrd: 'B1' }
  for (const order of [orderKey('A1'), orderKey('A2'), other]) beginUpload(journal, order)
  nowMs = 2_000
  beginUpload(journal, orderKey('A3'))
  beginUpload(journal, orderKey('A1'), { attempt: 2 })
  const list = (more: Partial<UploadPage> = {}) =>
    journal.listUploads('H00000000001', { fromMs: 0, toMs: 3_000, atMost: 2, ...more })
  const names = (page: ReturnType<typeof list>): string[] => page.map(({ order }) => order.medOrgOrd)
  const first = list()
  assert.deepEqual(names(first), ['A3', 'A2'])
  assert.deepEqual(names(list({ before: first.at(-1)?.place ?? assert.fail() })), ['A1'])
  assert.deepEqual(names(list({ fromMs: 1_001 })), ['A3'])
  assert.deepEqual(names(list({ toMs: 2_000, atMost: 9 })), ['A2', 'A1'])
  const lookup = { kind: 'idNo', value: uploadFacts.idNo } as const
  assert.deepEqual(names(list({ lookup, atMost: 9 })), ['A3', 'A2', 'A1'])
  assert.deepEqual(names(list({ lookup: { ...lookup, value: 'nobody' } })), [])
})

it('what changed since an entry is each order with a later one', (t) => {
  const journal = journalIn(t, folderFor(t))
  beginUpload(journal, orderKey('A1'))
  beginUpload(journal, orderKey('A2'))
  const { seq } = journal.readHead()
  journal.note(orderKey('A1'), { kind: 'attention', facts: { reason: 'unexpected-status' } })
  const changed = (afterSeq: number, untilSeq: number): string[] =>
    journal.readOrdersChanged(afterSeq, untilSeq).map(({ medOrgOrd }) => medOrgOrd)
  assert.deepEqual(changed(0, seq), ['A1', 'A2'])
  assert.deepEqual(changed(seq, seq + 1), ['A1'])
  assert.deepEqual(changed(seq + 1, seq + 9), [])
})
