// Orders that share something and are not the same: one number at two institutions, a hundred orders of one visit; and what a person
// has handled (RULES 2.5, 4.6, 8.1).
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import { act, attentionOf, bill, newNumber, place, reasonsOf, refresh, type Fields } from '../support/cashier-job.ts'
import { orgCodg, otherOrgCodg, startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { listForAttention } from '../../src/main/usecases/order/file-order.ts'
import { beginUpload, folderFor, journalIn } from '../support/agents/open-journal.ts'
import { timeOfDayMs } from '../../src/core/domain/time/shanghai-time.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

it('one number at two institutions: the list that needs a person keeps both', async (t) => {
  const journal = journalIn(t, folderFor(t))
  const lists = { open: false, queued: false, unbooked: true, attention: true, settled: false }
  for (const own of [orgCodg, otherOrgCodg]) {
    const key = { orgCodg: own, medOrgOrd: 'SAME01' }
    beginUpload(journal, key)
    journal.note(key, { kind: 'attention', facts: { reason: 'day-end' } })
    journal.file(key, lists)
  }
  await journal.durable()
  for (const own of [orgCodg, otherOrgCodg]) {
    assert.deepEqual(
      listForAttention(journal, own).map((order) => [order.orgCodg, order.medOrgOrd]),
      [[own, 'SAME01']],
    )
  }
})

it('a line of the oldest of a hundred and one orders of a visit is found', async () => {
  const visit = newNumber('VISIT')
  const uploadOf = (medOrgOrd: string, lines: Fields = {}) =>
    agent.call('POST', '/v1/orders', bill(medOrgOrd, { iptOtpNo: visit, ...lines }))
  const first = newNumber('LINE')
  assert.equal((await uploadOf(first)).code, '0')
  for (let each = 0; each < 100; each += 1) assert.equal((await uploadOf(newNumber('LINE'))).code, '0')
  const again = newNumber('LINE')
  const answer = await uploadOf(again, { feedetailList: bill(first)['feedetailList'] })
  assert.deepEqual([answer.code, answer.data['medOrgOrd']], ['DUPLICATE_BILL', first], answer.message)
})

it('what a person handled at the end of the day stays handled until something new happens', async () => {
  const own = await startTestAgent()
  const schedule = {
    firstAfterMs: 10,
    everyMs: 10,
    untilMs: 100_000,
    backOffMs: [10],
    slowEveryMs: 60_000,
    cashierExpiryMs: 60_000,
  }
  try {
    const medOrgOrd = await place(own, 'mixed')
    await own.stop()
    await own.start({ orders: { dayEndMs: timeOfDayMs(Date.now() + 600), processingMs: 1, schedule } })
    await until('the day end', async () => (await reasonsOf(own, medOrgOrd)).includes('day-end'))
    const word = { decision: 'handled', operator: '007', remark: '患者明天再付' }
    assert.equal((await own.call('POST', `/v1/attention/${medOrgOrd}/resolve`, word)).code, '0')
    const asked = await own.center.count(medOrgOrd, '6301')
    await until('three questions', async () => (await asked()) >= 3)
    assert.equal(await attentionOf(own, medOrgOrd), undefined)
    await own.center.payer(medOrgOrd)
    assert.equal((await refresh(own, medOrgOrd)).data['paid'], true)
    assert.equal((await act(own, medOrgOrd, 'booking', { success: true, remark: '' })).code, '0')
  } finally {
    await own.close()
  }
})
