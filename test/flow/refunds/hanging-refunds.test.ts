// A refund of which 6301 saw nothing (NOT_DONE) hangs until it is done, refused or decided by a word about it; until then no other
// refund begins and no status is taken for more than it says (RULES 2.3, 3.5, 8.4).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  act,
  attentionOf,
  newNumber,
  operationOf,
  pay,
  readOrder,
  reasonsOf,
  refresh,
  refundAll,
  refundCash,
  untilOrder,
  type Fields,
} from '../../support/cashier-job.ts'
import type { Answer } from '../../fixtures/agent-process.ts'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

const idempotent = { refundsAreIdempotent: true }
const refundHi = (): Fields => refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' })

const withAgent = async (orders: object, run: (agent: TestAgent) => Promise<void>): Promise<void> => {
  const agent = await startTestAgent({ orders })
  try {
    await run(agent)
  } finally {
    await agent.close()
  }
}

/** Sent, never arrived, and answered NOT_DONE. */
const hang = async (agent: TestAgent, medOrgOrd: string, body: Fields): Promise<Answer> => {
  await agent.center.script(medOrgOrd, { interface: '6203', lostRequest: true })
  const asked = await act(agent, medOrgOrd, 'refunds', body)
  await untilOrder(
    agent,
    medOrgOrd,
    'settled',
    ({ operations }) => (operations as Fields[]).at(-1)?.['outcome'] === 'notSent',
  )
  const answer = await operationOf(agent, asked)
  assert.equal(answer.code, 'NOT_DONE')
  assert.doesNotMatch(answer.message, /已向中心核实|没有发生/)
  return answer
}

const say = (agent: TestAgent, medOrgOrd: string, decision: string, remark = '已核实'): Promise<Answer> =>
  agent.call('POST', `/v1/attention/${medOrgOrd}/resolve`, { decision, operator: '班长', remark })

const reportOf = async (agent: TestAgent, medOrgOrd: string): Promise<{ refunds: unknown[]; notes: unknown[] }> => {
  const { data } = await agent.call('GET', `/v1/reports/day?date=${readableTime(Date.now()).slice(0, 10)}`)
  const own = (name: string): Fields[] => (data[name] as Fields[]).filter((row) => row['medOrgOrd'] === medOrgOrd)
  const refunds = own('rows').filter(({ kind }) => kind === 'refund')
  return { refunds: refunds.map(({ appRefdSn }) => appRefdSn), notes: own('unclear').map(({ note }) => note) }
}

const pairs: readonly (readonly [string, () => Fields, () => Fields, object])[] = [
  ['ALL, then ALL', () => refundAll(), () => refundAll(), {}],
  ['ALL, then HI', () => refundAll(), refundHi, {}],
  ['HI, then HI', refundHi, refundHi, {}],
  ['CASH, then CASH', () => refundCash('5.00'), () => refundCash('5.00'), idempotent],
]

