// A row that does not open, says nothing that can be folded, or does not follow: its order needs a person and no money of it
// moves; every other order goes on as ever.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { createSeal } from '../../src/main/journal/keys/seal.ts'
import { openExistingStore } from '../../src/main/journal/store/open-store.ts'
import { bill, newNumber, pay, place, placement, refundAll, upload, type Fields } from '../support/cashier-job.ts'
import {
  beginUpload,
  folderFor,
  journalIn,
  orderKey,
  rawDatabase,
  withoutTriggers,
} from '../support/agents/open-journal.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

/** Spoils the newest entry of an order: one bit of its facts. The agent is not running. */
const spoilLast = (agent: TestAgent, t: Parameters<typeof rawDatabase>[0], medOrgOrd: string, kind: string): number => {
  const raw = withoutTriggers(rawDatabase(t, agent.dataDir))
  const seq = raw
    .prepare(
      `SELECT max(e.seq) FROM entries e JOIN orders o ON o.id = e.order_id WHERE o.med_org_ord = ? AND e.kind = ?`,
    )
    .pluck()
    .get(medOrgOrd, kind) as number
  const facts = raw.prepare('SELECT facts FROM entries WHERE seq = ?').pluck().get(seq) as Buffer
  facts[facts.length - 1] = (facts.at(-1) ?? 0) ^ 1
  raw.prepare('UPDATE entries SET facts = ? WHERE seq = ?').run(facts, seq)
  raw.close()
  return seq
}

const attentionOf = async ({ call }: TestAgent, medOrgOrd: string): Promise<unknown[]> => {
  const { data } = await call('GET', '/v1/attention')
  const found = (data['orders'] as Fields[]).find((order) => order['medOrgOrd'] === medOrgOrd)
  return ((found?.['reasons'] ?? []) as Fields[]).map(({ reason }) => reason)
}

const journalOf = async ({ call }: TestAgent): Promise<Fields> =>
  (await call('GET', '/v1/status')).data['journal'] as Fields

describe('an order with a damaged row', () => {
  it('needs a person, moves no money, shows the rest; the other orders are paid, refunded and read', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const damaged = await pay(agent, 'insurance')
    const other = await pay(agent, 'insurance')
    await agent.stop()
    spoilLast(agent, t, damaged, 'outcome')
    await agent.start()

    const record = await agent.call('GET', `/v1/orders/${damaged}`)
    assert.equal(record.code, '0')
    assert.ok((record.data['attention'] as unknown[]).includes('journal-unreadable'))
    assert.deepEqual(await attentionOf(agent, damaged), ['journal-unreadable'])
    const sent = agent.center.sent()
    for (const answer of [
      await agent.call('POST', `/v1/orders/${damaged}/placement`, placement()),
      await agent.call('POST', `/v1/orders/${damaged}/refunds`, refundAll('insurance')),
      await agent.call('POST', `/v1/orders/${damaged}/revocation`, {}),
    ]) {
      assert.equal(answer.status, 409)
      assert.equal(answer.code, 'ORDER_QUARANTINED')
    }
    assert.deepEqual(agent.center.sent(), sent)

    assert.equal((await journalOf(agent))['quarantinedOrders'], 1)
    assert.equal((await agent.call('POST', `/v1/orders/${other}/refunds`, refundAll('insurance'))).code, '0')
    await pay(agent, 'mixed')
    assert.equal(agent.center.order(damaged).refundedFen, 0)
  })

  it('still stands there after the next start, and its row is where it was', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const medOrgOrd = await place(agent, 'mixed')
    await agent.stop()
    const seq = spoilLast(agent, t, medOrgOrd, 'intent')
    await agent.start()
    // Recovery reads open orders: nobody has to ask for it.
    assert.equal((await journalOf(agent))['quarantinedOrders'], 1)
    await agent.stop()
    await agent.start()
    assert.equal((await journalOf(agent))['quarantinedOrders'], 1)
    assert.deepEqual(await attentionOf(agent, medOrgOrd), ['journal-unreadable'])
    const raw = rawDatabase(t, agent.dataDir)
    assert.equal(raw.prepare('SELECT count(*) FROM entries WHERE seq = ?').pluck().get(seq), 1)
  })

  it('whose upload cannot be read is not uploaded again: it may have been paid', async (t) => {
    const agent = await startTestAgent()
    t.after(agent.close)
    const medOrgOrd = await upload(agent, newNumber())
    await agent.stop()
    spoilLast(agent, t, medOrgOrd, 'intent')
    await agent.start()
    const requests = agent.center.ledger().requests['6201']
    const again = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(again.code, 'ORDER_QUARANTINED')
    assert.equal(agent.center.ledger().requests['6201'], requests)
  })
})

describe('a row that is found', () => {
  it('by the background walk: its order is quarantined without anybody reading it', async (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    for (const number of ['A1', 'A2']) beginUpload(journal, orderKey(number))
    journal.close()
    const raw = withoutTriggers(rawDatabase(t, folder))
    raw.exec("UPDATE payloads SET body = x'0001ff' WHERE seq = 2")
    const reopened = journalIn(t, folder, { times: { firstWalkAfterMs: 1 } })
    assert.equal(reopened.readEntries(orderKey('A2'))[0]?.kind, 'intent')
    reopened.care.start()
    await until('the walk', () => reopened.care.status().quarantinedOrders === 1)
    assert.equal(reopened.readEntries(orderKey('A2'))[0]?.kind, 'attention')
    assert.equal(reopened.readEntries(orderKey('A1'))[0]?.kind, 'intent')
    assert.deepEqual(reopened.readList('attention'), [orderKey('A2')])
  })

  it('to be sealed by us and yet say nothing that can be folded', (t) => {
    const folder = folderFor(t)
    const journal = journalIn(t, folder)
    beginUpload(journal, orderKey('A1'))
    journal.close()
    const store = openExistingStore(folder, { mayWrite: true })
    const sealed = (text: string): Buffer =>
      createSeal(store.keys.data).close({ table: 'entries', seq: 1, column: 'facts' }, Buffer.from(text))
    withoutTriggers(store.database)
    for (const text of ['{"idNo":7}', '[]', 'null', '{', '']) {
      store.database.prepare('UPDATE entries SET facts = ?').run(sealed(text))
      store.database.exec('DELETE FROM quarantine')
      const reopened = journalIn(t, folder)
      assert.equal(reopened.readEntries(orderKey('A1'))[0]?.kind, 'attention', text)
      assert.throws(() => beginUpload(reopened, orderKey('A1'), { attempt: 2 }), { code: 'ORDER_QUARANTINED' })
      reopened.close()
    }
    store.database.close()
  })
})
