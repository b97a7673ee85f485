// What the HIS reports of its own booking, and the two lists that come of it (RULES 8): what it missed, what needs a person.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { act, newNumber, pay, place, refundCash, upload, type Fields } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

describe('booking by the HIS (RULES 8)', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent({ orders: { unbookedAfterMs: 300, cashRefundOn16: 'person' } })
  })
  after(() => agent.close())

  const book = (medOrgOrd: string, body: object) => agent.call('POST', `/v1/orders/${medOrgOrd}/booking`, body)
  const numbers = (data: Fields): unknown[] => (data['orders'] as Fields[]).map(({ medOrgOrd }) => medOrgOrd)
  const missed = async (as = 'his'): Promise<unknown[]> =>
    numbers((await agent.call('GET', '/v1/orders?paid=true&booked=false', undefined, as)).data)
  const reasons = async (medOrgOrd: string): Promise<unknown[]> => {
    const { data } = await agent.call('GET', '/v1/attention')
    const found = (data['orders'] as Fields[]).find((order) => order['medOrgOrd'] === medOrgOrd)
    return ((found?.['reasons'] ?? []) as Fields[]).map(({ reason }) => reason)
  }

  it('a settlement stands on the list of what the HIS missed until it says that it booked it', async () => {
    const medOrgOrd = await pay(agent)
    assert.ok((await missed()).includes(medOrgOrd))
    const answer = await book(medOrgOrd, { success: true, remark: '已记账' })
    assert.equal(answer.code, '0')
    assert.equal(answer.data['next'], 'none')
    assert.equal((await missed()).includes(medOrgOrd), false)
    assert.deepEqual((await agent.call('GET', `/v1/orders/${medOrgOrd}`)).data['booking'], {
      success: true,
      remark: '已记账',
    })
  })

  it('an unbooked settlement needs a person after its time, and no longer once it is booked (RULES 8.1)', async () => {
    const medOrgOrd = await pay(agent)
    await until('the time to be over', async () => (await reasons(medOrgOrd)).includes('unbooked'))
    await book(medOrgOrd, { success: true })
    assert.deepEqual(await reasons(medOrgOrd), [])
  })

  it('a settlement whose cash went back in part before it was booked is still missed, and can be booked', async () => {
    const medOrgOrd = await pay(agent)
    const refunded = await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))
    assert.deepEqual([refunded.data['state'], refunded.data['next']], ['partlyRefunded', 'book'])
    assert.ok((await missed()).includes(medOrgOrd))
    await until('the time to be over', async () => (await reasons(medOrgOrd)).includes('unbooked'))
    assert.equal((await book(medOrgOrd, { success: true })).data['next'], 'none')
    assert.equal((await missed()).includes(medOrgOrd), false)
    assert.deepEqual(await reasons(medOrgOrd), [])
  })

  it('a failed booking needs a person at once and may become a success, never the other way (RULES 8.2)', async () => {
    const medOrgOrd = await pay(agent)
    const failed = await book(medOrgOrd, { success: false, remark: '门诊系统锁表' })
    assert.equal(failed.data['next'], 'person')
    assert.deepEqual(await reasons(medOrgOrd), ['booking-failed'])
    assert.equal((await book(medOrgOrd, { success: true })).data['next'], 'none')
    assert.equal((await book(medOrgOrd, { success: false })).code, 'KEY_CONFLICT')
    assert.equal((await book(medOrgOrd, { success: true })).code, '0')
  })

  it('only a settled order can be booked', async () => {
    const uploaded = await upload(agent)
    const placed = await place(agent, 'mixed')
    for (const medOrgOrd of [uploaded, placed]) {
      const answer = await book(medOrgOrd, { success: true })
      assert.equal(answer.status, 409)
      assert.equal(answer.code, 'WRONG_STATE')
    }
    assert.equal((await book(newNumber(), { success: true })).code, 'ORDER_NOT_FOUND')
    assert.equal((await book(uploaded, { success: 'yes', extra: 1 })).code, 'INVALID_FIELDS')
  })

  it('another institution sees nothing of it, and a token without the scope cannot book', async () => {
    const medOrgOrd = await pay(agent)
    assert.deepEqual(await missed('other-hospital'), [])
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/booking`, { success: true }, 'reader')
    assert.equal(answer.code, 'SCOPE_MISSING')
    assert.equal((await agent.call('GET', '/v1/orders?paid=true')).code, 'INVALID_FIELDS')
  })

  it('what was booked and what was missed survive a restart', async () => {
    const [booked, unbooked] = [await pay(agent), await pay(agent)]
    await book(booked, { success: true })
    await agent.stop()
    await agent.start()
    const list = await missed()
    assert.equal(list.includes(booked), false)
    assert.ok(list.includes(unbooked))
  })

  it('a status that needs a person is on the list with what to do (RULES 5)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '16' })
    await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)
    assert.deepEqual(await reasons(medOrgOrd), ['status-needs-person'])
    const { data } = await agent.call('GET', '/v1/attention')
    const found = (data['orders'] as Fields[]).find((order) => order['medOrgOrd'] === medOrgOrd)
    assert.match(String((found?.['reasons'] as Fields[])[0]?.['suggestion']), /医保门户/)
  })
})
