// The daily sweep: a refund that somebody made in the center's portal is seen without anybody asking (RULES 5).
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { act, pay, reasonsOf } from '../support/cashier-job.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

it('settled orders are asked about once a day; a refund made elsewhere then needs a person', async () => {
  const agent = await startTestAgent({ orders: { sweepCheckMs: 60_000 } })
  try {
    const [refunded, kept] = [await pay(agent), await pay(agent)]
    const asked = await agent.center.count(kept, '6301')
    await agent.center.script(refunded, { interface: '6301', ordStas: '9', times: 5 })
    await agent.stop()
    await agent.start({ orders: { sweepCheckMs: 20 } })
    await until('the sweep', async () => (await reasonsOf(agent, refunded)).includes('refunded-elsewhere'))
    await until('its end', () => agent.logged.some((line) => line.includes('sweep.done')))
    assert.deepEqual(await reasonsOf(agent, kept), [])
    assert.equal(await asked(), 1)
    // The mark is kept: another start on the same day asks nothing.
    await agent.stop()
    await agent.start({ orders: { sweepCheckMs: 20 } })
    await pay(agent)
    assert.equal(await asked(), 1)
    assert.equal(agent.logged.filter((line) => line.includes('sweep.done')).length, 1)
  } finally {
    await agent.close()
  }
})

it('a refund made elsewhere while the agent was off for a week is seen when it is back, and asked about once', async (test) => {
  const dayMs = 24 * 3_600_000
  const sweeping = { orders: { sweepCheckMs: 20 } }
  const agent = await startTestAgent(sweeping)
  try {
    const [refunded, kept, booked] = [await pay(agent), await pay(agent), await pay(agent)]
    await until('the sweep of the day', () => agent.logged.some((line) => line.includes('sweep.done')))
    const asked = await agent.center.count(kept, '6301')
    await agent.stop()
    for (const one of [refunded, booked]) {
      await agent.center.script(one, { interface: '6301', ordStas: '10', times: 9 })
    }
    const now = Date.now.bind(Date)
    let days = 7
    test.mock.method(Date, 'now', () => now() + days * dayMs)
    await agent.start({ orders: { sweepCheckMs: 60_000 } })
    // What the HIS says in between takes no order from the sweep.
    await act(agent, booked, 'booking', { success: true })
    for (days of [7, 8, 9]) {
      await agent.stop()
      await agent.start(sweeping)
      const isDone = (line: string): boolean => line.includes('sweep.done')
      const before = agent.logged.filter(isDone).length
      await until('the next sweep', () => agent.logged.filter(isDone).length > before)
    }
    assert.ok((await reasonsOf(agent, refunded)).includes('refunded-elsewhere'))
    assert.ok((await reasonsOf(agent, booked)).includes('refunded-elsewhere'))
    assert.equal(await asked(), 1)
  } finally {
    await agent.close()
  }
})
