// An answer of 6301 that was overtaken tells of the past: it is asked for again, and nobody is told to pay on it (RULES 3.6). What is
// asked right after a refusal is recorded (RULES 3.2).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { act, newNumber, place, readOrder, refresh, upload } from '../support/cashier-job.ts'
import { startTestAgent, testCallbacks, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  // Only what these tests ask for asks 6301.
  const schedule = { firstAfterMs: 60_000, everyMs: 60_000, untilMs: 60_000, backOffMs: [60_000] }
  const slow = { ...schedule, slowEveryMs: 60_000, cashierExpiryMs: 900_000 }
  agent = await startTestAgent({ callbacks: testCallbacks, orders: { schedule: slow } })
})
after(() => agent.close())

const notify = (medOrgOrd: string): Promise<Response> =>
  fetch(`${agent.callbackUrl}/settlement`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ payOrdId: agent.center.order(medOrgOrd).payOrdId, feeSumamt: '100.00' }),
  })

const reply = { interface: '6301', slow: { delayMs: 600 } } as const

describe('a refresh (RULES 3.6)', () => {
  it('during which a notice was written counts: the 6 in hand is not thrown away, and nobody is told to pay', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd)
    await agent.center.script(medOrgOrd, { ...reply, times: 2 })
    const asked = await agent.center.count(medOrgOrd, '6301')
    const refreshing = refresh(agent, medOrgOrd)
    await until('6301', async () => (await asked()) === 1)
    const noticed = notify(medOrgOrd)
    const { data } = await refreshing
    assert.deepEqual([data['ordStas'], data['next'], data['refreshed']], ['6', 'book', true])
    await noticed
  })

  it('that another 6301 overtook asks again; overtaken twice it claims nothing and says to query', async () => {
    const medOrgOrd = newNumber()
    await agent.center.script(medOrgOrd, { ...reply, nth: 1 })
    await agent.center.script(medOrgOrd, { ...reply, nth: 3 })
    await place(agent, 'mixed', medOrgOrd)
    const asked = await agent.center.count(medOrgOrd, '6301')
    const refreshing = refresh(agent, medOrgOrd)
    await until('the first', async () => (await asked()) === 1)
    await agent.center.payer(medOrgOrd, { action: 'partial' })
    assert.equal((await refresh(agent, medOrgOrd)).data['ordStas'], '3')
    await until('the one in its place', async () => (await asked()) === 3)
    await agent.center.payer(medOrgOrd)
    assert.equal((await refresh(agent, medOrgOrd)).data['next'], 'book')
    const { data } = await refreshing
    assert.deepEqual([data['refreshed'], data['next'], data['paid']], [false, 'query', true])
    assert.equal(await asked(), 4)
  })
})

it('a refused 6401 of what was paid meanwhile is told as paid, and the record says so, too (RULES 3.2)', async () => {
  const medOrgOrd = await upload(agent)
  await agent.center.script(medOrgOrd, { interface: '6401', decline: { code: '500', message: '已支付' } })
  await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '6', nth: 2 })
  const answer = await act(agent, medOrgOrd, 'revocation')
  assert.deepEqual([answer.code, answer.data['paid'], answer.data['next']], ['CENTER_DECLINED', true, 'book'])
  assert.match(answer.message, /已支付; 已查询: 该订单已付款, 勿重收/)
  assert.equal((await readOrder(agent, medOrgOrd)).data['ordStas'], '6')
})
