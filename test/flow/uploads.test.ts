// What is particular to 6201: an unknown upload is repeated within a limit, a bill is not charged under two numbers.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import {
  act,
  bill,
  newNumber,
  pay,
  placement,
  readOrder,
  refundAll,
  upload,
  type Fields,
} from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

describe('fields and codes of a province (RULES 9.5, 9.6)', () => {
  it('a field of the setting reaches the center, any other is refused, and an unknown code is warned of', async () => {
    const own = await startTestAgent({ orders: { extraFields: { '6201': { xxFlag: 3 } } } })
    try {
      const medOrgOrd = newNumber('U')
      const answer = await own.call('POST', '/v1/orders', bill(medOrgOrd, { insutype: '999', yyFlag: '1' }))
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.match(answer.message, /yyFlag: 未知字段/)
      const dry = await own.call('POST', '/v1/orders?dryRun=true', bill(medOrgOrd, { insutype: '999', xxFlag: '1' }))
      assert.equal(dry.code, '0', dry.message)
      assert.deepEqual(dry.data['warnings'], ['insutype 险种类型: 不在字典中的代码'])
      assert.match((await own.call('POST', '/v1/orders', bill(medOrgOrd, { xxFlag: '1234' }))).message, /最长 3 个字符/)
    } finally {
      await own.close()
    }
  })

  it('a 全退重收 takes them where its refund and its upload do, and OpenAPI names them', async () => {
    const extraFields = { '6201': { xxFlag: 3 }, '6203': { zzFlag: 3 } }
    const own = await startTestAgent({ orders: { extraFields } })
    try {
      const medOrgOrd = await pay(own)
      const rebill = (refund: Fields, upload: Fields) =>
        act(own, medOrgOrd, 'rebill', { refund: refundAll('mixed', refund), upload: bill(newNumber('U'), upload) })
      assert.match((await rebill({}, { yyFlag: '1' })).message, /upload\.yyFlag: 未知字段/)
      const done = await rebill({ zzFlag: '2' }, { xxFlag: '1' })
      // The simulated center knows no such field: it came that far.
      assert.match(done.message, /^医保移动支付中心拒绝了请求: .*zzFlag: 未知字段/)
      const document = await (await fetch(`${own.url}/openapi.json`)).text()
      for (const name of ['xxFlag', 'zzFlag']) assert.equal(document.split(`"${name}"`).length - 1, 2, name)
    } finally {
      await own.close()
    }
  })

  it('an unknown code is refused where the hospital says so', async () => {
    const own = await startTestAgent({ orders: { unknownCodes: 'refuse' } })
    try {
      const answer = await own.call('POST', '/v1/orders', bill(newNumber('U'), { insutype: '999' }))
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.match(answer.message, /insutype 险种类型: 不在字典中的代码/)
      assert.equal((await own.call('POST', '/v1/orders', bill(newNumber('U')))).code, '0')
    } finally {
      await own.close()
    }
  })
})

describe('an upload of unknown outcome (RULES 3.5)', () => {
  it('is sent again, the same, and keeps the payOrdId the center gave first', async () => {
    const medOrgOrd = newNumber('U')
    await agent.center.script(medOrgOrd, { interface: '6201', lostReply: true, times: 2 })
    const sent = await agent.center.count(medOrgOrd, '6201')
    const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(answer.code, '0')
    assert.equal(answer.data['attempt'], 1)
    assert.equal(await sent(), 3)
    assert.equal(agent.center.ledger().orders.filter((order) => order.medOrgOrd === medOrgOrd).length, 1)
    assert.equal(answer.data['payOrdId'], agent.center.order(medOrgOrd).payOrdId)
  })

  it('is sent at most three times by default, then waits for a person', async () => {
    const medOrgOrd = newNumber('U')
    await agent.center.script(medOrgOrd, { interface: '6201', lostRequest: true, times: 50 })
    const sent = await agent.center.count(medOrgOrd, '6201')
    const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(answer.status, 202)
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    assert.equal(answer.data['next'], 'person')
    assert.deepEqual((await readOrder(agent, medOrgOrd)).data['attention'], ['upload-unclear'])
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, 'OUTCOME_UNKNOWN')
    assert.equal(await sent(), 3)
  })

  it('refused afterwards stays unknown: "already uploaded" may be our own', async () => {
    const medOrgOrd = newNumber('U')
    await agent.center.script(medOrgOrd, { interface: '6201', lostReply: true })
    await agent.center.script(medOrgOrd, { interface: '6201', duplicate: 'refuse', nth: 2 })
    const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(answer.code, 'OUTCOME_UNKNOWN')
    assert.equal(answer.data['next'], 'person')
    assert.deepEqual((await readOrder(agent, medOrgOrd)).data['attention'], ['upload-unclear'])
  })

  it('is held for a person at once where the center must not be asked twice', async () => {
    const own = await startTestAgent({ orders: { uploadRepeats: 0 } })
    try {
      const medOrgOrd = newNumber('U')
      await own.center.script(medOrgOrd, { interface: '6201', lostReply: true })
      const answer = await own.call('POST', '/v1/orders', bill(medOrgOrd))
      assert.equal(answer.data['next'], 'person')
      assert.equal(own.center.ledger().requests['6201'], 1)
    } finally {
      await own.close()
    }
  })

  it('an unsigned refusal is believed: an upload moves no money (RULES 3.2)', async () => {
    const medOrgOrd = newNumber('U')
    await agent.center.script(medOrgOrd, { interface: '6201', unsignedRefusal: true })
    const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal(answer.code, 'CENTER_DECLINED')
    assert.equal((answer.data['center'] as Fields)['signed'], false)
  })
})

