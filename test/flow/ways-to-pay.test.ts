// What must be there before an order is placed, and that it is placed one way only (RULES 4.1 to 4.4).
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inventedPatient } from '../fixtures/invented-bill.ts'
import { bill, newNumber, pay, place, placement, readOrder, refundAll, upload } from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const { idNo, userName, idType } = inventedPatient

const ways = [
  ['placement', { mdtrtId: 'MD0001' }],
  ['bank-placement', {}],
  ['cashier-url', {}],
] as const

describe('payAuthNo (RULES 4.3)', () => {
  for (const [way, body] of ways) {
    it(`missing: ${way} is refused in Chinese before anything is sent or written`, async () => {
      const medOrgOrd = await upload(agent)
      const before = await readOrder(agent, medOrgOrd)
      const sent = agent.center.sent()
      const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/${way}`, body)
      assert.equal(answer.status, 422)
      assert.equal(answer.code, 'PAY_AUTH_MISSING')
      assert.match(answer.message, /请患者在手机上完成医保授权/)
      assert.deepEqual(agent.center.sent(), sent)
      assert.deepEqual((await readOrder(agent, medOrgOrd)).data, before.data)
    })

    it(`posted to /authorization by the hospital's H5 back end is used by ${way}, once`, async () => {
      const medOrgOrd = await upload(agent)
      const payAuthNo = await agent.center.authorize({ idNo, userName, idType })
      const posted = await agent.call('POST', `/v1/orders/${medOrgOrd}/authorization`, { payAuthNo })
      assert.equal(posted.data['next'], 'place')
      const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/${way}`, body)
      assert.equal(placed.code, '0', placed.message)
    })
  }

  it('posted again replaces the first; one of another patient is refused by the center and used up', async () => {
    const medOrgOrd = await upload(agent)
    const path = `/v1/orders/${medOrgOrd}`
    const foreign = await agent.center.authorize({ idNo: '110101199003070019', userName: '测试乙', idType })
    await agent.call('POST', `${path}/authorization`, { payAuthNo: 'PA-NONE' })
    await agent.call('POST', `${path}/authorization`, { payAuthNo: foreign })
    const refused = await agent.call('POST', `${path}/placement`, { mdtrtId: 'MD0001' })
    assert.equal(refused.code, 'CENTER_DECLINED')
    assert.match(refused.message, /不属于同一用户/)
    assert.equal(refused.data['next'], 'authorize')
    const again = await agent.call('POST', `${path}/placement`, { mdtrtId: 'MD0001' })
    assert.equal(again.code, 'PAY_AUTH_MISSING')
  })

  it('of the upload is kept for the placement', async () => {
    const medOrgOrd = await upload(agent, newNumber(), { payAuthNo: 'AUTH0009' })
    assert.equal((await readOrder(agent, medOrgOrd)).data['next'], 'place')
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, { mdtrtId: 'MD0001' })
    assert.equal(placed.code, '0')
  })

  it('of an order that is placed, or not there, is refused', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/authorization`, { payAuthNo: 'AUTH0002' })
    assert.equal(placed.code, 'WRONG_STATE')
    const none = await agent.call('POST', `/v1/orders/${newNumber()}/authorization`, { payAuthNo: 'AUTH0002' })
    assert.equal(none.code, 'ORDER_NOT_FOUND')
  })

  it('of 6101 (authNo) is not taken for it unless the hospital says so', async () => {
    const decoded = await agent.call('POST', '/v1/vouchers/decode', {
      businessType: '01301',
      operatorId: 'OP01',
      operatorName: '测试收费员',
      officeId: 'D01',
      officeName: '收费处',
      code: '2800000000000001',
    })
    assert.match(String(decoded.data['authNo']), /^SIM/)
    const decodeOperationId = decoded.data['operationId']
    const { idNo: _a, userName: _b, idType: _c, ecToken: _d, ...rest } = bill(newNumber())
    const answer = await agent.call('POST', '/v1/orders', { ...rest, decodeOperationId })
    assert.equal(answer.code, '0')
    assert.equal(answer.data['next'], 'authorize')
  })
})

