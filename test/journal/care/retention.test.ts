// Cutting what is old and closed: what stays still verifies, and who cut is signed.
import assert from 'node:assert/strict'
import { describe, it, type TestContext } from 'node:test'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import { openJournal, type OpenJournal } from '../../../src/main/journal/open-journal.ts'
import type { OrderKey } from '../../../src/main/usecases/base/ports.ts'
import { runJournal } from '../../support/agents/journal-command.ts'
import {
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  withoutTriggers,
} from '../../support/agents/open-journal.ts'

const closed = { open: false, queued: false, settled: false, unbooked: false, attention: false }

const addOrder = (journal: OpenJournal, order: OrderKey, isClosed: boolean): void => {
  const intent = beginUpload(journal, order)
  journal.finish(intent, order, { outcome: 'accepted', facts: { output: { payOrdId: 'P1' } }, lookups: [] })
  if (isClosed) journal.file(order, closed)
}

/** OLD1 and OLD2 closed in 2010, OPEN open since 2010, LATE begun in 2010 and touched today, NEW of today. */
const oldJournal = (t: TestContext): string => {
  const folder = folderFor(t)
  const then = openJournal(folder, 'sandbox', { ...systemClock, wallMs: () => Date.parse('2010-05-05T08:00:00Z') })
  for (const number of ['OLD1', 'OPEN', 'OLD2', 'LATE']) addOrder(then, orderKey(number), number !== 'OPEN')
  then.close()
  const journal = journalIn(t, folder)
  journal.note(orderKey('LATE'), { kind: 'booking', facts: { success: true, remark: '', caller: 'his' } })
  addOrder(journal, orderKey('NEW'), true)
  journal.close()
  return folder
}

const cut = (folder: string, ...more: string[]) => runJournal(folder, 'cut', '--operator', 'OP01', ...more)

describe('a cut', () => {
  it('removes old closed orders with their patients; open, touched and new ones stay, and everything verifies', async (t) => {
    const folder = oldJournal(t)
    const done = await cut(folder)
    assert.equal(done.exitCode, 0, done.errors)
    assert.match(done.output, /已删除 2 笔订单, 4 条记录/)
    const journal = journalIn(t, folder)
    const kept = ['OLD1', 'OPEN', 'OLD2', 'LATE', 'NEW'].map((number) => journal.readEntries(orderKey(number)).length)
    assert.deepEqual(kept, [0, 2, 0, 3, 2])
    assert.equal(journal.findOrders('H00000000001', { kind: 'idNo', value: '11010119900307000X' }).length, 3)
    assert.equal(journal.care.status().state, 'ok')
    addOrder(journal, orderKey('NEXT'), true)
    journal.close()
    assert.equal((await runJournal(folder, 'verify')).exitCode, 0)
    assert.match((await cut(folder)).output, /没有可删除的/)
    const raw = rawDatabase(t, folder)
    for (const table of ['entries', 'payloads']) assert.throws(() => raw.exec(`DELETE FROM ${table}`), /append-only/)
    const detail = raw.prepare("SELECT detail FROM checkpoints WHERE kind = 'cut'").pluck().get()
    assert.equal((JSON.parse(String(detail)) as { operator: string }).operator, 'OP01')
  })

  for (const [what, sql] of [
    ['a kept old row is changed', "UPDATE entries SET outcome = 'declined' WHERE seq = 4"],
    ['a kept old row is removed', 'DELETE FROM entries WHERE seq = 4'],
    ['the first row after the cut is removed', 'DELETE FROM entries WHERE seq = 9'],
    ['the signed record of the cut is changed', `UPDATE checkpoints SET detail = replace(detail, 'OP01', 'OP02')`],
    ['the signed record of the cut is removed', "DELETE FROM checkpoints WHERE kind = 'cut'"],
  ] as const) {
    it(`is no way to hide: ${what}, and the journal does not verify`, async (t) => {
      const folder = oldJournal(t)
      await cut(folder)
      const raw = withoutTriggers(rawDatabase(t, folder))
      raw.exec(sql)
      raw.close()
      assert.equal((await runJournal(folder, 'verify')).exitCode, 2)
    })
  }

  it('of the last five years is refused, and so is one of a journal that does not verify', async (t) => {
    const folder = oldJournal(t)
    const young = await cut(folder, '--before', '2026-01-01')
    assert.equal(young.exitCode, 1)
    assert.match(young.errors, /5 年/)
    const raw = withoutTriggers(rawDatabase(t, folder))
    raw.exec('UPDATE entries SET at_ms = at_ms + 1 WHERE seq = 2')
    raw.close()
    const refused = await cut(folder)
    assert.match(refused.errors, /JOURNAL_BROKEN/)
  })
})
