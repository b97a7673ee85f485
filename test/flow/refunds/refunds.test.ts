// Refunds: bounds, authorisation, EXP, and refunds that were not ours (RULES 5, 7). One whose answer is lost is in
// lost-refunds.test.ts.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import {
  pay,
  placement,
  readOrder,
  recorded,
  refresh,
  refundAll,
  refundCash,
  untilOrder,
  upload,
  type Fields,
} from '../../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const refund = (medOrgOrd: string, body: Fields): Promise<Answer> =>
  agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)

const operationOf = (answer: Answer): Promise<Answer> =>
  agent.call('GET', `/v1/operations/${String(answer.data['operationId'])}`)

const assertOutOfBounds = (answer: Answer): void => {
  assert.equal(answer.status, 422)
  assert.equal(answer.code, 'REFUND_OUT_OF_BOUNDS')
}

describe('bounds (RULES 7.1, 7.2)', () => {
  it('ALL that differs from the settlement in any part is refused with every difference, nothing is sent', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    const change = { totlRefdAmt: '99.00', fundRefdAmt: '59.00', psnAcctRefdAmt: '19.00', cashRefdAmt: '21.00' }
    const answer = await refund(medOrgOrd, refundAll('mixed', change))
    assertOutOfBounds(answer)
    assert.equal((answer.data['problems'] as string[]).length, 4)
    assert.equal(await sent(), 0)
  })

  it('CASH gives cash back in parts, never more than was collected', async () => {
    const medOrgOrd = await pay(agent)
    const first = await refund(medOrgOrd, refundCash('12.50'))
    assert.equal(first.code, '0')
    assert.equal(first.data['ordStas'], '10')
    assert.equal((await readOrder(agent, medOrgOrd)).data['refundableCash'], '7.50')
    assertOutOfBounds(await refund(medOrgOrd, refundCash('7.51')))
    const last = await refund(medOrgOrd, refundCash('7.50'))
    assert.equal(last.data['ordStas'], '9')
    assertOutOfBounds(await refund(medOrgOrd, refundCash('0.01')))
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 2_000)
  })

  it('CASH touches no insurance part, and its total is the original one', async () => {
    const medOrgOrd = await pay(agent)
    assertOutOfBounds(await refund(medOrgOrd, refundCash('1.00', { fundRefdAmt: '1.00' })))
    assertOutOfBounds(await refund(medOrgOrd, refundCash('1.00', { totlRefdAmt: '1.00' })))
    assertOutOfBounds(await refund(medOrgOrd, refundCash('0.00')))
    assertOutOfBounds(await refund(medOrgOrd, refundCash('-1.00')))
  })

  it('HI gives the insurance back with cashRefdAmt 0.00, then CASH the rest', async () => {
    const medOrgOrd = await pay(agent)
    assertOutOfBounds(await refund(medOrgOrd, refundAll('mixed', { refdType: 'HI' })))
    const insurance = await refund(medOrgOrd, refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' }))
    assert.equal(insurance.data['ordStas'], '8')
    assert.equal(insurance.data['next'], 'refundCash')
    const cash = await refund(medOrgOrd, refundCash('20.00'))
    assert.equal(cash.data['state'], 'refunded')
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  it('ALL is refused once a part went back (RULES 7.1)', async () => {
    const medOrgOrd = await pay(agent)
    await refund(medOrgOrd, refundCash('1.00'))
    assertOutOfBounds(await refund(medOrgOrd, refundAll()))
  })

  it('the deposit of an inpatient is not cash that can go back', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ deposit: '5.00' }))
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(paid.data['refundableCash'], '15.00')
    assertOutOfBounds(await refund(medOrgOrd, refundCash('15.01')))
    assert.equal((await refund(medOrgOrd, refundCash('15.00'))).data['ordStas'], '9')
  })

  it('an ALL with a deposit is refused with that reason as long as refundIncludesDeposit is not set (RULES 4.9)', async () => {
    const settle = async (on: TestAgent): Promise<string> => {
      const medOrgOrd = await upload(on)
      await on.center.script(medOrgOrd, { split: 'mixed' })
      await on.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement({ deposit: '5.00' }))
      await on.center.payer(medOrgOrd)
      await untilOrder(on, medOrgOrd, 'paid', (data) => data['paid'] === true)
      return medOrgOrd
    }
    const refused = await settle(agent)
    const answer = await refund(refused, refundAll())
    assertOutOfBounds(answer)
    assert.match(answer.message, /refundIncludesDeposit/)
    assert.equal((await readOrder(agent, refused)).data['refundAllCash'], '')
    assert.equal(agent.center.order(refused).refundedFen, 0)

    const decided = await startTestAgent({ orders: { refundIncludesDeposit: true } })
    try {
      const medOrgOrd = await settle(decided)
      assert.equal((await readOrder(decided, medOrgOrd)).data['refundAllCash'], '20.00')
      const done = await decided.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundAll())
      assert.equal(done.data['ordStas'], '7', done.message)
    } finally {
      await decided.close()
    }
  })

  it('a type that the table does not name is refused by its field', async () => {
    const answer = await refund(await pay(agent), refundAll('mixed', { refdType: 'PART' }))
    assert.equal(answer.code, 'INVALID_FIELDS')
    assert.match(answer.message, /refdType/)
  })

  it('a refund that names another order is refused', async () => {
    const other = await pay(agent)
    const { payOrdId } = agent.center.order(other)
    const answer = await refund(await pay(agent), refundAll('mixed', { payOrdId }))
    assert.equal(answer.code, 'INVALID_FIELDS')
    assert.match(answer.message, /payOrdId/)
  })
})

