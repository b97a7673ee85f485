// What an inpatient's deposit does to an order: the cash that is left, the rest that the hospital returns, who decides when the
// amounts do not say it, and what an ALL gives back (RULES 4.9).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attentionOf } from '../../../src/core/domain/words/attention.ts'
import { depositExcessFen, isDepositUnclear, patientCashFen } from '../../../src/core/domain/order/deposit.ts'
import {
  cashOfAll,
  refundableCashFen,
  refundProblems,
  type RefundSettings,
} from '../../../src/core/domain/order/refund-bounds.ts'
import { payOrdId, refundFacts, uploaded, type Story } from '../../support/order-entries.ts'

type Amounts = Readonly<Record<string, string>>

const gross = { feeSumamt: '100.00', fundPay: '60.00', psnAcctPay: '10.00', ownPayAmt: '30.00', othFeeAmt: '0.00' }

/** Placed with a deposit of 20.00, and answered by these amounts. */
const placedWith = (amounts: Amounts, depositFen: number | 'unknown' = 2_000): Story =>
  uploaded.operate(
    'placement',
    'accepted',
    { output: { payOrdId, ordStas: '2', ...amounts } },
    { orgBizSer: 'BIZ0001', ...(depositFen === 'unknown' ? {} : { depositFen }) },
  )

const told = (story: Story, fundIncludesAccount = false) => {
  const order = story.order()
  return {
    unclear: isDepositUnclear(order, fundIncludesAccount),
    cashFen: patientCashFen(order, fundIncludesAccount),
    excessFen: depositExcessFen(order, fundIncludesAccount),
    ownPayAmtFen: order.legs?.ownPayAmtFen,
  }
}

describe('what the patient still pays', () => {
  it('is ownPayAmt less the deposit where the cash was told with the deposit', () => {
    const expected = { unclear: false, cashFen: 1_000, excessFen: 0, ownPayAmtFen: 3_000 }
    assert.deepEqual(told(placedWith({ ...gross, deposit: '20.00' })), expected)
  })

  it('is the same where the sum shows that the cash was told without it', () => {
    const net = { ...gross, ownPayAmt: '10.00', deposit: '20.00' }
    const expected = { unclear: false, cashFen: 1_000, excessFen: 0, ownPayAmtFen: 3_000 }
    assert.deepEqual(told(placedWith(net)), expected)
    assert.deepEqual(told(placedWith(net).observe({ ordStas: '6', ...net })), expected)
  })

  it('is the same where the fund includes the account', () => {
    const included = { ...gross, fundPay: '70.00', deposit: '20.00' }
    for (const setting of [true, false]) {
      assert.equal(told(placedWith(included), setting).cashFen, 1_000)
      assert.equal(told(placedWith({ ...included, ownPayAmt: '10.00' }), setting).cashFen, 1_000)
    }
  })

  it('is all of the cash where no deposit was given', () => {
    assert.deepEqual(told(placedWith(gross, 0)), { unclear: false, cashFen: 3_000, excessFen: 0, ownPayAmtFen: 3_000 })
  })
})

describe('a person decides', () => {
  const unclear: Readonly<Record<string, Amounts>> = {
    'amounts that add up neither with the deposit nor without it': { ...gross, ownPayAmt: '15.00', deposit: '20.00' },
    'a deposit that was given and of which the center says nothing': gross,
    'more of the deposit than was given': { ...gross, deposit: '20.01' },
    'more of the deposit than there is cash': { ...gross, fundPay: '80.00', ownPayAmt: '10.00', deposit: '15.00' },
    'a negative deposit': { ...gross, deposit: '-5.00' },
  }
  for (const [title, amounts] of Object.entries(unclear)) {
    it(title, () => {
      const story = placedWith(amounts)
      assert.deepEqual([told(story).unclear, told(story).cashFen, told(story).excessFen], [true, undefined, 0])
      const settings = { unbookedAfterMs: 600_000, fundIncludesAccount: false, legsConfirmed: false }
      assert.deepEqual(attentionOf(story.order(), 0, settings), ['deposit-unclear'])
      assert.deepEqual(attentionOf(story.resolve('handled').order(), 0, settings), [])
    })
  }

  it('where both readings add up, unless the way of counting tells which', () => {
    // The account part is as large as the deposit.
    const both = { ...gross, psnAcctPay: '20.00', fundPay: '50.00', deposit: '20.00' }
    assert.equal(told(placedWith(both), false).cashFen, 1_000)
    assert.equal(told(placedWith(both), true).unclear, true)
  })

  it('no longer, once the order ended unpaid', () => {
    assert.equal(told(placedWith(gross).observe({ ordStas: '15' })).unclear, false)
  })
})

