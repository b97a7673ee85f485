// The cashier's job from upload to paid and back, for the three money types and the three ways to pay (RULES 4).
// What goes wrong on the way is in the files beside this one.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../fixtures/agent-process.ts'
import {
  bill,
  legsOf,
  newNumber,
  place,
  placement,
  pay,
  readOrder,
  refresh,
  refundAll,
  splits,
  untilOrder,
  upload,
  type MoneyType,
} from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const carried = ['ordStas', 'paid', 'state', 'next', 'legs', 'attempt', 'environment', 'medOrgOrd', 'operationId']

const assertCarries = ({ data }: Answer): void => {
  assert.deepEqual(
    carried.filter((name) => !(name in data)),
    [],
  )
  assert.equal(data['environment'], 'sandbox')
}

const endsOf: Readonly<Record<MoneyType, { readonly placed: object; readonly cashFen: number }>> = {
  insurance: { placed: { ordStas: '6', state: 'paid', paid: true, next: 'book' }, cashFen: 0 },
  mixed: { placed: { ordStas: '2', state: 'cashPending', paid: false, next: 'payCash' }, cashFen: 2_000 },
  zeroInsurance: { placed: { ordStas: '2', state: 'cashPending', paid: false, next: 'payCash' }, cashFen: 10_000 },
}

const statusOf = ({ data }: Answer): object => {
  const { ordStas, state, paid, next } = data
  return { ordStas, state, paid, next }
}

describe('the whole job', () => {
  for (const split of ['insurance', 'mixed', 'zeroInsurance'] as const) {
    it(`${split}: uploaded, placed, paid, refunded; every answer says what is true (RULES 4.2, 4.9)`, async () => {
      const medOrgOrd = newNumber(split)
      const uploaded = await agent.call('POST', '/v1/orders', bill(medOrgOrd))
      assertCarries(uploaded)
      assert.deepEqual(statusOf(uploaded), { ordStas: '0', state: 'uploaded', paid: false, next: 'authorize' })
      assert.equal(legsOf(uploaded), null)

      await agent.center.script(medOrgOrd, { split })
      const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
      assertCarries(placed)
      assert.equal(placed.status, 200)
      assert.deepEqual(statusOf(placed), endsOf[split].placed)
      const legs = { feeSumamt: '100.00', ...splits[split], othFeeAmt: '0.00', deposit: '0.00' }
      assert.deepEqual(legsOf(placed), legs)

      if (endsOf[split].cashFen > 0) await agent.center.payer(medOrgOrd)
      const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
      assert.deepEqual(statusOf(paid), { ordStas: '6', state: 'paid', paid: true, next: 'book' })
      assert.deepEqual(legsOf(paid), legs)
      const held = agent.center.order(medOrgOrd)
      assert.equal(held.insurance, 'settled')
      assert.equal(held.cashCollectedFen, endsOf[split].cashFen)
      assert.equal(held.collectedFen, 10_000)

      const refund = await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundAll(split))
      assertCarries(refund)
      assert.deepEqual(statusOf(refund), { ordStas: '7', state: 'refunded', paid: false, next: 'none' })
      assert.equal(refund.data['refStatus'], 'SUCC')
      assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
    })
  }

  it('an inpatient deposit covers its part of the cash, and only the excess is left to pay (RULES 4.2, 4.9)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const body = placement({ deposit: '5.00' })
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, body)
    assert.equal(placed.data['state'], 'cashPending')
    assert.equal(legsOf(placed)?.['deposit'], '5.00')
    assert.equal((await readOrder(agent, medOrgOrd)).data['cashDue'], '15.00')
    await agent.center.payer(medOrgOrd)
    await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    assert.equal(agent.center.order(medOrgOrd).cashCollectedFen, 1_500)
  })

  it('a deposit above the cash leaves nothing to pay', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const body = placement({ deposit: '500.00' })
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, body)
    assert.equal(placed.data['ordStas'], '6')
    assert.equal(legsOf(placed)?.['deposit'], '20.00')
    assert.equal(agent.center.order(medOrgOrd).cashCollectedFen, 0)
    const { data } = await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    const { patientCash, depositOffered, depositExcess, cashDue } = data
    assert.deepEqual([patientCash, depositOffered, depositExcess, cashDue], ['0.00', '500.00', '480.00', '0.00'])
    const receipt = await agent.call('GET', `/v1/orders/${medOrgOrd}/receipt`)
    assert.deepEqual([receipt.data['patientCash'], receipt.data['depositExcess']], ['0.00', '480.00'])
  })

  it('a negative deposit is refused before anything is sent, on both ways that take one (RULES 4.9)', async () => {
    const medOrgOrd = await upload(agent)
    for (const what of ['placement', 'cashier-url']) {
      const given = what === 'placement' ? placement({ deposit: '-5.00' }) : { payAuthNo: 'AUTH0001', deposit: '-5.00' }
      const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/${what}`, given)
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.match(answer.message, /deposit 住院押金: 不能为负数/)
    }
    assert.equal(agent.center.order(medOrgOrd).ordStas, '0')
  })

  it('other payments (othFeeAmt) of 6202 stay in the legs though 6301 brings none (RULES 4.8)', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { split: { fundFen: 6_000, accountFen: 1_000, otherFen: 1_000 } })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(legsOf(paid)?.['othFeeAmt'], '10.00')
    assert.equal(paid.data['legsMismatch'], '0.00')
  })
})

describe('only ordStas 6 is paid', () => {
  const halfDone = { state: 'halfDone', paid: false, next: 'wait' }
  const person = { state: 'needsPerson', paid: false, next: 'person' }
  const states: readonly (readonly [string, object])[] = [
    ['3', halfDone],
    ['4', halfDone],
    ['5', halfDone],
    ['7', { state: 'refunded', paid: false, next: 'none' }],
    ['8', person],
    ['9', person],
    ['13', person],
    ['14', person],
    ['15', { state: 'failed', paid: false, next: 'none' }],
    ['16', person],
    ['17', person],
    ['99', person],
  ]
  for (const [ordStas, wanted] of states) {
    it(`a placement answered with ordStas ${ordStas} is not paid and nobody is told to book (RULES 4.2, 5)`, async () => {
      const medOrgOrd = await upload(agent)
      await agent.center.script(medOrgOrd, { interface: '6202', ordStas })
      const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
      assert.deepEqual(statusOf(placed), { ordStas, ...wanted })
    })
  }

  it('a half-done order is followed until the center says 6 (RULES 4.2)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'partial' })
    const half = await untilOrder(agent, medOrgOrd, 'half done', ({ state }) => state === 'halfDone')
    assert.equal(half.data['paid'], false)
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(paid.data['next'], 'book')
    assert.equal(agent.center.order(medOrgOrd).collectedFen, 10_000)
    assert.deepEqual(agent.center.order(medOrgOrd).refunds, [], 'state 3 never triggers a refund')
  })

  it('an insurance failure with the cash reversed is shown as failed, not paid (RULES 5, state 15)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'insuranceFails' })
    const failed = await untilOrder(agent, medOrgOrd, 'failed', ({ state }) => state === 'failed')
    assert.equal(failed.data['ordStas'], '15')
    assert.equal(failed.data['next'], 'none')
  })
})

describe('6205 and the cashier URL', () => {
  it('6205 gives the address where the patient pays by bank card, and the order is followed to paid (RULES 4.1)', async () => {
    const medOrgOrd = await upload(agent)
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/bank-placement`, { payAuthNo: 'AUTH0001' })
    assertCarries(placed)
    assert.match(String(placed.data['medBankPayUrl']), /^http:\/\/127\.0\.0\.1:\d+\/bank\?payOrdId=/)
    assert.equal(placed.data['paid'], false)
    assert.equal((await fetch(String(placed.data['medBankPayUrl']))).status, 200)
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(paid.data['way'], 'bankCard')
  })

  it('the cashier URL carries payAuthNo and deposit encrypted, and the page places the order (RULES 4.1)', async () => {
    const medOrgOrd = await upload(agent)
    const body = { payAuthNo: 'AUTH0001', deposit: '5.00' }
    const placed = await agent.call('POST', `/v1/orders/${medOrgOrd}/cashier-url`, body)
    assertCarries(placed)
    const url = new URL(String(placed.data['cashierUrl']))
    assert.match(url.searchParams.get('chnlEncData') ?? '', /^[0-9A-F]+$/)
    assert.ok(!url.href.includes('AUTH0001'))
    assert.equal(placed.data['paid'], false)
    assert.equal((await fetch(url)).status, 200)
    assert.equal(agent.center.order(medOrgOrd).legs?.depositFen, 500)
    await agent.center.payer(medOrgOrd)
    const paid = await untilOrder(agent, medOrgOrd, 'paid', (data) => data['paid'] === true)
    assert.equal(paid.data['way'], 'cashier')
  })
})