describe('authorisation (RULES 7.3)', () => {
  it('the stored ecToken is used when the caller gives none', async () => {
    assert.equal((await refund(await pay(agent), refundAll())).data['refStatus'], 'SUCC')
  })

  it('both payAuthNo and ecToken are refused before anything is sent', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    const body = refundAll('mixed', { payAuthNo: 'AUTH0001', ecToken: 'EC0000000000000000000000000000000001' })
    assert.equal((await refund(medOrgOrd, body)).code, 'INVALID_FIELDS')
    assert.equal(await sent(), 0)
  })

  it("the caller's own goes before the stored one, and a wrong one is the center's to refuse", async () => {
    const medOrgOrd = await pay(agent)
    const refused = await refund(medOrgOrd, refundAll('mixed', { ecToken: 'EC-OF-ANOTHER' }))
    assert.equal(refused.code, 'CENTER_DECLINED')
    assert.match(refused.message, /重新授权/)
    assert.equal((await refund(medOrgOrd, refundAll('mixed', { payAuthNo: 'AUTH0001' }))).code, '0')
  })
})

describe('EXP: insurance went back, cash did not (RULES 7.4)', () => {
  it('the agent refunds the cash by itself, once, under a number of its own; ALL is refused', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
    const half = await refund(medOrgOrd, refundAll())
    assert.equal(half.data['refStatus'], 'EXP')
    assert.equal(half.data['ordStas'], '8')
    assert.equal(half.data['next'], 'wait')
    const { data } = await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
    const [all, cash] = data['refunds'] as readonly { appRefdSn: string; refdType: string; cashRefdAmt: string }[]
    assert.deepEqual([all?.refdType, cash?.refdType, cash?.cashRefdAmt], ['ALL', 'CASH', '20.00'])
    assert.notEqual(all?.appRefdSn, cash?.appRefdSn)
    const again = await refund(medOrgOrd, refundAll())
    assert.equal(again.code, 'WRONG_STATE')
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    assert.equal(await sent(), 2)
  })

  it('whose answer is lost is settled as EXP by 6301 saying 8, and the cash follows', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP', lostReply: true })
    const unknown = await refund(medOrgOrd, refundAll())
    assert.equal(unknown.code, 'OUTCOME_UNKNOWN')
    await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
    const settled = await operationOf(unknown)
    assert.equal(settled.data['refStatus'], 'EXP')
    assert.equal(settled.data['next'], 'query', 'it waits no longer')
    assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
  })

  for (const answered of ['FAIL', 'EXP']) {
    it(`a cash refund that is answered with ${answered} goes to a person, and is not tried again by itself`, async () => {
      const medOrgOrd = await pay(agent)
      const sent = await agent.center.count(medOrgOrd, '6203')
      await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
      await agent.center.script(medOrgOrd, { interface: '6203', nth: 2, refund: answered })
      await refund(medOrgOrd, refundAll())
      const { data } = await untilOrder(agent, medOrgOrd, 'handed over', ({ attention }) =>
        (attention as string[]).includes('automatic-refund-failed'),
      )
      assert.deepEqual([data['ordStas'], data['next']], ['8', 'refundCash'])
      const handled = { decision: 'handled', operator: '班长', remark: '再退一次' }
      assert.equal((await agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, handled)).code, '0')
      assert.equal((await refund(medOrgOrd, refundCash('20.00'))).data['state'], 'refunded')
      assert.equal(await sent(), 3)
    })
  }

  it('CASH that is answered with EXP was not done: refused, and the order stays as it was (RULES 7.4)', async () => {
    const medOrgOrd = await pay(agent)
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
    const answer = await refund(medOrgOrd, refundCash('5.00'))
    assert.equal(answer.code, 'CENTER_DECLINED')
    assert.match(answer.message, /退费未成功 \(refStatus EXP\)/)
    const { data } = await refresh(agent, medOrgOrd)
    assert.deepEqual([data['ordStas'], data['refundableCash'], data['attention']], ['6', '20.00', []])
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 0)
  })

  it('HI that is answered with EXP is done, and the cash is paid out to nobody who did not ask (RULES 7.4)', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    await agent.center.script(medOrgOrd, { interface: '6203', refund: 'EXP' })
    const answer = await refund(medOrgOrd, refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' }))
    assert.deepEqual([answer.code, answer.data['ordStas'], answer.data['next']], ['0', '8', 'refundCash'])
    assert.equal((await refresh(agent, medOrgOrd)).data['next'], 'refundCash')
    assert.equal(await sent(), 1)
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 0)
  })
})