describe('a refund that hangs is decided by a word about itself alone (RULES 2.3)', () => {
  for (const [what, makeFirst, makeOther, orders] of pairs) {
    it(`${what}: what is handled beside it lifts nothing, notDone does for good, and one refund is booked once`, () =>
      withAgent(orders, async (agent) => {
        const medOrgOrd = await pay(agent)
        const [first, other] = [makeFirst(), makeOther()]
        await hang(agent, medOrgOrd, first)
        await act(agent, medOrgOrd, 'booking', { success: false })
        assert.deepEqual((await attentionOf(agent, medOrgOrd))?.['decisions'], ['handled', 'done', 'notDone'])
        assert.equal((await say(agent, medOrgOrd, 'handled')).code, '0')
        assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refund-undecided'])
        assert.equal((await act(agent, medOrgOrd, 'refunds', other)).code, 'REFUND_LIVE')
        assert.equal((await say(agent, medOrgOrd, 'handled')).code, '0', 'the same word again')
        assert.equal((await say(agent, medOrgOrd, 'handled', '另一句')).code, 'INVALID_FIELDS')
        assert.equal((await say(agent, medOrgOrd, 'notDone')).code, '0')
        await act(agent, medOrgOrd, 'booking', { success: true })
        assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
        assert.equal((await act(agent, medOrgOrd, 'refunds', other)).code, '0')
        await refresh(agent, medOrgOrd)
        assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
        assert.deepEqual((await reportOf(agent, medOrgOrd)).refunds, [other['appRefdSn']])
        assert.equal(((await readOrder(agent, medOrgOrd)).data['refunds'] as unknown[]).length, 1)
        assert.equal((await act(agent, medOrgOrd, 'refunds', first)).code, 'DECIDED_NOT_DONE')
        assert.equal(agent.center.order(medOrgOrd).refunds.length, 1)
      }))
  }

  it('done: it is booked once under its own number, and its repeat is answered as done', () =>
    withAgent({}, async (agent) => {
      const medOrgOrd = await pay(agent)
      const body = refundAll('mixed', { operator: '收费员乙' })
      const told = await hang(agent, medOrgOrd, body)
      assert.deepEqual((await attentionOf(agent, medOrgOrd))?.['decisions'], ['done', 'notDone'])
      assert.equal((await say(agent, medOrgOrd, 'done')).data['state'], 'refunded')
      assert.equal((await act(agent, medOrgOrd, 'refunds', body)).code, '0')
      assert.equal((await operationOf(agent, told)).code, 'NOT_DONE', 'what was told is told again')
      assert.deepEqual((await reportOf(agent, medOrgOrd)).refunds, [body['appRefdSn']])
    }))
})

describe('a cash refund that hangs where no status would show it (RULES 3.5, 8.4)', () => {
  it('keeps the order unclear in the report of the day until it is decided, and nobody claims that it was not done', () =>
    withAgent(idempotent, async (agent) => {
      const medOrgOrd = await pay(agent)
      await act(agent, medOrgOrd, 'booking', { success: true })
      assert.equal((await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))).code, '0')
      assert.deepEqual((await reportOf(agent, medOrgOrd)).notes, [])
      const body = refundCash('3.00')
      await hang(agent, medOrgOrd, body)
      const [note] = (await reportOf(agent, medOrgOrd)).notes
      assert.match(String(note), new RegExp(`现金退费 ${String(body['appRefdSn'])} 是否办理, 查询看不出`))
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refund-undecided'])
      assert.equal((await act(agent, medOrgOrd, 'refunds', body)).code, 'OUTCOME_UNKNOWN', 'no status confirms it')
      await until('a person', async () => (await reasonsOf(agent, medOrgOrd)).includes('cash-refund-unclear'))
      assert.equal((await reportOf(agent, medOrgOrd)).notes.length, 1)
      await say(agent, medOrgOrd, 'done')
      const after = await reportOf(agent, medOrgOrd)
      assert.deepEqual([after.refunds.length, after.notes], [2, []])
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), [])
    }))

  it("is not taken for done when a part of the cash goes back: a portal's 3.00 is not our own 5.00", () =>
    withAgent(idempotent, async (agent) => {
      const medOrgOrd = await pay(agent)
      await act(agent, medOrgOrd, 'booking', { success: true })
      await hang(agent, medOrgOrd, refundCash('5.00'))
      await agent.center.script(medOrgOrd, { interface: '6301', ordStas: '10', times: 10 })
      const answer = await refresh(agent, medOrgOrd)
      assert.equal(answer.data['next'], 'person')
      assert.deepEqual(await reasonsOf(agent, medOrgOrd), ['refunded-elsewhere', 'refund-undecided'])
      const { refunds, notes } = await reportOf(agent, medOrgOrd)
      assert.deepEqual([refunds, notes.length], [[], 1])
      assert.equal(
        (await act(agent, medOrgOrd, 'refunds', refundCash('5.00', { appRefdSn: newNumber('RF') }))).code,
        'WRONG_STATE',
      )
    }))
})
