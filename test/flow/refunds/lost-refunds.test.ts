// What becomes of a 6203 or 6401 whose answer nobody can believe: 6301 settles it, or a person does (RULES 3).
// Refunds that go well, and their bounds, are in refunds.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { act, pay, place, refundAll, refundCash, untilOrder, type Fields } from '../../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const refund = (medOrgOrd: string, body: Fields): Promise<Answer> =>
  agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)

const operationOf = (answer: Answer): Promise<Answer> =>
  agent.call('GET', `/v1/operations/${String(answer.data['operationId'])}`)

const untilSettled = (medOrgOrd: string): Promise<Answer> =>
  untilOrder(agent, medOrgOrd, 'settled', ({ operations, attention }) => {
    const last = (operations as Fields[]).at(-1)
    return last?.['outcome'] !== 'unknown' || (attention as string[]).length > 0
  })

describe('a refund whose answer is lost', () => {
  it('ALL is settled by 6301 saying 7, refunded once (RULES 3.5)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
    const body = refundAll()
    const unknown = await refund(medOrgOrd, body)
    assert.equal(unknown.status, 202)
    assert.equal(unknown.data['state'], 'refunding')
    assert.equal(unknown.data['paid'], true, 'the center still said 6 when last asked')
    await untilSettled(medOrgOrd)
    const settled = await refund(medOrgOrd, body)
    assert.equal(settled.data['state'], 'refunded')
    assert.equal(settled.data['settledByQuery'], true)
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
  })

  it('while it is unknown no other refund may start (RULES 2.1)', async () => {
    // 6301 does not settle it within this test, however long that takes.
    const own = await startTestAgent({ orders: { processingMs: 600_000 } })
    try {
      const medOrgOrd = await pay(own)
      await own.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
      await act(own, medOrgOrd, 'refunds', refundAll())
      const second = await act(own, medOrgOrd, 'refunds', refundAll())
      assert.equal(second.status, 409)
      assert.equal(second.code, 'REFUND_LIVE')
    } finally {
      await own.close()
    }
  })

  it('ALL that never arrived may be sent again under the same appRefdSn (RULES 2.3, 3.5)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    const body = refundAll()
    await refund(medOrgOrd, body)
    const settled = await untilSettled(medOrgOrd)
    assert.equal(settled.data['state'], 'paid')
    assert.equal((settled.data['operations'] as Fields[]).at(-1)?.['outcome'], 'notSent')
    const again = await refund(medOrgOrd, body)
    assert.equal(again.data['refStatus'], 'SUCC')
    assert.equal(again.data['attempt'], 2)
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('CASH from 6 is settled by 6301 saying 10 or 9 (RULES 3.5)', async () => {
    for (const [amount, ordStas] of [
      ['5.00', '10'],
      ['20.00', '9'],
    ] as const) {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
      const unknown = await refund(medOrgOrd, refundCash(amount))
      assert.equal(unknown.code, 'OUTCOME_UNKNOWN')
      await untilSettled(medOrgOrd)
      const settled = await operationOf(unknown)
      assert.equal(settled.code, '0')
      assert.equal(settled.data['ordStas'], ordStas)
    }
  })

  it('ALL that passes through 8 on its way to 7 is one refund: no CASH is sent meanwhile (RULES 3.5)', async () => {
    const own = await startTestAgent({ orders: { processingMs: 600_000 } })
    try {
      const medOrgOrd = await pay(own)
      const sent = await own.center.count(medOrgOrd, '6203')
      await own.center.script(medOrgOrd, { interface: '6203', refund: 'EXP', lostReply: true })
      const unknown = await act(own, medOrgOrd, 'refunds', refundAll())
      const at8 = await untilOrder(own, medOrgOrd, 'at 8', ({ ordStas }) => ordStas === '8')
      assert.deepEqual([at8.data['state'], at8.data['next'], at8.data['attention']], ['refunding', 'wait', []])
      await own.center.script(medOrgOrd, { interface: '6301', ordStas: '7' })
      await untilOrder(own, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
      const settled = await own.call('GET', `/v1/operations/${String(unknown.data['operationId'])}`)
      assert.deepEqual([settled.data['refStatus'], await sent()], ['SUCC', 1])
    } finally {
      await own.close()
    }
  })

  it('ALL that is seen at 8 only after its NOT_DONE is asked on, too, before the cash follows (RULES 2.3, 3.5)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    await refund(medOrgOrd, refundAll())
    await untilSettled(medOrgOrd)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '8' })
    const late = await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)
    assert.deepEqual([late.data['state'], late.data['next']], ['refunding', 'wait'])
    await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 2_000)
  })

  it('over plain HTTP the success of one part more of the cash proves nothing: 6301 says the same either way (RULES 3.7)', async () => {
    const medOrgOrd = await pay(agent)
    assert.equal((await refund(medOrgOrd, refundCash('5.00'))).code, '0')
    const answer = await refund(medOrgOrd, refundCash('5.00'))
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    const record = await untilSettled(medOrgOrd)
    assert.deepEqual([record.data['attention'], record.data['next']], [['cash-refund-unclear'], 'person'])
    const word = { decision: 'done', operator: '班长', remark: '已到账' }
    assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, word)).code, '0')
    assert.equal((await refund(medOrgOrd, refundCash('10.00'))).data['ordStas'], '9', 'the rest is told')
  })

  it('CASH after an earlier CASH goes to a person: 6301 names no refund (RULES 3.5)', async () => {
    const medOrgOrd = await pay(agent)
    await refund(medOrgOrd, refundCash('1.00'))
    await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
    const unknown = await refund(medOrgOrd, refundCash('2.00'))
    const record = await untilSettled(medOrgOrd)
    assert.deepEqual(record.data['attention'], ['cash-refund-unclear'])
    assert.equal(record.data['next'], 'person')
    assert.equal((await operationOf(unknown)).code, 'OUTCOME_UNKNOWN')
    assert.equal(record.data['refundableCash'], '17.00', 'an unknown refund counts as given back (RULES 7.1)')
  })

  it('an unsigned refusal is not believed: 6301 decides (RULES 3.2)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', unsignedRefusal: true })
    assert.equal((await refund(medOrgOrd, refundAll())).code, 'OUTCOME_UNKNOWN')
    assert.equal((await untilSettled(medOrgOrd)).data['state'], 'paid')
  })

  it('an old signed reply played again, or an hour old, is unknown (RULES 3.7)', async () => {
    const earlier = await pay(agent)
    await refund(earlier, refundAll())
    for (const behaviour of [{ replay: true }, { oldTimestamp: true }]) {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6203', ...behaviour })
      const answer = await refund(medOrgOrd, refundAll())
      assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    }
  })

  it('an old signed refusal played again is unknown too (RULES 3.7)', async () => {
    const earlier = await pay(agent)
    await agent.center.script(earlier, { interface: '6203', refund: 'FAIL' })
    await refund(earlier, refundAll())
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', replay: true })
    assert.equal((await refund(medOrgOrd, refundAll())).code, 'OUTCOME_UNKNOWN')
  })

  it('over plain HTTP a success that 6301 contradicts is not believed (RULES 3.7)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '6', times: 50 })
    const answer = await refund(medOrgOrd, refundAll())
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
  })
})

