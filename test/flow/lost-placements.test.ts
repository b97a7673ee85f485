// What becomes of a 6202 or 6205 whose answer nobody can believe: 6301 settles it, nothing is placed twice (RULES 3).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../fixtures/agent-process.ts'
import { newNumber, placement, reasonsOf, refresh, untilOrder, upload, type Fields } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

type Placed = {
  readonly medOrgOrd: string
  readonly answer: Answer
  /** How many 6301 there were since before the placement. */
  readonly asked: () => Promise<number>
}

/** Uploads, scripts 6202, and places. */
const placeWith = async (behaviour: object, split = 'insurance'): Promise<Placed> => {
  const medOrgOrd = await upload(agent, newNumber('P'))
  await agent.center.script(medOrgOrd, { split })
  await agent.center.script(medOrgOrd, { interface: '6202', ...behaviour })
  const asked = await agent.center.count(medOrgOrd, '6301')
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
  return { medOrgOrd, answer, asked }
}

const assertUnknown = (answer: Answer): void => {
  assert.equal(answer.status, 202)
  assert.equal(answer.code, 'OUTCOME_UNKNOWN')
  assert.equal(answer.data['paid'], false)
  assert.equal(answer.data['next'], 'wait')
  assert.equal(typeof answer.data['operationId'], 'string')
}

const operationOf = (answer: Answer): Promise<Answer> =>
  agent.call('GET', `/v1/operations/${String(answer.data['operationId'])}`)

const untilSettled = (medOrgOrd: string): Promise<Answer> =>
  untilOrder(agent, medOrgOrd, 'settled', ({ operations }) => {
    const last = (operations as Fields[]).at(-1)
    return last?.['outcome'] !== 'unknown' && last?.['outcome'] !== ''
  })

