// A person's word on an order that needed one (RULES 3.5, 5): it settles what nobody else can tell, once, and is written down.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../fixtures/agent-process.ts'
import {
  act,
  attentionOf,
  operationOf,
  pay,
  place,
  reasonsOf,
  readOrder,
  recorded,
  refundCash,
  upload,
  bill,
  newNumber,
  type Fields,
} from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent({ orders: { cashRefundOn16: 'person' } })
})
after(() => agent.close())

const resolve = (medOrgOrd: string, body: Fields, as?: string): Promise<Answer> =>
  agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, { operator: '007', remark: '已向渠道核实', ...body }, as)

const untilOnList = (medOrgOrd: string): Promise<Fields> =>
  until<Fields>('the list', () => attentionOf(agent, medOrgOrd))

/** A cash refund of which nobody can tell whether it happened. */
const unclearRefund = async (): Promise<{ medOrgOrd: string; unknown: Answer }> => {
  const medOrgOrd = await pay(agent)
  await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
  const unknown = await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))
  assert.equal(unknown.code, 'OUTCOME_UNKNOWN')
  await untilOnList(medOrgOrd)
  return { medOrgOrd, unknown }
}

describe('the list that needs a person', () => {
  it('tells reason, age, legs, what to do, and which decisions fit', async () => {
    const { medOrgOrd } = await unclearRefund()
    const line = await untilOnList(medOrgOrd)
    const [reason] = line['reasons'] as Fields[]
    assert.ok(reason)
    assert.equal(reason['reason'], 'cash-refund-unclear')
    assert.match(String(reason['suggestion']), /勿直接再退/)
    assert.equal((line['legs'] as Fields)['ownPayAmt'], '20.00')
    assert.ok(Number(line['ageS']) >= 0)
    assert.ok(Date.parse(String(line['since'])) <= Date.now())
    assert.deepEqual(line['decisions'], ['done', 'notDone'])
  })

  it('shows an order at once, also while the agent waits for an answer about it', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const asked = await agent.center.count(medOrgOrd, '6301')
    await agent.center.script(medOrgOrd, { interface: '6301', slow: { delayMs: 1_500 } })
    await until("the agent's own question", async () => (await asked()) > 0)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '10', times: 100 })
    await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-elsewhere'])
  })

  it('says when the authorisation to reverse a settlement runs out', async () => {
    const medOrgOrd = await pay(agent)
    await act(agent, medOrgOrd, 'booking', { success: false, remark: '' })
    const line = await untilOnList(medOrgOrd)
    const lifeMs = Date.parse(String(line['expiresAt'])) - Date.parse(String(line['paidAt']))
    assert.equal(lifeMs, 3_600_000)
  })
})

describe('a decision', () => {
  it('done: the refund counts as made, and the answer to it becomes final', async () => {
    const { medOrgOrd, unknown } = await unclearRefund()
    const answer = await resolve(medOrgOrd, { decision: 'done' })
    assert.deepEqual([answer.code, answer.data['ordStas']], ['0', '10'])
    assert.equal((await operationOf(agent, unknown)).code, '0')
    assert.equal((await readOrder(agent, medOrgOrd)).data['refundableCash'], '15.00')
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
  })

  it('notDone: it counts as never made, is told as the word of a person, and may be made under a new number', async () => {
    const { medOrgOrd, unknown } = await unclearRefund()
    assert.equal((await resolve(medOrgOrd, { decision: 'notDone' })).data['state'], 'paid')
    const { code, message } = await operationOf(agent, unknown)
    assert.deepEqual([code, message], ['DECIDED_NOT_DONE', '工作人员已登记: 该操作没有发生'])
    const { data } = await agent.call('GET', `/v1/orders/${medOrgOrd}/timeline`)
    assert.ok((data['entries'] as Fields[]).some(({ text }) => text === '人工判定: 007'))
    assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).data['ordStas'], '10')
  })

  it('handled: takes a status that needs a person off the list until it changes', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'insuranceFails', cashReversal: 'fails' })
    assert.deepEqual((await untilOnList(medOrgOrd))['decisions'], ['handled'])
    assert.equal((await resolve(medOrgOrd, { decision: 'handled' })).data['next'], 'none')
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
  })

  it('a refund made in the portal is handled, and the order shows what is left (RULES 5)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '10' })
    await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-elsewhere'])
    assert.equal((await resolve(medOrgOrd, { decision: 'handled' })).data['state'], 'partlyRefunded')
  })

  it('an upload of unknown outcome can only be notDone; then the number is free again', async () => {
    const medOrgOrd = newNumber()
    await agent.center.script(medOrgOrd, { interface: '6201', lostRequest: true, times: 10 })
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, 'OUTCOME_UNKNOWN')
    await untilOnList(medOrgOrd)
    assert.equal((await resolve(medOrgOrd, { decision: 'done' })).code, 'INVALID_FIELDS')
    assert.equal((await resolve(medOrgOrd, { decision: 'notDone' })).data['state'], 'new')
    const other = bill(medOrgOrd)
    await agent.center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 0 } })
    assert.match((await agent.call('POST', '/v1/orders', other)).code, /^(0|OUTCOME_UNKNOWN)$/)
  })

  it('is repeatable, and another one afterwards is refused', async () => {
    const { medOrgOrd } = await unclearRefund()
    const first = await resolve(medOrgOrd, { decision: 'done' })
    assert.deepEqual(recorded(await resolve(medOrgOrd, { decision: 'done' })), recorded(first))
    const other = await resolve(medOrgOrd, { decision: 'notDone' })
    assert.deepEqual([other.status, other.code], [409, 'NOTHING_TO_RESOLVE'])
  })

  it('survives a restart', async () => {
    const { medOrgOrd } = await unclearRefund()
    await resolve(medOrgOrd, { decision: 'done' })
    await agent.stop()
    await agent.start()
    assert.equal((await readOrder(agent, medOrgOrd)).data['ordStas'], '10')
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
  })

  it('that does not fit, of an order that needs nobody, or without the right is refused', async () => {
    const { medOrgOrd } = await unclearRefund()
    assert.equal((await resolve(medOrgOrd, { decision: 'handled' })).code, 'INVALID_FIELDS')
    assert.equal((await resolve(medOrgOrd, { decision: 'maybe' })).code, 'INVALID_FIELDS')
    assert.equal((await resolve(medOrgOrd, { decision: 'done', operator: '' })).code, 'INVALID_FIELDS')
    assert.equal((await resolve(medOrgOrd, { decision: 'done' }, 'window')).code, 'SCOPE_MISSING')
    assert.equal((await resolve(medOrgOrd, { decision: 'done' }, 'other-hospital')).code, 'ORDER_NOT_FOUND')
    assert.equal((await resolve(await upload(agent), { decision: 'handled' })).code, 'NOTHING_TO_RESOLVE')
  })
})