it('an answer of 6301 that a refund has overtaken does not put the order back to paid', async () => {
  const medOrgOrd = await pay(agent)
  const asked = await agent.center.count(medOrgOrd, '6301')
  await agent.center.script(medOrgOrd, { interface: '6301', slow: { delayMs: 3_000 } })
  const slow = refresh(agent, medOrgOrd)
  await until('the slow 6301', async () => (await asked()) === 1)
  assert.equal((await refund(medOrgOrd, refundAll())).data['state'], 'refunded')
  assert.equal((await slow).data['paid'], false)
  assert.equal((await readOrder(agent, medOrgOrd)).data['state'], 'refunded')
})

describe('somebody else', () => {
  for (const ordStas of ['8', '9', '10', '11']) {
    it(`a refund in the portal (${ordStas}) needs a person, and the agent refunds nothing more (RULES 5)`, async () => {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas })
      const record = await refresh(agent, medOrgOrd)
      assert.equal(record.data['ordStas'], ordStas)
      assert.equal(record.data['next'], 'person')
      const sent = await agent.center.count(medOrgOrd, '6203')
      const answer = await refund(medOrgOrd, refundCash('1.00'))
      assert.equal(answer.code, 'WRONG_STATE')
      assert.equal(await sent(), 0)
    })
  }

  it('our own refund, seen again by 6301, needs nobody', async () => {
    const medOrgOrd = await pay(agent)
    const own = await refund(medOrgOrd, refundCash('5.00'))
    const record = await refresh(agent, medOrgOrd)
    assert.deepEqual(record.data['attention'], [])
    assert.equal(record.data['next'], 'book')
    assert.deepEqual(recorded(await operationOf(own)), recorded(own))
  })
})