it('a payOrdId that belongs to another order is refused and needs a person (RULES 3.7)', async () => {
  await upload(agent)
  const medOrgOrd = newNumber('U')
  await agent.center.script(medOrgOrd, { interface: '6201', wrongPayOrdId: true, times: 50 })
  const answer = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
  assert.equal(answer.code, 'OUTCOME_UNKNOWN')
  assert.equal(answer.data['payOrdId'], '')
  assert.equal(answer.data['next'], 'person')
})

describe('a bill under a second number (RULES 2.5)', () => {
  const sameBatch = (of: Fields): Fields => ({ chrgBchno: of['chrgBchno'], feedetailList: linesOf(of) })
  const linesOf = (of: Fields): Fields[] =>
    (of['feedetailList'] as Fields[]).map((line, index) => ({ ...line, feedetlSn: `${newNumber('L')}-${index}` }))

  it('is refused by its chrgBchno, with the number under which it is open', async () => {
    const first = await upload(agent)
    const again = await agent.call('POST', '/v1/orders', bill(newNumber(), sameBatch(bill(first))))
    assert.equal(again.status, 409)
    assert.equal(again.code, 'DUPLICATE_BILL')
    assert.equal(again.data['medOrgOrd'], first)
  })

  it('is refused by one line of the same visit', async () => {
    const first = await upload(agent)
    const { iptOtpNo, feedetailList } = bill(first)
    const second = newNumber()
    const [shared] = feedetailList as Fields[]
    const [, own] = bill(second)['feedetailList'] as Fields[]
    const lines = [shared, own].map((line) => ({ ...line, chrgBchno: `B${second}` }))
    const again = await agent.call('POST', '/v1/orders', bill(second, { iptOtpNo, feedetailList: lines }))
    assert.equal(again.code, 'DUPLICATE_BILL')
    assert.equal(again.data['medOrgOrd'], first)
  })

  it('is refused when it is settled, and when its outcome is unknown', async () => {
    const settled = await pay(agent, 'insurance')
    const unknown = newNumber()
    await agent.center.script(unknown, { interface: '6201', lostRequest: true, times: 50 })
    await agent.call('POST', '/v1/orders', bill(unknown))
    for (const first of [settled, unknown]) {
      const again = await agent.call('POST', '/v1/orders', bill(newNumber(), sameBatch(bill(first))))
      assert.equal(again.code, 'DUPLICATE_BILL', first)
    }
  })

  it('is refused also when both arrive at once: one of them goes out', async () => {
    const one = bill(newNumber())
    const other = bill(newNumber(), sameBatch(one))
    const answers = await Promise.all([one, other].map((body) => agent.call('POST', '/v1/orders', body)))
    assert.deepEqual(answers.map(({ code }) => code).toSorted(), ['0', 'DUPLICATE_BILL'])
  })

  it('another visit with the same line numbers is another bill', async () => {
    const first = await upload(agent)
    const second = newNumber()
    const lines = (bill(first)['feedetailList'] as Fields[]).map((line) => ({ ...line, chrgBchno: `B${second}` }))
    const answer = await agent.call('POST', '/v1/orders', bill(second, { feedetailList: lines }))
    assert.equal(answer.code, '0')
  })

  it('another hospital with the same batch number is another bill (RULES 1.1)', async () => {
    const first = await upload(agent)
    const body = bill(newNumber(), sameBatch(bill(first)))
    const answer = await agent.call('POST', '/v1/orders', body, 'other-hospital')
    assert.notEqual(answer.code, 'DUPLICATE_BILL')
  })

  it('is free again after a revocation and after a refund of everything', async () => {
    const revoked = await upload(agent)
    await agent.call('POST', `/v1/orders/${revoked}/revocation`, {})
    const refunded = await pay(agent)
    await agent.call('POST', `/v1/orders/${refunded}/refunds`, refundAll())
    for (const first of [revoked, refunded]) {
      const again = await agent.call('POST', '/v1/orders', bill(newNumber(), sameBatch(bill(first))))
      assert.equal(again.code, '0', first)
    }
  })

  it('goes out when an operator takes it upon himself, and the record says who', async () => {
    const first = await upload(agent)
    const second = newNumber()
    const body = bill(second, { ...sameBatch(bill(first)), duplicateOverride: 'OP42' })
    const answer = await agent.call('POST', '/v1/orders', body)
    assert.equal(answer.code, '0')
    const { operations } = (await readOrder(agent, second)).data
    assert.equal((operations as Fields[])[0]?.['duplicateOverride'], 'OP42')
  })
})

it('a dry run checks everything, sends nothing and writes nothing (RULES 9.4)', async () => {
  const medOrgOrd = newNumber('U')
  const sent = await agent.center.count(medOrgOrd, '6201')
  const good = await agent.call('POST', '/v1/orders?dryRun=true', bill(medOrgOrd))
  assert.equal(good.code, '0')
  assert.equal(good.data['dryRun'], true)
  const bad = await agent.call('POST', '/v1/orders?dryRun=true', bill(medOrgOrd, { medfeeSumamt: '99.00' }))
  assert.equal(bad.code, 'INVALID_FIELDS')
  assert.equal(await sent(), 0)
  assert.equal((await readOrder(agent, medOrgOrd)).code, 'ORDER_NOT_FOUND')
})

it('a revoked order is not placed, and an order that is not uploaded is not found', async () => {
  const medOrgOrd = await upload(agent)
  await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
  assert.equal(answer.code, 'WRONG_STATE')
  const none = await agent.call('POST', `/v1/orders/${newNumber()}/placement`, placement())
  assert.equal(none.code, 'ORDER_NOT_FOUND')
})