describe('mdtrtId (RULES 4.4)', () => {
  const path = (medOrgOrd: string): string => `/v1/orders/${medOrgOrd}/placement`

  it('is accepted at placement when the upload named none', async () => {
    assert.equal((await agent.call('POST', path(await upload(agent)), placement({ mdtrtId: 'MD77' }))).code, '0')
  })

  it('missing in both is refused before anything is sent', async () => {
    const medOrgOrd = await upload(agent)
    const sent = await agent.center.count(medOrgOrd, '6202')
    const answer = await agent.call('POST', path(medOrgOrd), { payAuthNo: 'AUTH0001' })
    assert.equal(answer.code, 'MDTRT_ID_MISSING')
    assert.equal(await sent(), 0)
  })

  it('other than that of the upload is refused; left out, that of the upload is sent', async () => {
    const medOrgOrd = await upload(agent, newNumber(), { mdtrtId: 'MD0001' })
    const other = await agent.call('POST', path(medOrgOrd), placement({ mdtrtId: 'MD0002' }))
    assert.equal(other.code, 'MDTRT_ID_MISMATCH')
    assert.equal((await agent.call('POST', path(medOrgOrd), { payAuthNo: 'AUTH0001' })).code, '0')
  })
})

it('what the caller repeats of the upload must agree with it', async () => {
  const medOrgOrd = await upload(agent)
  const sent = await agent.center.count(medOrgOrd, '6202')
  const body = placement({ payOrdId: 'ORD-OTHER', chrgBchno: 'B-OTHER', feeType: '02' })
  const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, body)
  assert.equal(answer.code, 'INVALID_FIELDS')
  assert.equal((answer.data['faults'] as string[]).length, 3)
  assert.equal(await sent(), 0)
})

describe('a second way to pay', () => {
  for (const [first, firstBody] of ways) {
    for (const [second, secondBody] of ways.filter(([way]) => way !== first)) {
      it(`${second} is refused while ${first} is open (RULES 4.1)`, async () => {
        const medOrgOrd = await upload(agent)
        await agent.center.script(medOrgOrd, { split: 'mixed' })
        const payAuthNo = 'AUTH0001'
        const path = `/v1/orders/${medOrgOrd}`
        const opened = await agent.call('POST', `${path}/${first}`, { ...firstBody, payAuthNo })
        assert.equal(opened.code, '0')
        const sent = agent.center.sent()
        const refused = await agent.call('POST', `${path}/${second}`, { ...secondBody, payAuthNo })
        assert.equal(refused.status, 409)
        assert.equal(refused.code, 'SECOND_WAY')
        assert.deepEqual(agent.center.sent(), sent)
      })
    }
  }

  it('is refused while the first is still unknown', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    const refused = await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, { payAuthNo: 'AUTH0002' })
    assert.equal(refused.code, 'SECOND_WAY')
  })

  it('is open again after a revocation and a new upload', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
    await upload(agent, medOrgOrd)
    const bank = await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, { payAuthNo: 'AUTH0002' })
    assert.equal(bank.code, '0')
  })
})

describe('a step that does not fit the state', () => {
  it('a refund before payment is refused with what to do instead, and nothing is sent', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const sent = await agent.center.count(medOrgOrd, '6203')
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundAll())
    assert.equal(answer.status, 409)
    assert.equal(answer.code, 'WRONG_STATE')
    assert.equal(answer.data['next'], 'payCash')
    assert.equal(await sent(), 0)
  })

  it('a revocation after settlement is refused without a 6401 (RULES 4.7)', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6401')
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
    assert.equal(answer.code, 'WRONG_STATE')
    assert.equal(answer.data['next'], 'book')
    assert.equal(await sent(), 0)
  })

  it('a revocation asks 6301 first: what was paid meanwhile is not revoked (RULES 4.7)', async () => {
    // Nobody polls within this test, so the agent does not know yet that the patient has paid.
    const still = { firstAfterMs: 60_000, everyMs: 60_000, untilMs: 60_000, backOffMs: [60_000] }
    const own = await startTestAgent({
      orders: { schedule: { ...still, slowEveryMs: 60_000, cashierExpiryMs: 60_000 } },
    })
    try {
      const medOrgOrd = await place(own, 'mixed')
      await own.center.payer(medOrgOrd)
      const answer = await own.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
      assert.equal(answer.code, 'WRONG_STATE')
      assert.equal(answer.data['ordStas'], '6')
      assert.equal(own.center.ledger().requests['6401'], 0)
      assert.equal((await readOrder(own, medOrgOrd)).data['paid'], true)
    } finally {
      await own.close()
    }
  })

  it('a second upload, a placement and a revocation of a paid order are refused or answered from the record', async () => {
    const medOrgOrd = await pay(agent, 'insurance')
    const sent = agent.center.sent()
    const codes = await Promise.all([
      agent.call('POST', '/v1/orders', bill(medOrgOrd, { deptName: '测试外科' })),
      agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ payAuthNo: 'AUTH0002' })),
      agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {}),
    ])
    assert.deepEqual(
      codes.map(({ code }) => code),
      ['KEY_CONFLICT', 'KEY_CONFLICT', 'WRONG_STATE'],
    )
    assert.deepEqual(agent.center.sent(), sent)
  })
})
