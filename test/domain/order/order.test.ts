// An order is the sum of its entries: what each of them adds, and that folding is the same at every point of the story.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import { foldOrder } from '../../../src/core/domain/fold/fold-order.ts'
import { openOperation, refundedCashFen } from '../../../src/core/domain/order/order.ts'
import {
  cashRefund,
  mixedAmounts,
  nothing,
  paid,
  payOrdId,
  placed,
  refundFacts,
  uploaded,
} from '../../support/order-entries.ts'

describe('an upload', () => {
  it('that was accepted brings payOrdId and payToken and stands at 0', () => {
    const order = uploaded.order()
    assert.equal(order.upload?.payOrdId, payOrdId)
    assert.equal(order.upload.payToken, 'TOKEN')
    assert.equal(order.ordStas, '0')
    assert.equal(order.legs, undefined)
  })

  it('that was declined, not sent or unknown brings nothing', () => {
    for (const outcome of ['declined', 'notSent', 'unknown'] as const) {
      assert.equal(nothing.operate('upload', outcome).order().upload, undefined)
    }
  })

  it('after a revocation begins anew: no way, no legs, no refunds, no attention of before (RULES 2.4)', () => {
    const again = placed
      .attend('test')
      .operate('revocation', 'accepted')
      .operate('upload', 'accepted', { output: { payOrdId: 'ORD0002', payToken: 'T2' } })
    const { upload, way, legs, refunds, attention, ordStas, operations } = again.order()
    assert.equal(upload?.payOrdId, 'ORD0002')
    assert.deepEqual([way, legs, refunds, attention, ordStas], [undefined, undefined, [], [], '0'])
    assert.equal(operations.length, 4)
  })
})

describe('a way to pay (RULES 4.1)', () => {
  it('is taken by the intent, whatever the answer will be, and uses payAuthNo up (RULES 4.3)', () => {
    const order = uploaded.authorize('PA1').operate('bankPlacement').order()
    assert.equal(order.way, 'bankCard')
    assert.equal(order.payAuthNo, undefined)
    assert.equal(order.placedAt?.atMs, 4_000)
  })

  it('is free again after declined and not sent, and stays taken while unknown', () => {
    for (const outcome of ['declined', 'notSent'] as const) {
      assert.equal(uploaded.operate('placement', outcome).order().way, undefined)
    }
    assert.equal(uploaded.operate('placement', 'unknown').order().way, 'order')
  })

  it('the later of two payAuthNo counts', () => {
    assert.equal(uploaded.authorize('PA1').authorize('PA2').order().payAuthNo, 'PA2')
  })
})

describe('what the center says', () => {
  it('status and amounts of 6301 replace those of 6202; othFeeAmt stays (RULES 4.8)', () => {
    const withOther = uploaded.operate('placement', 'accepted', {
      output: { payOrdId, ordStas: '2', ...mixedAmounts, fundPay: '55.00', othFeeAmt: '5.00' },
    })
    const order = withOther.observe({ ordStas: '6', ...mixedAmounts, fundPay: '54.00', ownPayAmt: '21.00' }).order()
    assert.equal(order.ordStas, '6')
    assert.equal(order.legs?.fundPayFen, 5_400)
    assert.equal(order.legs.othFeeAmtFen, 500)
  })

  it('an answer without amounts leaves the legs as they were (RULES 3.3)', () => {
    const order = placed.observe({ ordStas: '2' }).order()
    assert.equal(order.legs?.ownPayAmtFen, 2_000)
    assert.equal(order.settlement, undefined)
  })

  it('a settled unknown keeps the refusal that could not be believed (RULES 3.2)', () => {
    const refusal = { code: '500', message: '授权已失效', signed: false }
    const story = uploaded.operate('placement', 'unknown', { refusal }).settle('declined', { reason: 'not placed' })
    assert.deepEqual(story.order().operations.at(-1)?.refusal, refusal)
  })
})

describe('refunds', () => {
  it('of all bring 7, with EXP 8 and no cash given back (RULES 5, 7.4)', () => {
    const all = paid.operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }).order()
    assert.equal(all.ordStas, '7')
    assert.equal(refundedCashFen(all), 2_000)
    const half = paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } }).order()
    assert.equal(half.ordStas, '8')
    assert.equal(refundedCashFen(half), 0)
  })

  it('of cash bring 10, and 9 with the last of it', () => {
    const first = paid.operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }, cashRefund(1_500))
    assert.equal(first.order().ordStas, '10')
    const last = first.operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }, cashRefund(500, 'RF0002'))
    assert.equal(last.order().ordStas, '9')
  })

  it('of the insurance bring 8, after a part of the cash 11, after all of it 7', () => {
    const insurance = refundFacts({ refdType: 'HI', cashRefdFen: 0, appRefdSn: 'RF0002' })
    const success = { output: { refStatus: 'SUCC' } }
    assert.equal(paid.operate('refund', 'accepted', success, insurance).order().ordStas, '8')
    for (const [cashFen, ordStas] of [
      [500, '11'],
      [2_000, '7'],
    ] as const) {
      const cash = paid.operate('refund', 'accepted', success, cashRefund(cashFen))
      assert.equal(cash.operate('refund', 'accepted', success, insurance).order().ordStas, ordStas)
    }
  })

  it('that are declined, not sent or unknown give nothing back', () => {
    for (const outcome of ['declined', 'notSent', 'unknown'] as const) {
      const order = paid.operate('refund', outcome).order()
      assert.equal(order.ordStas, '6')
      assert.deepEqual(order.refunds, [])
    }
  })

  it('an ordStas that 6301 told with the refund counts more than what its success means', () => {
    const told = { output: { refStatus: 'SUCC', ordStas: '9' } }
    assert.equal(paid.operate('refund', 'accepted', told, cashRefund(100)).order().ordStas, '9')
  })
})

describe('folding', () => {
  const story = placed
    .observe({ ordStas: '6', ...mixedAmounts })
    .operate('refund', 'unknown')
    .settle('accepted', { output: { refStatus: 'SUCC', ordStas: '7' } })
    .attend('test')

  it('up to an entry gives the order as it was right after it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: story.entries.length }), (seq) => {
        const before = foldOrder('H1', 'A1', story.entries, seq)
        assert.deepEqual(before, foldOrder('H1', 'A1', story.entries.slice(0, seq)))
        assert.equal(before.lastSeq, seq)
      }),
    )
  })

  it('the newest operation without a final outcome is the open one', () => {
    assert.equal(openOperation(uploaded.order()), undefined)
    assert.equal(openOperation(uploaded.operate('placement').order())?.intent.verb, 'placement')
    assert.equal(openOperation(paid.operate('refund', 'unknown').order())?.intent.verb, 'refund')
    assert.equal(openOperation(story.order()), undefined)
  })
})
