// What may be refunded of an order, to the fen (RULES 7.1, 7.2, 7.6).
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import type { RefundFacts } from '../../../src/core/domain/order/entries.ts'
import { refundableCashFen, refundProblems, type RefundTotal } from '../../../src/core/domain/order/refund-bounds.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  paid,
  placed,
  refundFacts,
  uploaded,
  type Story,
} from '../../support/order-entries.ts'

const problemsOf = (story: Story, refund: RefundFacts, total: RefundTotal = 'original'): string[] => {
  const order = story.order()
  assert.ok(order.legs)
  return refundProblems(order, order.legs, refund, { refundTotal: total, fundIncludesAccount: false })
}

const success = { output: { refStatus: 'SUCC' } }

describe('ALL', () => {
  it('with every part as settled is free of problems', () => {
    assert.deepEqual(problemsOf(paid, refundFacts()), [])
  })

  it('names each part that differs, with what it should be', () => {
    const off = { totlRefdFen: 9_999, fundRefdFen: 5_999, psnAcctRefdFen: 1_999, cashRefdFen: 1_999 }
    assert.deepEqual(problemsOf(paid, refundFacts(off)), [
      'fundRefdAmt 应为 60.00',
      'psnAcctRefdAmt 应为 20.00',
      'cashRefdAmt 应为 20.00',
      'totlRefdAmt 应为 100.00',
    ])
  })

  it('goes out from 6 alone, never in 8 to 11', () => {
    for (const ordStas of ['0', '2', '3', '4', '5', '7', '8', '9', '10', '11', '13', '16']) {
      assert.equal(problemsOf(at(ordStas), refundFacts()).length, 1, ordStas)
    }
  })

  it('of 0 元医保 gives back the cash and the empty insurance record (RULES 7.6)', () => {
    const amounts = { ...mixedAmounts, fundPay: '0.00', psnAcctPay: '0.00', ownPayAmt: '100.00' }
    const story = placed.observe({ ordStas: '6', ...amounts })
    const refund = refundFacts({ fundRefdFen: 0, psnAcctRefdFen: 0, cashRefdFen: 10_000 })
    assert.deepEqual(problemsOf(story, refund), [])
  })
})

describe('HI', () => {
  const insurance = refundFacts({ refdType: 'HI', cashRefdFen: 0 })

  it('is the whole insurance part and no cash, from 6, 9 and 10', () => {
    for (const ordStas of ['6', '9', '10']) assert.deepEqual(problemsOf(at(ordStas), insurance), [])
    for (const ordStas of ['7', '8', '11']) assert.equal(problemsOf(at(ordStas), insurance).length, 1)
    assert.deepEqual(problemsOf(paid, { ...insurance, cashRefdFen: 1 }), ['cashRefdAmt 应为 0.00'])
    assert.deepEqual(problemsOf(paid, { ...insurance, fundRefdFen: 3_000 }), ['fundRefdAmt 应为 60.00'])
  })

  it('is refused where the insurance failed, whatever its cash did since (RULES 5)', () => {
    const some = at('16').operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }, cashRefund(500))
    for (const story of [some, some.observe({ ordStas: '10' }), at('13').observe({ ordStas: '10' })]) {
      assert.equal(story.order().ordStas, '10')
      assert.deepEqual(problemsOf(story, insurance), ['医保没有结算, 只能退现金 (CASH)'])
    }
  })

  it('counts totlRefdAmt as the center does: the original total, or the sum of the parts (RULES 7.2)', () => {
    const sum = { ...insurance, totlRefdFen: 8_000 }
    assert.deepEqual(problemsOf(paid, sum, 'parts'), [])
    assert.deepEqual(problemsOf(paid, sum, 'original'), ['totlRefdAmt 应为 100.00'])
    assert.deepEqual(problemsOf(paid, insurance, 'parts'), ['totlRefdAmt 应为 80.00'])
  })
})

describe('CASH', () => {
  it('is any part of the cash collected, up to the last fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: -10, max: 4_000 }), (fen) => {
        const allowed = fen >= 1 && fen <= 2_000
        assert.equal(problemsOf(paid, cashRefund(fen)).length === 0, allowed)
      }),
    )
  })

  it('touches no insurance part', () => {
    const refund = { ...cashRefund(100), fundRefdFen: 1, psnAcctRefdFen: 1 }
    assert.deepEqual(problemsOf(paid, refund), ['fundRefdAmt 应为 0.00', 'psnAcctRefdAmt 应为 0.00'])
  })

  it('counts its sum where the center wants the parts (RULES 7.2)', () => {
    assert.deepEqual(problemsOf(paid, { ...cashRefund(500), totlRefdFen: 500 }, 'parts'), [])
    assert.deepEqual(problemsOf(paid, cashRefund(500), 'parts'), ['totlRefdAmt 应为 5.00'])
  })

  it('never exceeds the cash collected, whatever was refunded before in whatever order', () => {
    const amounts = fc.array(fc.integer({ min: 1, max: 1_500 }), { maxLength: 6 })
    fc.assert(
      fc.property(amounts, (refunds) => {
        let story = paid
        let given = 0
        for (const [index, fen] of refunds.entries()) {
          const refund = cashRefund(fen, `RF${index}`)
          const fits = given + fen <= 2_000 && given < 2_000
          assert.equal(problemsOf(story, refund).length === 0, fits)
          if (!fits) continue
          story = story.operate('refund', 'accepted', success, refund)
          given += fen
        }
        const order = story.order()
        assert.ok(order.legs)
        assert.equal(refundableCashFen(order, order.legs), 2_000 - given)
      }),
    )
  })

  it('counts a refund that is unknown or on its way as given back', () => {
    for (const outcome of ['unknown', undefined] as const) {
      const order = paid.operate('refund', outcome, {}, cashRefund(1_500)).order()
      assert.ok(order.legs)
      assert.equal(refundableCashFen(order, order.legs), 500, String(outcome))
    }
  })

  it('that was declined or not sent gives nothing back, nor does EXP', () => {
    const stories = [
      paid.operate('refund', 'declined', {}, cashRefund(1_500)),
      paid.operate('refund', 'notSent', {}, cashRefund(1_500)),
      paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } }),
    ]
    for (const story of stories) {
      const order = story.order()
      assert.ok(order.legs)
      assert.equal(refundableCashFen(order, order.legs), 2_000)
    }
  })

  it('is bounded by what the patient paid beyond the deposit', () => {
    const output = { payOrdId: 'P', ordStas: '6', ...mixedAmounts, deposit: '15.00' }
    const story = uploaded.operate('placement', 'accepted', { output })
    assert.deepEqual(problemsOf(story, cashRefund(500)), [])
    assert.deepEqual(problemsOf(story, cashRefund(501)), ['cashRefdAmt 最多 5.00'])
  })
})

it('an amount that is no whole number of fen is out of bounds, whichever it is', () => {
  for (const name of ['totlRefdFen', 'fundRefdFen', 'psnAcctRefdFen', 'cashRefdFen'] as const) {
    for (const fen of [Number.NaN, Number.POSITIVE_INFINITY, 0.5, 2 ** 53]) {
      for (const refund of [refundFacts(), cashRefund(100)]) {
        assert.notDeepEqual(problemsOf(paid, { ...refund, [name]: fen }), [], `${name} ${fen}`)
      }
    }
  }
})
