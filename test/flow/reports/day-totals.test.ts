// The figures of days over a real journal: counted piece by piece, exactly once, whoever asks meanwhile and whatever ends it.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { fillJournal } from '../../../bench/full-journal.ts'
import { orgCodg } from '../../../bench/channel.ts'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'
import { createDayTotals, type DayTotals } from '../../../src/main/usecases/reading/day-totals.ts'
import type { Journal, Timers } from '../../../src/main/usecases/base/ports.ts'
import { folderFor, journalIn } from '../../support/agents/open-journal.ts'

const timers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}
const log = () => undefined
const totalsIn = (journal: Journal): DayTotals => createDayTotals({ journal, clock: systemClock, timers, log })
const today = (): string => readableTime(Date.now()).slice(0, 10)
const settlements = (totals: DayTotals): number => totals.read(orgCodg, today()).settlements

it('a budget that is too small gives less, says so, and the next call goes on', async (t) => {
  const journal = journalIn(t, folderFor(t))
  await fillJournal(journal, { closed: 100, open: 3 })
  const totals = totalsIn(journal)
  assert.equal(totals.progress(), 0)
  let calls = 0
  for (let before = 0; totals.progress() < 1; calls++) {
    await totals.catchUp(0)
    assert.ok(totals.progress() > before)
    before = totals.progress()
  }
  assert.ok(calls > 1)
  assert.deepEqual([settlements(totals), totals.read(orgCodg, today()).net.feeSumamtFen], [100, 100_000])
  assert.equal(totals.read('H00000000002', today()).settlements, 0)
})

it('two who ask at once count each order once, and so does the next start', async (t) => {
  const journal = journalIn(t, folderFor(t))
  await fillJournal(journal, { closed: 60, open: 0 })
  const totals = totalsIn(journal)
  await Promise.all([totals.catchUp(10_000), totals.catchUp(10_000)])
  assert.equal(settlements(totals), 60)
  await totals.close()
  await fillJournal(journal, { closed: 5, open: 0 })
  const next = totalsIn(journal)
  assert.equal(settlements(next), 60, 'what was counted is remembered')
  await next.catchUp(10_000)
  assert.equal(settlements(next), 65)
})

it('a crash before anything was written down only means counting again', async (t) => {
  const journal = journalIn(t, folderFor(t))
  await fillJournal(journal, { closed: 10, open: 0 })
  const totals = totalsIn(journal)
  await totals.catchUp(10_000)
  await fillJournal(journal, { closed: 10, open: 0 })
  await totals.catchUp(10_000)
  const next = totalsIn(journal)
  await next.catchUp(10_000)
  assert.equal(settlements(next), 20)
})
