// The daily sweep: a refund that somebody made in the center's portal is seen without anybody asking (RULES 5).
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { pay, reasonsOf } from '../support/cashier-job.ts'
import { startTestAgent } from '../support/test-agent.ts'
import { until } from '../support/test-center.ts'

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
