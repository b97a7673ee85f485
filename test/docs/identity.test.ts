// docs/identity.zh-CN.md, its commands run as they stand there: an identity is checked, and no order comes of it.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runGuide, type GuideAnswer } from '../support/run-guide.ts'
import { decodeFields } from '../fixtures/invented-bill.ts'
import { startTestAgent } from '../support/agents/test-agent.ts'

it('the commands of the guide decode for 线上身份核验, and ask for the same identity again', async (t) => {
  const lines = await runGuide(t, 'identity.zh-CN.md')
  const [first, again] = lines.map((line) => JSON.parse(line) as GuideAnswer)
  assert.equal(first?.code, '0')
  for (const name of ['userName', 'idNo', 'idType', 'insuOrg', 'operationId']) assert.ok(first.data?.[name], name)
  assert.deepEqual(first.data?.['warnings'], [])
  assert.deepEqual([again?.code, again?.data?.['idNo']], ['0', first.data['idNo']])
})

it('an identity check needs a token for decoding alone, sends nothing to the center, and makes no order', async (t) => {
  const agent = await startTestAgent()
  t.after(() => agent.close())
  const body = { ...decodeFields, businessType: '04106', code: '2800000000004711' }
  const answer = await agent.call('POST', '/v1/vouchers/decode', body, 'only-decode')
  assert.equal(answer.code, '0', answer.message)
  assert.deepEqual(agent.center.ledger().orders, [])
  const { data } = await agent.call('POST', '/v1/orders/search', {})
  assert.deepEqual(data['orders'], [])
})