describe('a revocation whose answer is lost', () => {
  const revoke = (medOrgOrd: string): Promise<Answer> => agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})

  it('is settled by 6301 saying 12 (RULES 3.5)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6401', lostReply: true })
    const unknown = await revoke(medOrgOrd)
    assert.equal(unknown.code, 'OUTCOME_UNKNOWN')
    const settled = await untilSettled(medOrgOrd)
    assert.equal(settled.data['state'], 'revoked')
    assert.equal((await operationOf(unknown)).code, '0')
  })

  it('and never arrived is known not to have happened after the processing time, and may be asked again', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6401', lostRequest: true })
    await revoke(medOrgOrd)
    await untilOrder(agent, medOrgOrd, 'settled', ({ state }) => state === 'cashPending')
    assert.equal((await revoke(medOrgOrd)).data['state'], 'revoked')
  })

  it('and is an old one played again is unknown (RULES 3.7)', async () => {
    const earlier = await place(agent, 'mixed')
    await revoke(earlier)
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6401', replay: true })
    assert.equal((await revoke(medOrgOrd)).code, 'OUTCOME_UNKNOWN')
  })
})

describe('what the center says of a revocation', () => {
  it('6301 that cannot be believed is told as that, not as a broken line', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6301', wrongSignature: true, times: 100 })
    const answer = await act(agent, medOrgOrd, 'revocation')
    assert.equal(answer.code, 'CENTER_UNCLEAR')
    assert.doesNotMatch(answer.message, /连不上/)
    assert.match(answer.message, /应答验签不通过 \(the signature does not verify\)/)
  })
})