describe('a placement the center acted on, whose answer was lost', () => {
  const losses: readonly (readonly [string, object])[] = [
    ['the connection breaks', { lostReply: true }],
    ['a proxy answers 503', { status: { code: 503, acted: true } }],
    ['a proxy answers with its own page', { garbage: true }],
    ['the signature is wrong', { wrongSignature: true }],
    ['the appId is another one', { wrongAppId: true }],
    ['the answer names another order', { wrongPayOrdId: true }],
  ]
  for (const [why, behaviour] of losses) {
    it(`${why}: unknown first, then accepted by 6301, placed once (RULES 3.1, 3.3, 3.5)`, async () => {
      const { medOrgOrd, answer } = await placeWith(behaviour)
      assertUnknown(answer)
      const settled = await untilSettled(medOrgOrd)
      assert.equal(settled.data['paid'], true)
      const operation = await operationOf(answer)
      assert.equal(operation.code, '0')
      assert.equal(operation.data['settledByQuery'], true)
      assert.equal(operation.data['attempt'], 1)
      assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
      assert.equal(agent.center.order(medOrgOrd).collectedFen, 10_000)
    })
  }

  it('with cash to collect it is accepted at 2: the answers send the patient to his phone, he pays, and nobody is told to wait any more (RULES 3.5)', async () => {
    const { medOrgOrd, answer, asked } = await placeWith({ lostReply: true }, 'mixed')
    assertUnknown(answer)
    const held = await untilSettled(medOrgOrd)
    assert.deepEqual([held.data['ordStas'], held.data['state'], held.data['paid']], ['2', 'pending', false])
    assert.equal(held.data['next'], 'wait')
    for (const shown of [held, await operationOf(answer)]) {
      assert.equal(shown.code, '0')
      assert.equal(shown.data['ordStas'], '2')
      assert.equal(shown.data['legs'], null)
      assert.match(shown.message, /中心已收到订单.*在手机上/)
    }
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(paid.message, '成功')
    const again = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    for (const told of [again, await operationOf(answer)]) {
      assert.deepEqual(
        [told.code, told.data['ordStas'], told.data['paid'], told.data['next']],
        ['0', '2', false, 'query'],
      )
      assert.match(told.message, /请查询订单/)
    }
    assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
    assert.ok((await asked()) >= 2)
  })

  it('an operation that is still unknown shows the order as it is now, not as it was when it began', async () => {
    const own = await startTestAgent({ timeoutMs: 300, orders: { processingMs: 60_000 } })
    try {
      const medOrgOrd = await upload(own, newNumber('P'))
      await own.center.script(medOrgOrd, { interface: '6202', lostRequest: true })
      await own.center.script(medOrgOrd, { interface: '6301', ordStas: '1', times: 100 })
      const answer = await own.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
      assertUnknown(answer)
      assert.equal(answer.data['ordStas'], '0')
      await untilOrder(own, medOrgOrd, 'seen at 1', ({ ordStas }) => ordStas === '1')
      const shown = await own.call('GET', `/v1/operations/${String(answer.data['operationId'])}`)
      assert.deepEqual([shown.status, shown.data['ordStas']], [202, '1'])
    } finally {
      await own.close()
    }
  })

  it('that nobody pays is on the list in time, is taken off by its payer, and may be revoked at 2 (RULES 3.5, 4.7)', async () => {
    const own = await startTestAgent({ orders: { stuckAfterMs: 300 } })
    const lose = async (): Promise<string> => {
      const medOrgOrd = await upload(own, newNumber('P'))
      await own.center.script(medOrgOrd, { split: 'mixed' })
      await own.center.script(medOrgOrd, { interface: '6202', lostReply: true })
      assertUnknown(await own.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
      await until('the list', async () => (await reasonsOf(own, medOrgOrd)).includes('placed-without-amounts'))
      return medOrgOrd
    }
    try {
      const paid = await lose()
      await own.center.payer(paid)
      await untilOrder(own, paid, 'paid', (data) => data['paid'] === true)
      assert.deepEqual(await reasonsOf(own, paid), [])
      const left = await lose()
      const revoked = await own.call('POST', `/v1/orders/${left}/revocation`, {})
      assert.deepEqual([revoked.code, revoked.data['state']], ['0', 'revoked'])
      assert.deepEqual(await reasonsOf(own, left), [])
      assert.equal(own.center.order(left).ordStas, '12')
    } finally {
      await own.close()
    }
  })

  it('that nobody pays is taken back like any other, 6301 first (RULES 4.7)', async () => {
    const own = await startTestAgent({ orders: { abandonAfterMs: 600 } })
    try {
      const medOrgOrd = await upload(own, newNumber('P'))
      await own.center.script(medOrgOrd, { split: 'mixed' })
      await own.center.script(medOrgOrd, { interface: '6202', lostReply: true })
      assertUnknown(await own.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
      await untilOrder(own, medOrgOrd, 'revoked', ({ state }) => state === 'revoked')
      assert.equal(own.center.order(medOrgOrd).collectedFen, 0)
    } finally {
      await own.close()
    }
  })

  it('the same call during the unknown sends nothing and gets the same 202 (RULES 2.2)', async () => {
    const { medOrgOrd, answer } = await placeWith({ lostReply: true }, 'mixed')
    const placed = await agent.center.count(medOrgOrd, '6202')
    const again = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    assert.equal(again.data['operationId'], answer.data['operationId'])
    assert.equal(again.data['attempt'], 1)
    assert.equal(await placed(), 0)
  })
})

describe('a placement that never reached the center', () => {
  it('ends as declined, "not placed", after the processing time; the caller places again as attempt 2 (RULES 3.5)', async () => {
    const { medOrgOrd, answer } = await placeWith({ lostRequest: true })
    assertUnknown(answer)
    const settled = await untilSettled(medOrgOrd)
    assert.equal(settled.data['state'], 'uploaded')
    const operation = await operationOf(answer)
    assert.equal(operation.status, 502)
    assert.equal(operation.code, 'CENTER_DECLINED')
    assert.match(operation.message, /not placed/)
    assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 0, 'the agent never places by itself')

    const again = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ payAuthNo: 'AUTH0002' }))
    assert.equal(again.code, '0')
    assert.equal(again.data['attempt'], 2)
    assert.equal(again.data['paid'], true)
    assert.notEqual(again.data['operationId'], answer.data['operationId'])
    assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
    assert.equal((await operationOf(answer)).code, 'CENTER_DECLINED', 'a final answer never changes')
  })

  it('6301 saying 0 is not believed before the processing time is over: the center may be slow (RULES 3.5)', async () => {
    const own = await startTestAgent({ timeoutMs: 500, orders: { processingMs: 30_000 } })
    try {
      const medOrgOrd = await upload(own)
      await own.center.script(medOrgOrd, { split: 'insurance' })
      await own.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 3_000, acts: 'late' } })
      assertUnknown(await own.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
      // Looked at in this process, so that no round trip lies between the question and the look at the order.
      await own.center.untilRequests('6301', 1)
      assert.equal(own.center.order(medOrgOrd).ordStas, '0')
      const settled = await untilOrder(own, medOrgOrd, 'paid', ({ paid }) => paid === true)
      assert.equal((settled.data['operations'] as Fields[]).length, 2)
    } finally {
      await own.close()
    }
  })
})

