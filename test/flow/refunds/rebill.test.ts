// 全退重收: one operation that refunds an order wholly and uploads the remaining lines as a new one (RULES 7.1).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  act,
  bill,
  newNumber,
  operationOf,
  pay,
  readOrder,
  reasonsOf,
  recorded,
  refundAll,
  untilOrder,
  type Fields,
} from '../../support/cashier-job.ts'
import { inventBill, inventedPatient } from '../../fixtures/invented-bill.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent({ cable: true })
})
after(() => agent.close())

/** One of the two lines stays. */
const remaining = (medOrgOrd: string): Fields => ({
  ...inventBill({ medOrgOrd, lines: 1, lineFen: 5_000 }),
  ...inventedPatient,
})

const asked = (newMedOrgOrd = newNumber('N')): { refund: Fields; upload: Fields } => ({
  refund: refundAll(),
  upload: remaining(newMedOrgOrd),
})

describe('全退重收', () => {
  it('refunds everything and uploads the rest, each naming the other', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    const answer = await act(agent, medOrgOrd, 'rebill', asked(next))
    assert.deepEqual([answer.code, answer.data['state'], answer.data['newMedOrgOrd']], ['0', 'refunded', next])
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    const record = (await readOrder(agent, next)).data
    assert.deepEqual([record['state'], record['replaces']], ['uploaded', medOrgOrd])
    assert.equal((await readOrder(agent, medOrgOrd)).data['replacedBy'], next)
  })

  it('the same again is answered the same and moves nothing', async () => {
    const medOrgOrd = await pay(agent)
    const body = asked()
    const first = await act(agent, medOrgOrd, 'rebill', body)
    assert.deepEqual(recorded(await act(agent, medOrgOrd, 'rebill', body)), recorded(first))
    assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
  })

  it('a refund that the center refuses ends it, and nothing is uploaded', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'FAIL' })
    const answer = await act(agent, medOrgOrd, 'rebill', asked(next))
    assert.deepEqual([answer.code, answer.data['state']], ['CENTER_DECLINED', 'paid'])
    assert.equal((await readOrder(agent, next)).code, 'ORDER_NOT_FOUND')
  })

  it('one whose refund may not begin says why in one sentence', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
    await act(agent, medOrgOrd, 'refunds', refundAll())
    await untilOrder(agent, medOrgOrd, 'not done', ({ operations }) => {
      const last = (operations as Fields[]).at(-1)
      return last?.['outcome'] === 'notSent'
    })
    const answer = await act(agent, medOrgOrd, 'rebill', asked())
    assert.equal(answer.code, 'REFUND_LIVE')
    assert.match(answer.message, /^该订单已有退费在处理: 请用原流水号 \S+ 重新发起; 不再退的, 核实后在待处理列表登记$/)
    assert.equal(answer.data['operationId'], undefined, 'nothing was begun')
  })

  it('goes on by itself when the answer to the refund was lost', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
    const unknown = await act(agent, medOrgOrd, 'rebill', asked(next))
    assert.deepEqual([unknown.status, unknown.code], [202, 'OUTCOME_UNKNOWN'])
    const done = await until('the rebill', async () => {
      const answer = await operationOf(agent, unknown)
      return answer.status !== 202 && answer
    })
    assert.deepEqual([done.code, done.data['newMedOrgOrd']], ['0', next])
    assert.equal((await readOrder(agent, next)).data['state'], 'uploaded')
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('after EXP it waits for the cash, which the agent refunds by itself', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
    await act(agent, medOrgOrd, 'rebill', asked(next))
    await until('the new order', async () => (await readOrder(agent, next)).data['state'] === 'uploaded')
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('goes on by itself when the center went away between its halves and nothing else asks for it', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
    const unknown = await act(agent, medOrgOrd, 'rebill', asked(next))
    // 6301 goes on over a connection that is open already; the upload wants one of its own.
    agent.cable.refuseNew()
    await until('the refund', async () => (await readOrder(agent, medOrgOrd)).data['state'] === 'refunded')
    await until('the refused upload', async () => (await readOrder(agent, next)).code === '0')
    await agent.cable.plug()
    await until('the rebill', async () => (await operationOf(agent, unknown)).code === '0')
    assert.equal((await readOrder(agent, next)).data['state'], 'uploaded')
  })

  it('survives the end of the agent between its halves', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(medOrgOrd, { interface: '6203', lostReply: true })
    const unknown = await act(agent, medOrgOrd, 'rebill', asked(next))
    await agent.stop()
    await agent.start()
    await until('the new order', async () => (await readOrder(agent, next)).data['state'] === 'uploaded')
    await until('the rebill', async () => (await operationOf(agent, unknown)).code === '0')
    assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
  })

  it('an upload that the center refuses ends it, and says that the refund is made', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    await agent.center.script(next, { interface: '6201', decline: { code: '500', message: '药品编码错误' } })
    const answer = await act(agent, medOrgOrd, 'rebill', asked(next))
    assert.deepEqual([answer.code, answer.data['refunded']], ['CENTER_DECLINED', true])
    assert.match(answer.message, /药品编码错误/)
  })

  it('declined for its upload, it may be asked again and does only the upload, with the fees as they were or changed', async () => {
    const change: ((asked: { refund: Fields; upload: Fields }) => object)[] = [
      (same) => same,
      ({ refund, upload }) => ({ refund, upload: { ...upload, deptName: '测试外科' } }),
      ({ refund }) => ({ refund, upload: remaining(newNumber('N')) }),
    ]
    for (const changed of change) {
      const medOrgOrd = await pay(agent)
      const body = asked()
      await agent.center.script(String(body.upload['medOrgOrd']), {
        interface: '6201',
        decline: { code: '500', message: '药品编码错误' },
      })
      const declined = await act(agent, medOrgOrd, 'rebill', body)
      assert.deepEqual([declined.code, declined.data['refunded']], ['CENTER_DECLINED', true])
      const again = changed(body) as typeof body
      const answer = await act(agent, medOrgOrd, 'rebill', again)
      const next = String(again.upload['medOrgOrd'])
      assert.deepEqual([answer.code, answer.data['refunded'], answer.data['newMedOrgOrd']], ['0', true, next])
      const record = (await readOrder(agent, next)).data
      assert.deepEqual([record['state'], record['replaces']], ['uploaded', medOrgOrd])
      assert.equal((await readOrder(agent, medOrgOrd)).data['replacedBy'], next)
      assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
      const other = await act(agent, medOrgOrd, 'rebill', { refund: body.refund, upload: remaining(newNumber('N')) })
      assert.equal(other.code, 'WRONG_STATE')
    }
  })

  it('asked again after its refund was made, another refund is refused', async () => {
    const medOrgOrd = await pay(agent)
    const { refund, upload } = asked()
    await agent.center.script(String(upload['medOrgOrd']), {
      interface: '6201',
      decline: { code: '500', message: '药品编码错误' },
    })
    await act(agent, medOrgOrd, 'rebill', { refund, upload })
    const codes = []
    for (const change of [{ appRefdSn: newNumber('RF') }, { totlRefdAmt: '1.00' }]) {
      const answer = await act(agent, medOrgOrd, 'rebill', { refund: { ...refund, ...change }, upload })
      codes.push(answer.code)
    }
    assert.deepEqual(codes, ['WRONG_STATE', 'KEY_CONFLICT'])
  })

  it('ends once its new order was settled by a person and uploaded by the HIS: done with the same fees, else refused', async () => {
    /** Whether the HIS was the first to upload anew; the rebill itself may be, and its upload counts then. */
    const isSettled = async (change: object, code: string): Promise<boolean> => {
      const medOrgOrd = await pay(agent)
      const body = asked()
      const next = String(body.upload['medOrgOrd'])
      await agent.center.script(next, { interface: '6201', lostRequest: true, times: 3 })
      const unknown = await act(agent, medOrgOrd, 'rebill', body)
      assert.deepEqual(
        [unknown.code, unknown.data['state'], unknown.data['next']],
        ['OUTCOME_UNKNOWN', 'refunded', 'wait'],
      )
      await until('a person is called', async () => (await reasonsOf(agent, next)).includes('upload-unclear'))
      const word = { decision: 'notDone', operator: 'OP9', remark: '中心没有' }
      await agent.call('POST', `/v1/attention/${next}/resolve`, word)
      const own = { ...inventBill({ medOrgOrd: next, lines: 1, lineFen: 5_000, ...change }), ...inventedPatient }
      const uploaded = await agent.call('POST', '/v1/orders', own)
      const ended = await until('the rebill', async () => {
        const answer = await operationOf(agent, unknown)
        return answer.status !== 202 && answer
      })
      const isFirst = uploaded.code === '0'
      if (!isFirst) assert.equal(uploaded.code, 'KEY_CONFLICT')
      const expected = [isFirst ? code : '0', true, next]
      assert.deepEqual([ended.code, ended.data['refunded'], ended.data['newMedOrgOrd']], expected)
      if (isFirst && code !== '0') assert.match(ended.message, /费用不同/)
      return isFirst
    }
    for (const [change, code] of [
      [{}, '0'],
      [{ lines: 2 }, 'KEY_CONFLICT'],
    ] as const) {
      let isFirst = false
      for (let tries = 0; tries < 10 && !isFirst; tries++) isFirst = await isSettled(change, code)
      assert.ok(isFirst, 'the HIS is never the first')
    }
  })

  it('is refused before anything is sent when the new bill or the refund is wrong', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    const { refund, upload } = asked()
    const wrong = [
      { refund },
      { refund, upload: bill(medOrgOrd) },
      { refund, upload: { ...upload, medfeeSumamt: '1.00' } },
      { refund: { ...refund, totlRefdAmt: '1.00' }, upload },
      { refund: { ...refund, appRefdSn: '' }, upload },
    ]
    for (const body of wrong) assert.equal((await act(agent, medOrgOrd, 'rebill', body)).status, 422)
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/rebill`, { refund, upload }, 'window')).status, 403)
    assert.equal(await sent(), 0)
    await untilOrder(agent, medOrgOrd, 'as before', ({ state }) => state === 'paid')
  })
})
