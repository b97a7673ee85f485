// The lights of /v1/status over a real agent: green when all is well, and the center's red once it cannot be reached.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import type { StatusLights } from '../../../src/contract/local-api/console.ts'
import { act, pay, refundCash } from '../../support/cashier-job.ts'
import { startTestAgent } from '../../support/test-agent.ts'
import { until } from '../../support/test-center.ts'

it('each side has its light; the center turns red when it cannot be reached', async (t) => {
  const agent = await startTestAgent({ cable: true, orders: { probeEveryMs: 60_000 } })
  t.after(agent.close)
  const status = async (): Promise<StatusLights> =>
    (await agent.call('GET', '/v1/status', undefined, 'reader')).data as unknown as StatusLights
  const { lights } = await until('a library that is ready', async () => {
    const now = await status()
    return now.lights.library.state === 'ok' && now
  })
  assert.deepEqual([lights.center.state, lights.journal.state, lights.scanner.state], ['ok', 'ok', 'ok'])
  const medOrgOrd = await pay(agent)
  await agent.cable.unplug()
  await act(agent, medOrgOrd, 'refunds', { ...refundCash('1.00'), queue: true })
  const after = await status()
  assert.deepEqual([after.lights.center.state, after.worst], ['fault', 'fault'])
  assert.match(after.lights.center.text, /1 笔订单在排队/)
  assert.notEqual(after.lights.center.call, '')
})