describe('a refusal of a placement', () => {
  it('signed: declined at once with the words of the center; a changed body opens attempt 2 (RULES 2.2, 3.4)', async () => {
    const { medOrgOrd, answer } = await placeWith({ decline: { code: '500', message: '药品编码错误' } })
    assert.equal(answer.status, 502)
    assert.equal(answer.code, 'CENTER_DECLINED')
    assert.match(answer.message, /药品编码错误/)
    assert.deepEqual(answer.data['center'], { code: '500', message: '药品编码错误', signed: true })
    assert.equal(answer.data['state'], 'uploaded')
    const again = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ payAuthNo: 'AUTH0002' }))
    assert.equal(again.data['attempt'], 2)
    assert.equal(again.data['paid'], true)
  })

  it('is followed by one 6301, so that what was paid from another PC is told as paid (RULES 3.2)', async () => {
    const decline = { code: '500', message: '订单状态不允许下单' }
    const medOrgOrd = await upload(agent, newNumber('P'))
    await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '6' })
    await agent.center.script(medOrgOrd, { interface: '6202', decline })
    const asked = await agent.center.count(medOrgOrd, '6301')
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    assert.equal(answer.code, 'CENTER_DECLINED')
    assert.match(answer.message, /订单状态不允许下单; 已查询: 该订单已付款, 勿重收/)
    assert.deepEqual([answer.data['paid'], answer.data['state']], [true, 'paid'])
    assert.equal(await asked(), 1)
  })

  it('unsigned: unknown, then declined by 6301 with its text, without waiting for the processing time (RULES 3.2, 3.5)', async () => {
    const decline = { code: '500', message: '授权已失效' }
    const { medOrgOrd, answer } = await placeWith({ unsignedRefusal: true, decline })
    assertUnknown(answer)
    await untilSettled(medOrgOrd)
    const operation = await operationOf(answer)
    assert.equal(operation.code, 'CENTER_DECLINED')
    assert.match(operation.message, /授权已失效/)
    assert.deepEqual(operation.data['center'], { ...decline, signed: false })
  })
})

describe('a center that cannot be reached', () => {
  it('a placement that was never sent says so; the same call works once the center is back (RULES 3.1)', async () => {
    const own = await startTestAgent()
    try {
      const medOrgOrd = await upload(own)
      const path = `/v1/orders/${medOrgOrd}/placement`
      await own.center.stop()
      const refused = await own.call('POST', path, placement())
      assert.equal(refused.status, 503)
      assert.equal(refused.code, 'CENTER_UNREACHABLE')
      assert.equal(refused.data['state'], 'uploaded')
      assert.equal(refused.data['attempt'], 1)
      await own.center.start()
      // The center that came back has forgotten the order: it answers, and that is what counts here.
      const again = await own.call('POST', path, placement())
      assert.equal(again.code, 'CENTER_DECLINED')
      assert.equal(again.data['attempt'], 2)
    } finally {
      await own.close()
    }
  })
})

describe('6205', () => {
  const bank = { payAuthNo: 'AUTH0001' }

  it('whose reply is lost ends as declined, "no address", and may be asked again (RULES 3.5)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6205', lostReply: true })
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, bank)
    assertUnknown(answer)
    const settled = await untilSettled(medOrgOrd)
    assert.equal(settled.data['paid'], false)
    assert.match((await operationOf(answer)).message, /no address/)
    const again = await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, { payAuthNo: 'AUTH0002' })
    assert.equal(again.code, '0')
    assert.equal(again.data['attempt'], 2)
    assert.match(String(again.data['medBankPayUrl']), /^http/)
  })

  it('whose reply is an old one played again is unknown, not believed (RULES 3.7)', async () => {
    const first = await upload(agent)
    await agent.call('POST', `/v1/orders/${first}/bank-placement`, bank)
    const second = await upload(agent)
    await agent.center.script(second, { interface: '6205', replay: true })
    assertUnknown(await agent.call('POST', `/v1/orders/${second}/bank-placement`, bank))
  })

  it('whose reply is an hour old is unknown (RULES 3.7)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6205', oldTimestamp: true })
    assertUnknown(await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, bank))
  })
})

describe('"not found" by 6301 (RULES 3.6)', () => {
  const notFound = { interface: '6301', decline: { code: '404', message: '订单不存在' } }

  it('within the processing time proves nothing: the order is asked about again and settled', async () => {
    const own = await startTestAgent({ orders: { processingMs: 30_000 } })
    try {
      const medOrgOrd = newNumber('NF')
      await own.center.script(medOrgOrd, { ...notFound, times: 3 })
      await upload(own, medOrgOrd)
      await own.center.script(medOrgOrd, { split: 'insurance' })
      await own.center.script(medOrgOrd, { interface: '6202', lostReply: true })
      assertUnknown(await own.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement()))
      await untilOrder(own, medOrgOrd, 'paid', ({ paid }) => paid === true)
      assert.deepEqual(await reasonsOf(own, medOrgOrd), [])
    } finally {
      await own.close()
    }
  })

  it('after it a person is called, and a later answer takes the order off the list', async () => {
    const medOrgOrd = newNumber('NF')
    await agent.center.script(medOrgOrd, { ...notFound, times: 40 })
    await upload(agent, medOrgOrd)
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await until('the list', async () => (await reasonsOf(agent, medOrgOrd)).includes('not-found'))
    const found = await until('the center to find it again', async () => {
      const answer = await refresh(agent, medOrgOrd)
      return answer.code === '0' && answer
    })
    assert.equal(found.data['paid'], true)
    assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
  })
})
