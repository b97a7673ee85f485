// What an order contributes to the report of a day: which day, which legs, and what only looks settled.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  boundsOfDay,
  mayHaveMoved,
  movementsOf,
  readableTime,
  sumLegs,
} from '../../src/core/domain/reports/day-report.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  paid,
  placed,
  refundFacts,
  uploaded,
  type Story,
} from '../support/order-entries.ts'

const movements = (story: Story) => movementsOf(story.order())
const isUnclear = (story: Story): boolean => mayHaveMoved(story.order(), movements(story))
const accepted = { output: { refStatus: 'SUCC', refdSn: 'RS1' } }

const settledBy6301 = (more: object): Story => placed.observe({ ordStas: '6', ...mixedAmounts, ...more })

describe('the day of a movement', () => {
  it('is that of traceTime in Asia/Shanghai, whenever the agent came to know it (RULES 1.2)', () => {
    for (const traceTime of [
      '19700101035959',
      '1970-01-01 03:59:59',
      '19700101035959123',
      '1970/1/1 3:59:59',
      '1970010135959',
      '1970-01-01T03:59:59+08:00',
    ]) {
      const [row] = movements(settledBy6301({ traceTime }))
      assert.equal(readableTime(row?.atMs ?? 0), '1970-01-01 03:59:59', traceTime)
      assert.equal(row?.timeFrom, 'center')
    }
  })

  it("is the agent's own where the center named none that can be read, and says so", () => {
    const odd = [
      '',
      '昨天',
      '20240501',
      '20240501235959',
      '19691001120000',
      '99999999999999',
      '1970-01-01 25:00:00',
      '5',
    ]
    for (const more of [{}, ...odd.map((traceTime) => ({ traceTime }))]) {
      const [row] = movements(settledBy6301(more))
      assert.deepEqual([row?.atMs, row?.timeFrom], [5_000, 'agent'])
    }
  })

  it('of a refund that was answered as not done, and was done late, is the day on which it was last known not to have happened', () => {
    const lost = paid.operate('refund', 'unknown', { reason: 'no answer' })
    const denied = lost.settle('notSent', { reason: 'not refunded', settledByQuery: true })
    const output = { refStatus: 'SUCC', ordStas: '7' }
    const saidMs = denied.entries.at(-1)?.atMs ?? 0
    const facts = refundFacts({ doneAfterMs: saidMs })
    const settled = { output, settledByQuery: true } as const
    const late = denied.observe({ ordStas: '7' }).operate('refund', 'accepted', settled, facts)
    const refund = movements(late).at(-1)
    assert.deepEqual([refund?.kind, refund?.operator, refund?.atMs], ['refund', 'OP02', saidMs])
    assert.equal(movements(late).length, 2)
    assert.equal(isUnclear(late), false)
  })

  it('the time of a later answer serves when the first had none', () => {
    const story = settledBy6301({}).observe({
      ordStas: '6',
      ...mixedAmounts,
      traceTime: '19700101120000',
      hiDocSn: 'D1',
    })
    const [row] = movements(story)
    assert.deepEqual([row?.timeFrom, row?.hiDocSn], ['center', 'D1'])
  })

  it('of a refund is what 6203 answered, of a cash refund when it was asked for, not when it was settled', () => {
    const told = { output: { ...accepted.output, hiTrnsDate: '19700101' } }
    for (const hiTrnsTime of ['093005', '93005', '09:30:05', '9:30:05']) {
      const output = { ...told.output, hiTrnsTime }
      const [, whole] = movements(paid.operate('refund', 'accepted', { output }))
      assert.equal(readableTime(whole?.atMs ?? 0), '1970-01-01 09:30:05', hiTrnsTime)
      assert.equal(whole?.timeFrom, 'center')
    }
    const dashed = { ...told.output, hiTrnsDate: '1970-01-01', hiTrnsTime: '093005' }
    assert.equal(movements(paid.operate('refund', 'accepted', { output: dashed }))[1]?.timeFrom, 'center')
    for (const hiTrnsTime of ['', '256061']) {
      const output = { ...told.output, hiTrnsTime }
      assert.equal(movements(paid.operate('refund', 'accepted', { output }))[1]?.timeFrom, 'agent', hiTrnsTime)
    }
    const cash = paid
      .operate('refund', 'unknown', {}, cashRefund(500))
      .observe({ ordStas: '10' })
      .settle('accepted', accepted)
    assert.deepEqual([movements(cash)[1]?.atMs, movements(cash)[1]?.timeFrom], [6_000, 'agent'])
  })

  it('begins and ends at midnight in Asia/Shanghai', () => {
    const { fromMs, toMs } = boundsOfDay('2024-05-01')
    assert.deepEqual([readableTime(fromMs), readableTime(toMs)], ['2024-05-01 00:00:00', '2024-05-02 00:00:00'])
  })
})

describe('the legs of a movement', () => {
  it('are those of the settlement as it was, though a refund changed the order since', () => {
    const story = paid
      .operate('refund', 'accepted', accepted, cashRefund(500))
      .observe({ ordStas: '10', feeSumamt: '95.00', fundPay: '60.00', psnAcctPay: '20.00', ownPayAmt: '15.00' })
    assert.equal(movements(story)[0]?.legs.feeSumamtFen, 10_000)
  })

  it('HI then CASH, and EXP then CASH, come to nothing left', () => {
    const insurance = refundFacts({ refdType: 'HI', cashRefdFen: 0 })
    const byParts = paid.operate('refund', 'accepted', accepted, insurance)
    const byExp = paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } })
    for (const story of [byParts, byExp]) {
      const rows = movements(story.operate('refund', 'accepted', accepted, cashRefund(2_000, 'RF0002')))
      assert.deepEqual(new Set(Object.values(sumLegs(rows))), new Set([0]))
    }
  })

  it('a refund that was declined, or is not known, moves nothing', () => {
    for (const outcome of ['declined', 'notSent', 'unknown', undefined] as const) {
      assert.equal(movements(paid.operate('refund', outcome)).length, 1, outcome)
    }
  })

  it('psnPaySn is found in extData, an object or its text', () => {
    for (const extData of [{ psnPaySn: 'PP1' }, '{"psnPaySn":"PP1"}']) {
      assert.equal(movements(settledBy6301({ extData }))[0]?.psnPaySn, 'PP1')
    }
    assert.equal(movements(settledBy6301({ extData: 'no JSON' }))[0]?.psnPaySn, '')
  })
})

describe('what is unclear', () => {
  it('a placement or refund of unknown outcome, one side alone, a person needed: may have moved', () => {
    for (const story of [
      uploaded.operate('placement', 'unknown'),
      placed,
      at('3'),
      at('13'),
      at('16'),
      paid.operate('refund', 'unknown'),
      paid.observe({ ordStas: '8' }),
      paid.observe({ ordStas: '7' }),
      uploaded.operate('placement', 'unknown').settle('accepted', { output: { ordStas: '6' } }),
    ]) {
      assert.equal(isUnclear(story), true, story.order().ordStas)
    }
  })

  it('an upload alone, a revocation, a failure, a settlement, our own refund: clear', () => {
    for (const story of [uploaded, at('12'), at('15'), paid, paid.operate('refund', 'accepted', accepted)]) {
      assert.equal(isUnclear(story), false, story.order().ordStas)
    }
  })
})
