// One key, one effect: repeats join, replay or conflict, also after a restart (RULES 2).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../fixtures/agent-process.ts'
import {
  act,
  bill,
  newNumber,
  pay,
  place,
  placement,
  readOrder,
  recorded,
  refundAll,
  refundCash,
  untilOrder,
  upload,
} from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const callers = 12

describe('while a call runs', () => {
  it('twelve callers with the same upload make one request, and all get the same answer (RULES 2.2)', async () => {
    const medOrgOrd = newNumber('J')
    await agent.center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 200 } })
    const sent = await agent.center.count(medOrgOrd, '6201')
    const calls = Array.from({ length: callers }, () => agent.call('POST', '/v1/orders', bill(medOrgOrd)))
    const [first, ...others] = (await Promise.all(calls)).map(recorded)
    assert.equal(first?.code, '0')
    for (const other of others) assert.deepEqual(other, first)
    assert.equal(await sent(), 1)
  })

  it('twelve callers with the same placement place once (RULES 2.2)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 200 } })
    const sent = await agent.center.count(medOrgOrd, '6202')
    const path = `/v1/orders/${medOrgOrd}/placement`
    const calls = Array.from({ length: callers }, () => agent.call('POST', path, placement()))
    const [first, ...others] = (await Promise.all(calls)).map(recorded)
    assert.equal(first?.code, '0')
    for (const other of others) assert.deepEqual(other, first)
    assert.equal(await sent(), 1)
    assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
  })

  it('twelve callers with the same refund refund once (RULES 2.1, 2.2)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', slow: { delayMs: 200 } })
    const sent = await agent.center.count(medOrgOrd, '6203')
    const body = refundAll()
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const answers = await Promise.all(Array.from({ length: callers }, () => agent.call('POST', path, body)))
    for (const answer of answers) assert.deepEqual(recorded(answer), recorded(answers[0] as Answer))
    assert.equal(answers[0]?.data['refStatus'], 'SUCC')
    assert.equal(await sent(), 1)
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('twelve callers revoking at once send one 6401', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const sent = await agent.center.count(medOrgOrd, '6401')
    const path = `/v1/orders/${medOrgOrd}/revocation`
    const answers = await Promise.all(Array.from({ length: callers }, () => agent.call('POST', path, {})))
    for (const answer of answers) assert.deepEqual(recorded(answer), recorded(answers[0] as Answer))
    assert.equal(answers[0]?.data['state'], 'revoked')
    assert.equal(await sent(), 1)
  })

  it('another body is refused with the id of the running operation, and sends nothing (RULES 2.2)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 200 } })
    const sent = await agent.center.count(medOrgOrd, '6202')
    const path = `/v1/orders/${medOrgOrd}/placement`
    const running = agent.call('POST', path, placement())
    await until('the placement', async () => (await sent()) === 1)
    const other = await agent.call('POST', path, placement({ deposit: '1.00' }))
    const first = await running
    assert.equal(first.code, '0')
    assert.equal(other.status, 409)
    assert.equal(other.code, 'KEY_CONFLICT')
    assert.equal(other.data['operationId'], first.data['operationId'])
    assert.equal(await sent(), 1)
  })
})

