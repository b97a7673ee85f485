// What the agent does by itself, once, and only as RULES writes it: cash at 16, a refund of what could not be booked, abandoned
// orders, the end of the day, the same-day limit. CASH after EXP is in refunds.test.ts.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  act,
  attentionOf,
  newNumber,
  pay,
  place,
  placement,
  reasonsOf,
  refresh,
  refundAll,
  splits,
  untilOrder,
  upload,
} from '../../support/cashier-job.ts'
import { timeOfDayMs } from '../../../src/core/domain/time/shanghai-time.ts'
import { startTestAgent, type TestAgent, type TestAgentOptions } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

/** An agent with its own orders settings, for the time of one test. */
const withAgent = async (
  orders: NonNullable<TestAgentOptions['orders']>,
  work: (agent: TestAgent) => Promise<void>,
): Promise<void> => {
  const agent = await startTestAgent({ orders })
  try {
    await work(agent)
  } finally {
    await agent.close()
  }
}

/** The agent again, with settings under which something is due soon: what came before takes whatever time it takes. */
const restart = async (agent: TestAgent, orders: NonNullable<TestAgentOptions['orders']>): Promise<void> => {
  await agent.stop()
  await agent.start({ orders })
}

const untilReason = (agent: TestAgent, medOrgOrd: string, reason: string): Promise<unknown> =>
  until(reason, async () => (await reasonsOf(agent, medOrgOrd)).includes(reason))

describe('16: insurance failed and the cash is held (RULES 5)', () => {
  const to16 = async (agent: TestAgent): Promise<string> => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'insuranceFails', cashReversal: 'fails' })
    await untilOrder(agent, medOrgOrd, '16', ({ ordStas }) => ordStas !== '2')
    return medOrgOrd
  }

  it('waits for a person when the hospital says so', () =>
    withAgent({ cashRefundOn16: 'person' }, async (agent) => {
      const medOrgOrd = await to16(agent)
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['status-needs-person'])
      assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 0)
    }))

  it('gets its cash back by default', () =>
    withAgent({}, async (agent) => {
      const medOrgOrd = await to16(agent)
      await until('the cash', () => agent.center.order(medOrgOrd).cashReturnedFen === 2_000)
      await untilOrder(agent, medOrgOrd, 'at 9', ({ ordStas }) => ordStas === '9')
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
      assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
    }))
})

