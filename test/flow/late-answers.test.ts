// What arrives late or from elsewhere, over a real agent and center: an answer of 6202 behind its notice or behind a refund, cash
// that goes back of an insurance that failed, refunds of the portal, a success that 6301 does not show (RULES 3.5, 4.2, 5).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { readableTime } from '../../src/core/domain/reports/day-report.ts'
import {
  act,
  newNumber,
  pay,
  place,
  placement,
  readOrder,
  reasonsOf,
  refundAll,
  refundCash,
  refresh,
  untilOrder,
  upload,
  type Fields,
} from '../support/cashier-job.ts'
import { startTestAgent, testCallbacks, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

/** What the day's report says of an order: its rows, and whether it is unclear. */
const reported = async (agent: TestAgent, medOrgOrd: string): Promise<{ rows: Fields[]; unclear: boolean }> => {
  const today = readableTime(Date.now()).slice(0, 10)
  const { data } = await agent.call('GET', `/v1/reports/day?date=${today}`)
  const own = (list: unknown): Fields[] => (list as Fields[]).filter((row) => row['medOrgOrd'] === medOrgOrd)
  return { rows: own(data['rows']), unclear: own(data['unclear']).length > 0 }
}

const isUnbooked = async ({ call }: TestAgent, medOrgOrd: string): Promise<boolean> => {
  const { data } = await call('GET', '/v1/orders?paid=true&booked=false')
  return (data['orders'] as Fields[]).some((order) => order['medOrgOrd'] === medOrgOrd)
}

/** A person dealt with it. */
const handle = async (agent: TestAgent, medOrgOrd: string): Promise<void> => {
  const decision = { decision: 'handled', operator: '007', remark: '已核对' }
  const answer = await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, decision)
  assert.equal(answer.code, '0', answer.message)
}

describe('an answer of 6202 that comes late', () => {
  let agent: TestAgent
  before(async () => {
    const slow = { firstAfterMs: 60_000, everyMs: 60_000, untilMs: 60_000, backOffMs: [60_000] }
    agent = await startTestAgent({
      callbacks: testCallbacks,
      timeoutMs: 60_000,
      orders: { schedule: { ...slow, slowEveryMs: 60_000, cashierExpiryMs: 900_000 } },
    })
  })
  after(() => agent.close())

  it('after its notice, which 6301 confirmed: the order stays paid and nobody collects again', async () => {
    const medOrgOrd = newNumber()
    await agent.center.control('callback', { callback: { url: `${agent.callbackUrl}/settlement`, form: 'encrypted' } })
    await agent.center.script(medOrgOrd, { interface: '6202', callbackFirst: true })
    await place(agent, 'mixed', medOrgOrd)
    const { data } = await readOrder(agent, medOrgOrd)
    assert.deepEqual([data['paid'], data['next'], data['ordStas']], [true, 'book', '6'])
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
    await agent.center.control('callback', {})
  })

  it('after everything went back: the order stays refunded', async () => {
    const medOrgOrd = newNumber()
    const placedBefore = agent.center.ledger().acted['6202']
    await upload(agent, medOrgOrd)
    await agent.center.script(medOrgOrd, { interface: '6202', split: 'mixed', slow: { delayMs: 5_000 } })
    const answered = act(agent, medOrgOrd, 'placement', placement())
    await until('6202 at the center', () => agent.center.ledger().acted['6202'] > placedBefore)
    await agent.center.payer(medOrgOrd)
    assert.equal((await refresh(agent, medOrgOrd)).data['paid'], true)
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundAll())).code, '0')
    const { data } = await answered
    assert.deepEqual([data['ordStas'], data['state'], data['next']], ['7', 'refunded', 'none'])
    assert.equal((await refresh(agent, medOrgOrd)).data['state'], 'refunded')
  })
})

describe('money that moved otherwise than it was asked for', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent({ orders: { cashRefundOn16: 'auto' } })
  })
  after(() => agent.close())

  it('16, and its cash is back: nothing to book, nothing settled in the report, and the order is unclear there', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'insuranceFails', cashReversal: 'fails' })
    const { data } = await untilOrder(agent, medOrgOrd, 'at 9', ({ ordStas }) => ordStas === '9')
    assert.deepEqual([data['state'], data['next'], data['paid']], ['failed', 'none', false])
    assert.deepEqual(await reported(agent, medOrgOrd), { rows: [], unclear: true })
    assert.equal(await isUnbooked(agent, medOrgOrd), false)
    assert.equal((await refresh(agent, medOrgOrd)).data['next'], 'none')
  })

  it('a part in the portal, the rest here: a person twice, nothing left to refund, unclear', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '10' })
    await refresh(agent, medOrgOrd)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-elsewhere'])
    await handle(agent, medOrgOrd)
    await agent.center.script(medOrgOrd, { interface: '6203', ordStas: '9' })
    const { data } = await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))
    assert.equal(data['ordStas'], '9')
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-elsewhere'])
    assert.equal((await readOrder(agent, medOrgOrd)).data['refundableCash'], '0.00')
    assert.equal((await reported(agent, medOrgOrd)).unclear, true)
    await handle(agent, medOrgOrd)
    assert.equal((await reported(agent, medOrgOrd)).unclear, true)
  })

  it('a part here, the rest in the portal: a person, and unclear', async () => {
    const medOrgOrd = await pay(agent)
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).code, '0')
    assert.equal((await reported(agent, medOrgOrd)).unclear, false)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '7' })
    await refresh(agent, medOrgOrd)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-whole-elsewhere'])
    assert.equal((await reported(agent, medOrgOrd)).unclear, true)
  })

  it('an HI of unknown outcome is not settled by a 7 that only an ALL of the portal can have made', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '7', times: 1_000 })
    const insurance = refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' })
    await act(agent, medOrgOrd, 'refunds', insurance)
    await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('unexpected-status'))
    assert.equal((await reported(agent, medOrgOrd)).unclear, true)
    assert.equal((await reported(agent, medOrgOrd)).rows.length, 1)
  })

  it('SUCC of the whole, and 6301 says 8: asked on, then a person; the cash is neither claimed nor paid again', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '8', times: 1_000 })
    const answer = await act(agent, medOrgOrd, 'refunds', refundAll())
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    assert.equal(answer.data['refStatus'], undefined)
    await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('cash-refund-unclear'))
    const { data } = await readOrder(agent, medOrgOrd)
    assert.deepEqual([data['state'], data['next']], ['refunding', 'person'])
    const { rows, unclear } = await reported(agent, medOrgOrd)
    assert.deepEqual([rows.length, unclear], [1, true])
    assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
  })
})
