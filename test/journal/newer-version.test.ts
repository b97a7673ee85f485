// What a later version wrote (RULES 2.6): its order is refused as a whole, by name, and guards what it holds; every other order
// goes on. A journal of a higher format is refused as a whole.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { backUpJournal, restoreJournal } from '../../src/main/journal/care/replace-journal.ts'
import { journalFormat } from '../../src/main/journal/base/open-database.ts'
import { openExistingStore } from '../../src/main/journal/store/open-store.ts'
import { verifyJournal } from '../../src/main/journal/care/verify-journal.ts'
import {
  bill,
  newNumber,
  pay,
  place,
  placement,
  reasonsOf,
  refresh,
  refundAll,
  refundCash,
} from '../support/cashier-job.ts'
import { appendNewer, type NewerRow } from '../support/newer-entry.ts'
import { beginUpload, folderFor, journalIn, orderKey, rawDatabase } from '../support/agents/open-journal.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

const newerRows: readonly (readonly [string, NewerRow])[] = [
  ['a verb', { verb: 'mixedOrder' }],
  ['a kind', { kind: 'adoption' }],
  ['an outcome', { kind: 'outcome', verb: 'placement', outcome: 'partly' }],
  ['a verb of an outcome', { kind: 'outcome', verb: 'mixedOrder', outcome: 'accepted' }],
  ['a rule', { verb: 'revocation', facts: { ordStasBefore: '0', rule: '11.7' } }],
  ['a type of refund', { verb: 'refund', facts: { appRefdSn: 'RF9', refdType: 'MIXED', ordStasBefore: '6' } }],
  ['a notice', { kind: 'notification', facts: { code: '6399', digest: 'd', output: {} } }],
  ['a decision', { kind: 'resolution', facts: { decision: 'adopted', operator: '', remark: '', caller: '' } }],
  ['a reason', { kind: 'attention', facts: { reason: 'fork-at-the-hub' } }],
]