describe('the rest of the deposit', () => {
  it('is what was given and not used, until the insurance goes back', () => {
    const used = { ...gross, deposit: '30.00' }
    const story = placedWith(used, 50_000).observe({ ordStas: '6', ...used })
    assert.deepEqual(told(story), { unclear: false, cashFen: 0, excessFen: 47_000, ownPayAmtFen: 3_000 })
    assert.equal(told(story.observe({ ordStas: '7', ...used })).excessFen, 0)
  })

  it('is unknown in a journal of an earlier version', () => {
    const story = placedWith({ ...gross, deposit: '20.00' }, 'unknown')
    assert.deepEqual([story.order().depositOfferedFen, told(story).excessFen], [undefined, 0])
    assert.equal(told(story).cashFen, 1_000)
  })

  it('comes of the cashier address too', () => {
    const story = uploaded
      .operate('cashierUrl', 'accepted', {}, { depositFen: 5_000 })
      .observe({ ordStas: '6', ...gross, deposit: '30.00' })
    assert.equal(told(story).excessFen, 2_000)
  })
})

describe('refunds of an order with a deposit', () => {
  const used = { ...gross, deposit: '20.00' }
  const paid = placedWith(used).observe({ ordStas: '6', ...used })
  const settings = (refundIncludesDeposit?: boolean): RefundSettings => ({
    refundTotal: 'original',
    fundIncludesAccount: false,
    refundIncludesDeposit,
  })
  const problems = (story: Story, cashRefdFen: number, refundIncludesDeposit?: boolean): string[] => {
    const order = story.order()
    assert.ok(order.legs)
    const refund = refundFacts({ psnAcctRefdFen: 1_000, cashRefdFen })
    return refundProblems(order, order.legs, refund, settings(refundIncludesDeposit))
  }

  it('an ALL is refused as long as nobody said whether its cash includes the deposit', () => {
    for (const cashFen of [1_000, 3_000]) {
      const found = problems(paid, cashFen)
      assert.equal(found.length, 1)
      assert.match(found[0] ?? '', /refundIncludesDeposit/)
    }
  })

  it('then its cash is with the deposit, or without it', () => {
    assert.deepEqual(problems(paid, 3_000, true), [])
    assert.deepEqual(problems(paid, 1_000, true), ['cashRefdAmt 应为 30.00'])
    assert.deepEqual(problems(paid, 1_000, false), [])
    assert.deepEqual(problems(paid, 3_000, false), ['cashRefdAmt 应为 10.00'])
  })

  it('without a deposit the setting says nothing', () => {
    const order = placedWith(gross, 0)
      .observe({ ordStas: '6', ...gross })
      .order()
    assert.ok(order.legs)
    for (const setting of [undefined, true, false]) assert.equal(cashOfAll(order, order.legs, settings(setting)), 3_000)
  })

  it('an ALL waits for a person while the deposit is unclear, whatever the setting', () => {
    const story = placedWith(gross).observe({ ordStas: '6', ...gross })
    assert.match(problems(story, 3_000, true).join(), /人工/)
  })

  it('CASH gives back what the patient paid, and no deposit', () => {
    const order = paid.order()
    assert.ok(order.legs)
    assert.equal(refundableCashFen(order, order.legs), 1_000)
  })
})