describe('a settlement that the HIS could not book (RULES 8.2)', () => {
  const failed = { success: false, remark: '门诊系统锁表' }

  it('waits for a person by default', () =>
    withAgent({}, async (agent) => {
      const medOrgOrd = await pay(agent)
      await act(agent, medOrgOrd, 'booking', failed)
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['booking-failed'])
    }))

  it('is refunded wholly, once, when the hospital says so', () =>
    withAgent({ onBookingFailed: 'refund' }, async (agent) => {
      const medOrgOrd = await pay(agent)
      await act(agent, medOrgOrd, 'booking', failed)
      await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
      assert.equal(agent.center.order(medOrgOrd).refundedFen, 10_000)
      assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
    }))

  for (const [reversalToken, isUsed] of [
    ['none', false],
    ['asEcToken', true],
    ['expContent', true],
  ] as const) {
    it(`is authorised by revsToken ${isUsed ? 'as the center wants it' : 'not'}: ${reversalToken}`, () =>
      withAgent({ onBookingFailed: 'refund', reversalToken }, async (agent) => {
        const medOrgOrd = await pay(agent)
        await act(agent, medOrgOrd, 'booking', failed)
        await untilOrder(agent, medOrgOrd, 'refunded', ({ state }) => state === 'refunded')
        const { history } = agent.center.order(medOrgOrd)
        assert.equal(JSON.stringify(history).includes('authorised by the reversal token'), isUsed)
      }))
  }

  it('is not refunded for a token that may not refund', () =>
    withAgent({ onBookingFailed: 'refund' }, async (agent) => {
      const medOrgOrd = await pay(agent)
      const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/booking`, failed, 'window')
      assert.equal(answer.code, '0')
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['booking-failed'])
      assert.equal((await refresh(agent, medOrgOrd)).data['paid'], true)
    }))

  it('a refund that the center refuses for its authorisation goes to a person (RULES 7.3)', () =>
    withAgent({ onBookingFailed: 'refund' }, async (agent) => {
      const medOrgOrd = await pay(agent)
      await agent.center.script(medOrgOrd, { interface: '6203', refund: 'FAIL' })
      await act(agent, medOrgOrd, 'booking', failed)
      await untilReason(agent, medOrgOrd, 'automatic-refund-failed')
      assert.equal((await act(agent, medOrgOrd, 'refunds', refundAll())).data['state'], 'refunded')
    }))
})

describe('abandoned orders (RULES 4.7)', () => {
  it('an upload that nobody places is revoked after its time', () =>
    withAgent({ abandonAfterMs: 300 }, async (agent) => {
      const medOrgOrd = await upload(agent)
      await untilOrder(agent, medOrgOrd, 'revoked', ({ state }) => state === 'revoked')
      assert.equal(agent.center.order(medOrgOrd).ordStas, '12')
    }))

  it('an order that nobody pays is revoked after its time', () =>
    withAgent({}, async (agent) => {
      const medOrgOrd = await place(agent, 'mixed')
      await restart(agent, { abandonAfterMs: 300 })
      await untilOrder(agent, medOrgOrd, 'revoked', ({ state }) => state === 'revoked')
      assert.equal(agent.center.order(medOrgOrd).collectedFen, 0)
    }))

  it('6301 is asked first: what is paid by then is not revoked', () =>
    // Nothing but the abandoning asks in time.
    withAgent({ schedule: slowSchedule }, async (agent) => {
      const medOrgOrd = await place(agent, 'mixed')
      const revoked = await agent.center.count(medOrgOrd, '6401')
      await agent.center.payer(medOrgOrd)
      await restart(agent, { abandonAfterMs: 300, schedule: slowSchedule })
      await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
      assert.equal(await revoked(), 0)
    }))

  it('one that is being settled goes on, and staff is told', () =>
    withAgent({ schedule: slowSchedule }, async (agent) => {
      const medOrgOrd = await place(agent, 'mixed')
      await agent.center.payer(medOrgOrd, { action: 'partial' })
      await restart(agent, { abandonAfterMs: 300, schedule: slowSchedule })
      await untilReason(agent, medOrgOrd, 'settling-while-idle')
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '6' })
      await refresh(agent, medOrgOrd)
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [], 'it ends with the settlement')
    }))

  it('a revocation that the center refuses is told to staff and not repeated', () =>
    withAgent({ abandonAfterMs: 300 }, async (agent) => {
      const medOrgOrd = newNumber()
      const asked = await agent.center.count(medOrgOrd, '6401')
      await agent.center.script(medOrgOrd, { interface: '6401', decline: { code: '500', message: '不能撤销' } })
      await upload(agent, medOrgOrd)
      await untilReason(agent, medOrgOrd, 'revocation-failed')
      assert.equal(await asked(), 1)
    }))
})

const slowSchedule = {
  firstAfterMs: 60_000,
  everyMs: 50,
  untilMs: 60_000,
  backOffMs: [60_000],
  slowEveryMs: 60_000,
  cashierExpiryMs: 60_000,
}

describe('the end of the day (RULES 4.6)', () => {
  it('asks once more, and what still has no result stands on the list that needs a person', () =>
    withAgent({ schedule: slowSchedule }, async (agent) => {
      const medOrgOrd = await place(agent, 'mixed')
      const asked = await agent.center.count(medOrgOrd, '6301')
      await restart(agent, { dayEndMs: timeOfDayMs(Date.now() + 500), schedule: slowSchedule })
      await untilReason(agent, medOrgOrd, 'day-end')
      assert.equal(await asked(), 1)
      assert.equal((await refresh(agent, medOrgOrd)).data['next'], 'payCash')
      await agent.center.payer(medOrgOrd)
      assert.equal((await refresh(agent, medOrgOrd)).data['paid'], true)
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [], 'a result takes it off the list')
    }))
})

describe('the same-day limit (RULES 7.5)', () => {
  it('after the time of day of its way a refund is refused, and nothing is sent', () =>
    withAgent({ sameDayRefundUntilMs: { order: 0, bankCard: 86_399_000 } }, async (agent) => {
      const medOrgOrd = await pay(agent)
      const sent = await agent.center.count(medOrgOrd, '6203')
      const answer = await act(agent, medOrgOrd, 'refunds', refundAll())
      assert.deepEqual([answer.status, answer.code], [409, 'REFUND_TOO_LATE'])
      assert.equal(await sent(), 0)
    }))

  it('a way without a limit has none', () =>
    withAgent({ sameDayRefundUntilMs: { bankCard: 0 } }, async (agent) => {
      const medOrgOrd = await pay(agent)
      assert.equal((await act(agent, medOrgOrd, 'refunds', refundAll())).code, '0')
    }))
})

describe('amounts that do not add up (RULES 4.8)', () => {
  const fromFund = { fundFen: 6_000, accountFen: 2_000 }

  it('are a warning until the setting is confirmed for the center, then a person', async () => {
    for (const legsConfirmed of [false, true]) {
      await withAgent({ legsConfirmed, fundIncludesAccount: true }, async (agent) => {
        const medOrgOrd = newNumber()
        await upload(agent, medOrgOrd)
        await agent.center.script(medOrgOrd, { split: fromFund })
        await act(agent, medOrgOrd, 'placement', placement())
        await agent.center.payer(medOrgOrd)
        const { data } = await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
        assert.equal(data['legsMismatch'], splits.mixed.psnAcctPay)
        assert.deepEqual(await reasonsOf(agent, medOrgOrd), legsConfirmed ? ['legs-mismatch'] : [])
        assert.equal((await attentionOf(agent, medOrgOrd))?.['id'], legsConfirmed ? medOrgOrd : undefined)
      })
    }
  })
})