describe('an order with an entry of a later version', () => {
  for (const [what, row] of newerRows) {
    it(`that has ${what} which this version does not know is refused by its code`, (t) => {
      const folder = folderFor(t)
      const before = journalIn(t, folder)
      beginUpload(before, orderKey('A1'))
      before.close()
      appendNewer(folder, 'A1', row)
      const journal = journalIn(t, folder)
      const begin = (): unknown => beginUpload(journal, orderKey('A1'), { attempt: 2 })
      assert.throws(begin, { code: 'ORDER_OF_NEWER_VERSION' })
      assert.throws(
        () => {
          journal.note(orderKey('A1'), { kind: 'authorization', facts: { payAuthNo: 'AUTH' } })
        },
        { code: 'ORDER_OF_NEWER_VERSION' },
      )
      assert.equal(journal.readEntries(orderKey('A1')).at(-1)?.kind, 'newer')
      beginUpload(journal, orderKey('A2'))
      assert.equal(journal.care.status().state, 'ok')
    })
  }

  it('is read, stands on the list that needs a person, and nobody begins anything on it', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const refused = await pay(agent, 'mixed')
    const other = await pay(agent, 'insurance')
    await agent.stop()
    appendNewer(agent.dataDir, refused, { verb: 'mixedOrder' })
    await agent.start()

    const record = await agent.call('GET', `/v1/orders/${refused}`)
    assert.equal(record.code, '0')
    assert.equal(record.data['state'], 'needsPerson')
    assert.equal(record.data['next'], 'person')
    assert.equal(record.data['paid'], false)
    assert.deepEqual(await reasonsOf(agent, refused), ['newer-version'])
    assert.ok(!JSON.stringify((await agent.call('GET', '/v1/orders/unbooked')).data).includes(refused))

    const sent = agent.center.sent()
    const base = `/v1/orders/${refused}`
    const handled = { decision: 'handled', operator: '007', remark: '已核对' }
    for (const answer of [
      await agent.call('POST', '/v1/orders', bill(refused)),
      await agent.call('POST', `${base}/placement`, placement()),
      await agent.call('POST', `${base}/refunds`, refundAll('mixed')),
      await agent.call('POST', `${base}/revocation`, {}),
      await refresh(agent, refused),
      await agent.call('POST', `${base}/booking`, { success: true, remark: '' }),
      await agent.call('POST', `${base}/authorization`, { payAuthNo: 'AUTH0001' }),
      await agent.call('POST', `/v1/attention/${refused}/resolve`, handled),
    ]) {
      assert.equal(answer.code, 'ORDER_OF_NEWER_VERSION', JSON.stringify(answer))
      assert.equal(answer.status, 409)
      assert.match(answer.message, /更新的版本/)
    }
    assert.deepEqual(agent.center.sent(), sent)
    assert.equal((await agent.call('POST', `/v1/orders/${other}/refunds`, refundAll('insurance'))).code, '0')
  })

  it('that is not settled is neither asked about nor revoked nor ended by the next start', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const medOrgOrd = await place(agent, 'mixed')
    await agent.stop()
    appendNewer(agent.dataDir, medOrgOrd, { verb: 'mixedOrder' })
    const sent = agent.center.sent()
    await agent.start()
    await until('the list', async () => (await reasonsOf(agent, medOrgOrd)).includes('newer-version'))
    assert.deepEqual(agent.center.sent(), sent)
    await agent.stop()
    const raw = rawDatabase(t, agent.dataDir)
    const lists = raw.prepare('SELECT list FROM lists ORDER BY list').pluck().all()
    assert.deepEqual(lists, ['attention', 'open'], 'the version that wrote it goes on with it')
    assert.equal(raw.prepare('SELECT verb FROM entries ORDER BY seq DESC LIMIT 1').pluck().get(), 'mixedOrder')
  })

  it('still guards its bill and its refund numbers', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const first = bill(newNumber())
    const refused = String(first['medOrgOrd'])
    await agent.call('POST', '/v1/orders', first)
    const refunded = await pay(agent, 'mixed')
    const cash = refundCash('2.00')
    assert.equal((await agent.call('POST', `/v1/orders/${refunded}/refunds`, cash)).code, '0')
    const other = await pay(agent, 'mixed')
    await agent.stop()
    appendNewer(agent.dataDir, refused, { kind: 'adoption' })
    appendNewer(agent.dataDir, refunded, { kind: 'adoption' })
    await agent.start()
    const again = { ...first, medOrgOrd: newNumber() }
    assert.equal((await agent.call('POST', '/v1/orders', again)).code, 'DUPLICATE_BILL')
    assert.equal((await agent.call('POST', `/v1/orders/${other}/refunds`, cash)).code, 'KEY_CONFLICT')
  })

  it('that nobody reads is found by the background walk', async (t) => {
    const folder = folderFor(t)
    const before = journalIn(t, folder)
    beginUpload(before, orderKey('A1'))
    before.file(orderKey('A1'), { open: false })
    before.close()
    appendNewer(folder, 'A1', { kind: 'adoption' })
    const journal = journalIn(t, folder, { times: { firstWalkAfterMs: 1 } })
    assert.deepEqual(journal.readList('attention'), [])
    journal.care.start()
    await until('the walk', () => journal.readList('attention').length === 1)
    assert.equal(journal.care.status().quarantinedOrders, 0)
  })
})

describe('a journal of a higher format', () => {
  it('is not opened, verified or restored, and stays as it was', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A1'))
    journal.close()
    const own = openExistingStore(folder, { mayWrite: false })
    const [older, newer] = [join(folder, 'older.db'), join(folder, 'newer.db')]
    await backUpJournal(own.database, older)
    own.database.close()
    rawDatabase(t, folder).pragma(`user_version = ${journalFormat + 1}`)
    const wrong = { code: 'JOURNAL_TOO_NEW', message: new RegExp(`账本格式 ${journalFormat + 1}`) }
    assert.throws(() => journalIn(t, folder), wrong)
    assert.throws(() => openExistingStore(folder, { mayWrite: false }), wrong)
    await backUpJournal(rawDatabase(t, folder), newer)
    assert.throws(() => restoreJournal(folder, newer, { atMs: 0 }), wrong)
    restoreJournal(folder, older, { atMs: 0 })
    const store = openExistingStore(folder, { mayWrite: false })
    assert.equal(verifyJournal(store).entries, 1)
    store.database.close()
  })
})
