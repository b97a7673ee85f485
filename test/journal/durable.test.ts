// What the file itself guarantees: every commit is on the disk, nothing is changed or removed, a final outcome stays.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { it } from 'node:test'
import { journalFile } from '../../src/main/journal/store/journal-files.ts'
import { openDatabase } from '../../src/main/journal/base/open-database.ts'
import { bill, newNumber, placement, upload } from '../support/cashier-job.ts'
import { beginUpload, folderFor, journalIn, orderKey, rawDatabase } from '../support/agents/open-journal.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'

const modesOf = (database: ReturnType<typeof openDatabase>['database']): unknown[] => [
  database.pragma('journal_mode', { simple: true }),
  database.pragma('synchronous', { simple: true }),
  database.pragma('foreign_keys', { simple: true }),
]

it('a new file and one that is opened again are WAL with synchronous FULL, after a write (I1)', (t) => {
  const path = join(folderFor(t), journalFile)
  for (const opening of ['new', 'again', 'once more']) {
    const { database } = openDatabase(path, 'sandbox')
    database.prepare("INSERT OR REPLACE INTO meta VALUES ('test', x'01')").run()
    assert.deepEqual(modesOf(database), ['wal', 2, 1], opening)
    database.close()
  }
})

it('a place that cannot be WAL is refused: a commit there would not be durable', () => {
  assert.throws(() => openDatabase(':memory:', 'sandbox'), {
    code: 'JOURNAL_UNWRITABLE',
    message: /journal_mode=memory/,
  })
})

it('rows of entries and payloads can be added, never changed or removed', async (t) => {
  const folder = folderFor(t)
  const journal = journalIn(t, folder)
  const intent = beginUpload(journal, orderKey('A1'))
  journal.finish(intent, orderKey('A1'), { outcome: 'accepted', facts: {}, lookups: [] })
  await journal.durable()
  const raw = rawDatabase(t, folder)
  for (const table of ['entries', 'payloads']) {
    const appendOnly = { code: /^SQLITE_CONSTRAINT/, message: `${table} are append-only` }
    assert.throws(() => raw.exec(`UPDATE ${table} SET seq = seq + 100`), appendOnly)
    assert.throws(() => raw.exec(`DELETE FROM ${table}`), appendOnly)
  }
  assert.throws(() => raw.exec("UPDATE entries SET outcome = 'declined'"), /append-only/)
  assert.throws(() => raw.exec("REPLACE INTO payloads VALUES (1, x'00')"), /append-only/)
  const columns = 'order_id, at_ms, kind, operation_id, verb, op_key, attempt, outcome, body_mac, facts, chain'
  for (const seq of ['1', '3']) {
    const copy = `REPLACE INTO entries SELECT ${seq}, ${columns} FROM entries WHERE seq = 1`
    assert.throws(() => raw.exec(copy), /append-only/)
  }
  assert.equal(raw.prepare('SELECT count(*) FROM entries').pluck().get(), 2)
})

it('tables are STRICT: a value of another type is refused', (t) => {
  const folder = folderFor(t)
  journalIn(t, folder)
  const raw = rawDatabase(t, folder)
  const tables = raw
    .prepare("SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND type = 'table'")
    .all() as {
    name: string
    strict: number
  }[]
  const loose = tables.filter(({ name, strict }) => strict === 0 && !name.startsWith('sqlite_'))
  assert.deepEqual(loose, [])
  assert.throws(() => raw.exec("INSERT INTO meta VALUES ('x', 'text where a blob belongs')"), /cannot store TEXT/)
})

it('a final outcome never changes; an unknown one may become final once (docs/api.md)', (t) => {
  const order = orderKey('A1')
  const journal = journalIn(t, folderFor(t))
  const intent = beginUpload(journal, order)
  const finish = (outcome: 'unknown' | 'accepted' | 'declined'): unknown =>
    journal.finish(intent, order, { outcome, facts: {}, lookups: [] })
  finish('unknown')
  finish('unknown')
  finish('accepted')
  assert.throws(() => finish('declined'), { code: 'JOURNAL_UNWRITABLE' })
  assert.throws(() => finish('unknown'), { code: 'JOURNAL_UNWRITABLE' })
  assert.throws(() => finish('accepted'), { code: 'JOURNAL_UNWRITABLE' })
  assert.equal(journal.readOperation(intent.operationId)?.outcome?.outcome, 'accepted')
})

it('one attempt has one intent: a second one of the same key and number is refused (RULES 2.1)', (t) => {
  const journal = journalIn(t, folderFor(t))
  beginUpload(journal, orderKey('A1'))
  assert.throws(() => beginUpload(journal, orderKey('A1')), { code: 'JOURNAL_UNWRITABLE' })
  beginUpload(journal, orderKey('A1'), { attempt: 2 })
  beginUpload(journal, orderKey('A2'))
})

it('after a refused write the next one follows on: no gap in the numbers, no entry lost', (t) => {
  const order = orderKey('A1')
  const journal = journalIn(t, folderFor(t))
  beginUpload(journal, order)
  assert.throws(() => beginUpload(journal, order))
  journal.note(order, { kind: 'attention', facts: { reason: 'day-end' } })
  assert.deepEqual(
    journal.readEntries(order).map(({ seq, kind }) => [seq, kind]),
    [
      [1, 'intent'],
      [2, 'attention'],
    ],
  )
})

it('the intent is committed before the request arrives, the outcome before the answer leaves (docs/architecture.md)', async (t) => {
  const agent = await startTestAgent()
  t.after(agent.close)
  const medOrgOrd = await upload(agent)
  await agent.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 300 } })
  const answer = agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
  await agent.center.untilRequests('6202', 1)
  const raw = rawDatabase(t, agent.dataDir)
  const written = raw.prepare("SELECT kind FROM entries WHERE verb = 'placement' ORDER BY seq").pluck()
  assert.deepEqual(written.all(), ['intent'])
  assert.equal((await answer).code, '0')
  assert.deepEqual(written.all(), ['intent', 'outcome'])
})

it('a call that is refused before it is sent writes nothing', async (t) => {
  const agent = await startTestAgent()
  t.after(agent.close)
  const medOrgOrd = await upload(agent)
  const raw = rawDatabase(t, agent.dataDir)
  const count = raw.prepare('SELECT count(*) FROM entries').pluck()
  const before = count.get()
  await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, {})
  await agent.call('POST', '/v1/orders', bill(newNumber(), { medfeeSumamt: '1.00' }))
  await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, {})
  assert.equal(count.get(), before)
})