describe('after a call ended', () => {
  it('the same body in another order of keys is the same body (RULES 2.2)', async () => {
    const medOrgOrd = newNumber('J')
    const first = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    const turned = Object.fromEntries(Object.entries(bill(medOrgOrd)).toReversed())
    assert.deepEqual(recorded(await agent.call('POST', '/v1/orders', turned)), recorded(first))
  })

  it('an accepted upload with another body is a conflict that says where the order stands (RULES 2.2)', async () => {
    const medOrgOrd = await upload(agent)
    const changed = await agent.call('POST', '/v1/orders', bill(medOrgOrd, { deptName: '测试外科' }))
    assert.equal(changed.status, 409)
    assert.equal(changed.code, 'KEY_CONFLICT')
    const { state, paid, next } = changed.data
    assert.deepEqual({ state, paid, next }, { state: 'uploaded', paid: false, next: 'authorize' })
  })

  it('a refund whose amounts are written otherwise is the same, one of another amount a conflict (RULES 2.2)', async () => {
    const medOrgOrd = await pay(agent)
    const body = refundCash('5.00', { totlRefdAmt: 100 })
    const first = await act(agent, medOrgOrd, 'refunds', body)
    assert.equal(first.code, '0')
    const again = await act(agent, medOrgOrd, 'refunds', { ...body, cashRefdAmt: 5, totlRefdAmt: '100.00' })
    assert.deepEqual(recorded(again), recorded(first))
    const other = await act(agent, medOrgOrd, 'refunds', { ...body, cashRefdAmt: '6.00' })
    assert.equal(other.code, 'KEY_CONFLICT')
    assert.equal(other.data['state'], 'partlyRefunded')
    assert.doesNotMatch(String(other.data['hint']), /换新单号/)
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 500)
  })

  it('a declined upload may be corrected: attempt 2 (RULES 2.2)', async () => {
    const medOrgOrd = newNumber('J')
    await agent.center.script(medOrgOrd, { interface: '6201', decline: { code: '501', message: '诊断编码有误' } })
    const refused = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(refused.code, 'CENTER_DECLINED')
    assert.equal(refused.data['attempt'], 1)
    assert.equal(refused.data['next'], 'upload')
    const corrected = await agent.call('POST', '/v1/orders', bill(medOrgOrd, { deptName: '测试外科' }))
    assert.equal(corrected.code, '0')
    assert.equal(corrected.data['attempt'], 2)
  })

  it('after a revocation the number may be uploaded anew, with a new payOrdId and a new placement (RULES 2.4)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const old = agent.center.order(medOrgOrd).payOrdId
    const revoked = await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
    assert.equal(revoked.data['ordStas'], '12')
    assert.equal(revoked.data['next'], 'upload')
    const anew = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(anew.code, '0')
    assert.equal(anew.data['attempt'], 2)
    assert.notEqual(anew.data['payOrdId'], old)
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ payAuthNo: 'AUTH0002' }))
    assert.equal(placed.code, '0')
    assert.equal(placed.data['payOrdId'], anew.data['payOrdId'])
  })

  it('a declined refund (FAIL) keeps its answer; the next one needs a new appRefdSn (RULES 2.3)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'FAIL' })
    const path = `/v1/orders/${medOrgOrd}/refunds`
    const body = refundAll()
    const failed = await agent.call('POST', path, body)
    assert.equal(failed.code, 'CENTER_DECLINED')
    assert.equal(failed.data['refStatus'], 'FAIL')
    assert.equal(failed.data['state'], 'paid')
    assert.deepEqual(recorded(await agent.call('POST', path, body)), recorded(failed))
    const anew = await agent.call('POST', path, refundAll())
    assert.equal(anew.data['refStatus'], 'SUCC')
  })

  it('an appRefdSn of another order is a conflict that names it (RULES 2.1)', async () => {
    const first = await pay(agent)
    const second = await pay(agent)
    const body = refundCash('1.00')
    assert.equal((await agent.call('POST', `/v1/orders/${first}/refunds`, body)).code, '0')
    const refused = await agent.call('POST', `/v1/orders/${second}/refunds`, body)
    assert.equal(refused.code, 'KEY_CONFLICT')
    assert.equal(refused.data['otherMedOrgOrd'], first)
    assert.deepEqual([refused.data['paid'], refused.data['state']], [true, 'paid'])
    assert.deepEqual(agent.center.order(second).refunds, [])
  })

  it('a refund that was not sent goes out again under the same appRefdSn (RULES 2.3)', async () => {
    const own = await startTestAgent()
    try {
      const medOrgOrd = await pay(own)
      const body = refundAll()
      const path = `/v1/orders/${medOrgOrd}/refunds`
      await own.center.stop()
      const refused = await own.call('POST', path, body)
      assert.equal(refused.code, 'CENTER_UNREACHABLE')
      assert.equal(refused.data['state'], 'paid', 'nothing is lost')
      await own.center.start()
      const again = await own.call('POST', path, body)
      assert.equal(again.data['attempt'], 2)
      assert.equal(own.center.ledger().requests['6203'], 1)
    } finally {
      await own.close()
    }
  })
})

describe('a replay', () => {
  it('gives the recorded answers after the order moved on and after a restart, and sends nothing (I2)', async () => {
    const own = await startTestAgent()
    try {
      const medOrgOrd = newNumber('J')
      const path = `/v1/orders/${medOrgOrd}`
      const refund = refundAll()
      const steps: readonly (readonly [string, object])[] = [
        ['/v1/orders', bill(medOrgOrd)],
        [`${path}/placement`, placement()],
        [`${path}/refunds`, refund],
      ]
      const answers: Answer[] = []
      for (const [address, body] of steps) {
        answers.push(await own.call('POST', address, body))
        if (address.endsWith('placement')) {
          await own.center.payer(medOrgOrd)
          await untilOrder(own, medOrgOrd, 'paid', ({ paid }) => paid === true)
        }
      }
      assert.deepEqual(
        answers.map(({ data }) => data['state']),
        ['uploaded', 'cashPending', 'refunded'],
      )
      const record = recorded(await readOrder(own, medOrgOrd))
      const { requests } = own.center.ledger()
      const repeat = async (): Promise<void> => {
        for (const [index, [address, body]] of steps.entries()) {
          const before = answers[index] as Answer
          assert.deepEqual(recorded(await own.call('POST', address, body)), recorded(before))
          const operation = await own.call('GET', `/v1/operations/${String(before.data['operationId'])}`)
          assert.deepEqual(recorded(operation), recorded(before))
        }
        assert.deepEqual(recorded(await readOrder(own, medOrgOrd)), record)
      }
      await repeat()
      await own.stop()
      await own.start()
      await repeat()
      assert.deepEqual(own.center.ledger().requests, requests)
    } finally {
      await own.close()
    }
  })

  it('every answer has a requestId of its own', async () => {
    const medOrgOrd = newNumber('J')
    const first = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    const again = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.notEqual(again.requestId, first.requestId)
  })
})