describe('the record', () => {
  it('GET with refresh asks 6301 once, and without it asks nobody', async () => {
    const medOrgOrd = await pay(agent, 'insurance')
    // The agent itself asks once for the numbers that 6202 does not name.
    await untilOrder(agent, medOrgOrd, 'numbered', ({ hiDocSn }) => hiDocSn !== undefined)
    const asked = await agent.center.count(medOrgOrd, '6301')
    await readOrder(agent, medOrgOrd)
    assert.equal(await asked(), 0)
    const fresh = await refresh(agent, medOrgOrd)
    assert.equal(await asked(), 1)
    assert.equal(fresh.data['refreshed'], true)
    assert.equal(fresh.data['paid'], true)
  })

  it('6301 in states 0 to 2 may bring only payOrdId and ordStas (RULES 3.3)', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.script(medOrgOrd, { interface: '6301', minimalReply: true, times: 50 })
    const fresh = await refresh(agent, medOrgOrd)
    assert.equal(fresh.code, '0')
    assert.equal(fresh.data['state'], 'cashPending')
    assert.equal(legsOf(fresh)?.['ownPayAmt'], '20.00', 'the legs of 6202 are kept')
  })

  it('an answer of 6301 that names another order, or does not verify, changes nothing (RULES 3.3)', async () => {
    await upload(agent)
    const medOrgOrd = await upload(agent)
    const before = await readOrder(agent, medOrgOrd)
    for (const behaviour of [{ wrongPayOrdId: true }, { wrongSignature: true }, { garbage: true }]) {
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '6', ...behaviour })
      const answer = await refresh(agent, medOrgOrd)
      assert.equal(answer.status, 502)
      assert.equal(answer.data['paid'], false)
    }
    assert.deepEqual((await readOrder(agent, medOrgOrd)).data, before.data)
  })

  it('an order of another institution is not found (RULES 1.1)', async () => {
    const medOrgOrd = await upload(agent)
    const answer = await agent.call('GET', `/v1/orders/${medOrgOrd}`, undefined, 'other-hospital')
    assert.equal(answer.status, 404)
    assert.equal(answer.code, 'ORDER_NOT_FOUND')
  })
})
