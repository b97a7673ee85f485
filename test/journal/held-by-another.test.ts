// Another program holds journal.db (a database tool, a backup, a virus scanner): nothing is begun that could not be written, what
// is to be written waits without holding anything up, and it is told as what it is.
import assert from 'node:assert/strict'
import type Sqlite from 'better-sqlite3'
import { describe, it, type TestContext } from 'node:test'
import {
  bill,
  newNumber,
  pay,
  place,
  placement,
  readOrder,
  refundAll,
  upload,
  type Fields,
} from '../support/cashier-job.ts'
import { beginUpload, folderFor, journalIn, orderKey, rawDatabase } from '../support/agents/open-journal.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

/** SQLite's own wait was 5 s; the rest is room for a busy machine. */
const atMostMs = 1_000

const hold = async (t: TestContext, folder: string): Promise<Sqlite.Database> => {
  const other = rawDatabase(t, folder)
  // The agent may be in the middle of a commit of its own, in this very thread.
  other.pragma('busy_timeout = 0')
  await until('the lock', () => {
    try {
      other.exec('BEGIN IMMEDIATE')
      return true
    } catch {
      return false
    }
  })
  return other
}

const stateOf = async ({ call }: TestAgent): Promise<unknown> =>
  ((await call('GET', '/v1/status')).data['journal'] as Fields)['state']

describe('a journal that another program holds', () => {
  it('refuses a write at once, by its own code, and takes it when the file is free', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const other = await hold(t, folder)
    for (let at = 0; at < 20; at++) {
      const startedMs = performance.now()
      assert.throws(() => beginUpload(journal, orderKey('A1')), { code: 'JOURNAL_BUSY', message: /被其他程序占用/ })
      assert.ok(performance.now() - startedMs < atMostMs)
    }
    assert.equal(journal.care.status().state, 'busy')
    await assert.rejects(journal.free(30), { code: 'JOURNAL_BUSY' })
    const free = journal.free(60_000)
    other.exec('ROLLBACK')
    await free
    beginUpload(journal, orderKey('A1'))
    await journal.durable()
    assert.equal(journal.care.status().state, 'ok')
    assert.equal(journal.readEntries(orderKey('A1')).length, 1)
  })

  it('is written to in the very turn in which it is free, however eager the other program is', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    const other = await hold(t, folder)
    assert.throws(() => beginUpload(journal, orderKey('A1')))
    const written = journal.free(60_000).then(() => {
      other.pragma('busy_timeout = 0')
      assert.throws(() => other.exec('BEGIN IMMEDIATE'), /locked/)
      return beginUpload(journal, orderKey('A1'))
    })
    other.exec('ROLLBACK')
    assert.equal((await written).seq, 1)
  })

  it('lets calls wait and be done, while questions are answered', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const paid = await pay(agent, 'insurance')
    const other = await hold(t, agent.dataDir)
    const sent = agent.center.ledger().requests['6201']
    const waiting = agent.call('POST', '/v1/orders', bill(newNumber()))
    await until('busy', async () => (await stateOf(agent)) === 'busy')
    assert.equal((await readOrder(agent, paid)).data['paid'], true)
    assert.equal(agent.center.ledger().requests['6201'], sent, 'nothing leaves before its intent is on the disk')
    other.exec('ROLLBACK')
    assert.equal((await waiting).code, '0')
    assert.equal(await stateOf(agent), 'ok')
    assert.equal((await agent.call('POST', `/v1/orders/${paid}/refunds`, refundAll('insurance'))).code, '0')
  })

  it('loses no answer of the center that comes meanwhile', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 300 } })
    const placing = agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await until('the request', () => agent.center.ledger().requests['6202'] === 1)
    const other = await hold(t, agent.dataDir)
    await until('busy', async () => (await stateOf(agent)) === 'busy')
    other.exec('ROLLBACK')
    assert.equal((await placing).code, '0')
    await place(agent, 'insurance')
  })

  it('is told to a caller as what it is when nobody lets go, and nothing was begun', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const other = await hold(t, agent.dataDir)
    const medOrgOrd = newNumber()
    const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(answer.status, 503)
    assert.equal(answer.code, 'JOURNAL_BUSY')
    other.exec('ROLLBACK')
    assert.equal((await readOrder(agent, medOrgOrd)).code, 'ORDER_NOT_FOUND')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
  })
})
