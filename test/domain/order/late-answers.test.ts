// No answer moves an order back (RULES 4.2), whether insurance stands is a fact of its own (RULES 5), and a status that our own
// refunds do not explain is somebody else's doing (RULES 3.5, 5).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attentionOf } from '../../../src/core/domain/words/attention.ts'
import { mayHaveMoved, movementsOf, sumLegs } from '../../../src/core/domain/reports/day-report.ts'
import { isPaid, nextOf, stateOf } from '../../../src/core/domain/order/order-state.ts'
import { refundableCashFen } from '../../../src/core/domain/order/refund-bounds.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  paid,
  payOrdId,
  placed,
  refundFacts,
  uploaded,
  type Story,
} from '../../support/order-entries.ts'
import { lateRefund } from '../../../src/core/domain/fold/asked-refund.ts'
import type { RefundFacts } from '../../../src/core/domain/order/entries.ts'
import { undecidedRefunds } from '../../../src/core/domain/order/order.ts'
import { refusalText } from '../../../src/core/domain/words/refusal-text.ts'

const succ = { output: { refStatus: 'SUCC' } }
const whole = (story: Story): Story => story.operate('refund', 'accepted', succ)
const placing = uploaded.operate('placement')
const observe = (story: Story, ordStas: string, more: object = {}): Story =>
  story.observe({ ordStas, ...mixedAmounts, ...more })
/** The late answer of 6202. */
const answer = (story: Story, ordStas: string, more: object = {}): Story => {
  const { operationId, key, attempt, verb } = story.entries.find(
    (entry) => entry.kind === 'intent' && entry.verb === 'placement',
  ) as {
    operationId: string
    key: string
    attempt: number
    verb: 'placement'
  }
  return story.answer({ operationId, key, attempt, verb }, 'accepted', {
    output: { payOrdId, ordStas, ...mixedAmounts, othFeeAmt: '0.00', ...more },
  })
}
const settings = { unbookedAfterMs: 600_000, fundIncludesAccount: false, legsConfirmed: false }
const reasons = (story: Story) => attentionOf(story.order(), 0, settings)
const isUnclear = (story: Story): boolean => mayHaveMoved(story.order(), movementsOf(story.order()))
const netFen = (story: Story): number[] => {
  const { fundPayFen, psnAcctPayFen, ownPayAmtFen } = sumLegs(movementsOf(story.order()))
  return [fundPayFen, psnAcctPayFen, ownPayAmtFen]
}

describe('a status with blanks around it (RULES 2.1)', () => {
  it('is read as the status where a refusal is told in words', () => {
    const refusal = { code: '0', message: '成功', signed: true }
    assert.equal(refusalText({ refusal, output: { refStatus: 'FAIL   ' } }), '退费未成功 (refStatus FAIL)')
  })

  const pads = [(text: string) => `${text} `, (text: string) => `\u3000${text}`, (text: string) => `${text}\u200b`]

  it('is read as the status wherever it is judged', () => {
    for (const pad of pads) {
      const settled = observe(placed, pad('6'))
      assert.deepEqual([isPaid(settled.order()), settled.order().insurance], [true, 'settled'])
      const told = answer(placing, pad('6'))
      assert.deepEqual([isPaid(told.order()), nextOf(told.order())], [true, nextOf(answer(placing, '6').order())])
      for (const [refStatus, state] of [
        ['SUCC', 'refunded'],
        [
          'EXP',
          stateOf(
            observe(placed, '6')
              .operate('refund', 'accepted', { output: { refStatus: 'EXP' } })
              .order(),
          ),
        ],
      ] as const) {
        const refunded = settled.operate('refund', 'accepted', { output: { refStatus: pad(refStatus) } })
        const plain = observe(placed, '6').operate('refund', 'accepted', { output: { refStatus } })
        assert.equal(stateOf(refunded.order()), state)
        assert.deepEqual(netFen(refunded), netFen(plain))
      }
    }
  })
})

describe('an answer of 6202 that comes after 6301', () => {
  it('does not make a paid order one whose cash is due', () => {
    const late = answer(observe(placing, '6'), '2')
    assert.equal(late.order().ordStas, '6')
    assert.deepEqual([isPaid(late.order()), nextOf(late.order()), reasons(late)], [true, 'book', []])
  })

  it('does not undo a refund made meanwhile', () => {
    for (const told of ['2', '6']) {
      const late = answer(whole(observe(placing, '6')), told)
      assert.deepEqual([late.order().ordStas, stateOf(late.order()), isUnclear(late)], ['7', 'refunded', false])
    }
  })

  it('neither one of cash, nor what 6301 then saw of it', () => {
    const cash = observe(placing, '6').operate('refund', 'accepted', succ, cashRefund(500))
    assert.equal(answer(cash, '6').order().ordStas, '10')
    assert.equal(answer(observe(cash, '10'), '2').order().ordStas, '10')
  })

  it('does not bring back what was reversed or revoked; a 6 against it calls a person', () => {
    for (const ended of ['12', '15']) {
      assert.deepEqual(reasons(answer(observe(placing, ended), '2')), [])
      assert.equal(answer(observe(placing, ended), '2').order().ordStas, ended)
      const contradicted = answer(observe(placing, ended), '6')
      assert.equal(contradicted.order().ordStas, ended)
      assert.deepEqual(reasons(contradicted), ['status-went-back'])
      assert.equal(nextOf(contradicted.order()), 'person')
    }
  })

  it('does not end what a person has to look at, nor a half that is done', () => {
    for (const held of ['13', '16', '3', '4', '5'])
      assert.equal(answer(observe(placing, held), '2').order().ordStas, held)
  })

  it('moves the order on where it knows more', () => {
    assert.equal(answer(placing.observe({ ordStas: '0' }), '6').order().ordStas, '6')
    assert.equal(answer(placing.observe({ ordStas: '2' }), '6').order().ordStas, '6')
  })

  it('changes no amount that 6301 told, and adds othFeeAmt, which 6301 does not tell', () => {
    const { legs } = answer(observe(placing, '6', { fundPay: '55.00' }), '2', { othFeeAmt: '5.00' }).order()
    assert.deepEqual([legs?.fundPayFen, legs?.othFeeAmtFen], [5_500, 500])
  })

  it('as a refusal leaves the way of an order that 6301 has seen go on', () => {
    for (const ordStas of ['2', '3', '6']) {
      assert.equal(observe(placing, ordStas).settle('declined').order().way, 'order', ordStas)
    }
    assert.equal(placing.observe({ ordStas: '1' }).settle('declined').order().way, undefined)
  })
})

describe('an answer of 6401 or 6203 that comes after 6301', () => {
  it('a revocation of what was paid meanwhile revokes nothing and calls a person', () => {
    for (const ordStas of ['3', '6', '7', '9']) {
      const story = observe(placed.operate('revocation'), ordStas).settle('accepted', { output: { success: true } })
      assert.equal(story.order().ordStas, ordStas)
      assert.ok(reasons(story).includes('status-went-back'), ordStas)
      assert.notEqual(nextOf(story.order()), 'upload')
    }
  })

  it('a refund of a part of the cash does not undo the rest that went back meanwhile', () => {
    const story = observe(paid.operate('refund', undefined, {}, cashRefund(500)), '9').settle('accepted', succ)
    assert.equal(story.order().ordStas, '9')
  })

  it('an answer to the upload before the one that counts changes nothing of this one', () => {
    const revoking = placed.operate('revocation')
    const { operationId, key, attempt, verb } = revoking.entries.at(-1) as never as {
      operationId: string
      key: string
      attempt: number
      verb: 'revocation'
    }
    const again = observe(revoking, '12').operate('upload', 'accepted', {
      output: { payOrdId: 'ORD0002', payToken: 'T2' },
    })
    const late = again.answer({ operationId, key, attempt, verb }, 'accepted', { output: { success: true } })
    assert.deepEqual([late.order().ordStas, late.order().upload?.payOrdId], ['0', 'ORD0002'])
  })

  it('nor does a notice, but that they are paid, or that 6301 said so, is a person’s before anybody pays the new ones (RULES 6.6)', () => {
    const again = (story: Story): Story =>
      story.operate('upload', 'accepted', { output: { payOrdId: 'ORD0002', payToken: 'T2' } })
    const revoked = observe(placed.operate('revocation', 'accepted', { output: { success: true } }), '12')
    const noticed = again(revoked)
      .notice({ payOrdId, ...mixedAmounts })
      .order()
    assert.deepEqual([noticed.payerPaidAt, noticed.legs, noticed.noticedPayOrdId], [undefined, undefined, ''])
    assert.equal(noticed.notices.length, 1)
    for (const story of [again(observe(revoked, '6')), answer(again(revoked), '6')]) {
      assert.deepEqual([nextOf(story.order()), reasons(story)], ['person', ['earlier-upload-open']])
    }
    assert.deepEqual(reasons(answer(again(revoked), '2')), [])
  })
})

describe('a query that takes back what is known', () => {
  it('changes no status, calls a person, and the order stays with him until the center says what is known again', () => {
    for (const told of ['0', '2', '3', '12', '13', '15', '16']) {
      const story = observe(paid, told)
      assert.equal(story.order().ordStas, '6')
      assert.deepEqual([stateOf(story.order()), nextOf(story.order())], ['needsPerson', 'person'])
      const handled = story.resolve('handled')
      assert.deepEqual([stateOf(handled.order()), nextOf(handled.order())], ['needsPerson', 'none'], told)
      assert.equal(stateOf(observe(handled, '6').order()), 'paid')
    }
  })

  it('after something else was handled, or decided, is a person’s all the same; so are amounts that change after his word (RULES 4.6)', () => {
    const decided = paid.operate('refund', 'unknown', {}, cashRefund(2_000)).settle('accepted', succ).resolve('done')
    for (const story of [observe(paid.resolve('handled'), '12'), observe(decided, '6')]) {
      assert.deepEqual([nextOf(story.order()), reasons(story)], ['person', ['status-went-back']])
      assert.equal(nextOf(story.resolve('handled').order()), 'none')
    }
    const changed = observe(paid.resolve('handled'), '6', { feeSumamt: '90.00', ownPayAmt: '10.00' })
    assert.deepEqual([nextOf(changed.order()), reasons(changed)], ['person', ['amounts-wrong']])
  })

  it('neither does one that comes after a code without a place', () => {
    assert.equal(stateOf(observe(observe(paid, '99'), '2').order()), 'needsPerson')
    assert.equal(nextOf(observe(observe(paid, '14'), '2').resolve('handled').order()), 'none')
  })

  it('of a half that was paid calls a person and is asked on', () => {
    const story = observe(at('3'), '2')
    assert.deepEqual([story.order().ordStas, nextOf(story.order())], ['3', 'wait'])
    assert.deepEqual(reasons(story), ['half-done-went-back'])
    assert.deepEqual(reasons(observe(story, '6')), [])
  })

  it('a part that went back does not come again', () => {
    const cash = paid.operate('refund', 'accepted', succ, cashRefund(500))
    for (const told of ['6', '8']) assert.deepEqual(reasons(observe(cash, told)), ['status-went-back'], told)
  })
})

describe('insurance that failed (16)', () => {
  const failed = at('16')

  it('is nothing to book once its cash went back, by our refund or the portal', () => {
    const byRule = cashRefund(2_000)
    const ours = failed.operate('refund', 'accepted', succ, { ...byRule, ordStasBefore: '16', rule: '5' })
    const portal = observe(failed.resolve('handled'), '9').resolve('handled')
    for (const story of [ours, observe(ours, '9'), portal]) {
      assert.equal(story.order().ordStas, '9')
      assert.deepEqual([stateOf(story.order()), nextOf(story.order())], ['failed', 'none'])
      assert.deepEqual(reasons(story), [])
      assert.deepEqual(movementsOf(story.order()), [])
      assert.equal(isUnclear(story), true, 'its cash moved, and no row shows it')
    }
  })

  it('in part: what is left has to go back too, and nothing is booked', () => {
    const part = failed.operate('refund', 'accepted', succ, { ...cashRefund(500), ordStasBefore: '16', rule: '5' })
    assert.deepEqual([part.order().ordStas, nextOf(part.order())], ['10', 'refundCash'])
    assert.deepEqual(movementsOf(part.order()), [])
  })

  it("and was booked all the same is a person's", () => {
    assert.ok(reasons(failed.book(true)).includes('booked-not-settled'))
  })

  it('nor is cash that went back of an order that was never seen settled, unless its number proves it', () => {
    const jumped = observe(placed, '9').resolve('handled')
    assert.deepEqual([nextOf(jumped.order()), isUnclear(jumped)], ['none', true])
    assert.deepEqual(movementsOf(jumped.order()), [])
    const proven = observe(placed, '9', { hiDocSn: 'D1' }).resolve('handled')
    assert.deepEqual([nextOf(proven.order()), movementsOf(proven.order()).length], ['book', 1])
  })

  it('settled and then with cash back it is still to be booked', () => {
    const cash = paid.operate('refund', 'accepted', succ, cashRefund(2_000))
    assert.deepEqual([cash.order().ordStas, nextOf(cash.order())], ['9', 'book'])
  })
})

describe('refunds of the portal', () => {
  it('15.00 there, then 5.00 here: nothing is left to refund, the report is unclear, a person is called each time', () => {
    const portal = observe(paid, '10')
    assert.deepEqual(reasons(portal), ['refunded-elsewhere'])
    const own = portal
      .resolve('handled')
      .operate('refund', 'accepted', succ, { ...cashRefund(500), ordStasBefore: '10' })
    assert.deepEqual([own.order().ordStas, isUnclear(own)], ['10', true])
    const seen = observe(own, '9')
    assert.deepEqual(reasons(seen), ['refunded-elsewhere'])
    const { legs } = seen.order()
    assert.equal(legs === undefined ? undefined : refundableCashFen(seen.order(), legs), 0)
    assert.equal(isUnclear(seen.resolve('handled')), true)
  })

  it('the same where 6301 confirms our refund at once', () => {
    const own = observe(paid, '10')
      .resolve('handled')
      .operate(
        'refund',
        'accepted',
        { output: { refStatus: 'SUCC', ordStas: '9' } },
        { ...cashRefund(500), ordStasBefore: '10' },
      )
    assert.deepEqual(reasons(own), ['refunded-elsewhere'])
    assert.equal(isUnclear(own), true)
  })

  it('5.00 here, the rest there: unclear, and a person', () => {
    const rest = observe(paid.operate('refund', 'accepted', succ, cashRefund(500)), '7')
    assert.deepEqual(reasons(rest), ['refunded-whole-elsewhere'])
    assert.equal(isUnclear(rest), true)
    assert.equal(isUnclear(rest.resolve('handled')), true)
  })

  it('an HI of unknown outcome explains 8, not 7', () => {
    const insurance = refundFacts({ refdType: 'HI', cashRefdFen: 0 })
    const unknown = paid.operate('refund', 'unknown', {}, insurance)
    assert.deepEqual(observe(unknown, '8').order().attention, [])
    assert.deepEqual(observe(unknown, '7').order().attention, ['refunded-whole-elsewhere'])
  })

  it('a part that was asked for explains 10, the whole 9, and neither the other', () => {
    for (const [fen, ours, others] of [
      [500, '10', '9'],
      [2_000, '9', '10'],
    ] as const) {
      const unknown = paid.operate('refund', 'unknown', {}, cashRefund(fen))
      assert.deepEqual(observe(unknown, ours).order().attention, [])
      assert.deepEqual(observe(unknown, others).order().attention, ['refunded-elsewhere'])
    }
  })

  it('a refund that was not done, as a person says, explains nothing', () => {
    const undone = observe(paid.operate('refund', 'unknown', {}, cashRefund(500)), '10').settle('declined')
    assert.deepEqual([reasons(undone), isUnclear(undone)], [['refunded-elsewhere'], true])
  })

  it('our own refunds, whole or in parts, are clear and call nobody', () => {
    const insurance = refundFacts({ refdType: 'HI', cashRefdFen: 0, appRefdSn: 'RF2', ordStasBefore: '9' })
    const cash = paid.operate('refund', 'accepted', succ, cashRefund(2_000))
    for (const story of [
      observe(whole(paid), '7'),
      observe(cash, '9'),
      observe(cash.operate('refund', 'accepted', succ, insurance), '7'),
      paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } }),
    ]) {
      assert.deepEqual([reasons(story), isUnclear(story)], [[], false])
    }
  })

  it('without cash 7 and 8 are the same', () => {
    const amounts = { feeSumamt: '100.00', fundPay: '80.00', psnAcctPay: '20.00', ownPayAmt: '0.00' }
    const insured = uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas: '6', ...amounts } })
    const back = insured.operate('refund', 'accepted', succ, refundFacts({ refdType: 'HI', cashRefdFen: 0 }))
    for (const ordStas of ['7', '8']) {
      const seen = back.observe({ ordStas, ...amounts })
      assert.deepEqual([reasons(seen), isUnclear(seen)], [[], false], ordStas)
    }
  })
})

describe('ALL answered with SUCC, while 6301 says 8', () => {
  const doubted = observe(whole(paid), '8')

  it('is asked on, not refunded by rule, and the report does not claim the cash', () => {
    assert.deepEqual([stateOf(doubted.order()), nextOf(doubted.order()), reasons(doubted)], ['refunding', 'wait', []])
    assert.equal(isUnclear(doubted), true)
    assert.deepEqual(netFen(doubted), [0, 0, 2_000])
  })

  it("is a person's after the processing time, and unclear from then on", () => {
    const called = doubted.attend('cash-refund-unclear')
    assert.deepEqual([stateOf(called.order()), nextOf(called.order())], ['needsPerson', 'person'])
    const handled = called.resolve('handled')
    assert.deepEqual([nextOf(handled.order()), isUnclear(handled)], ['none', true])
    assert.deepEqual(netFen(handled), [0, 0, 2_000])
  })

  it('is done once 6301 says 7', () => {
    const seen = observe(doubted, '7')
    assert.deepEqual([stateOf(seen.order()), isUnclear(seen)], ['refunded', false])
    assert.deepEqual(netFen(seen), [0, 0, 0])
  })
})

describe('amounts', () => {
  const bare = uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas: '6' } })

  it("that nobody told are never booked: asked for, then a person's", () => {
    assert.equal(nextOf(bare.order()), 'wait')
    const told = bare.observe({ ordStas: '6', feeSumamt: '100.005' })
    assert.deepEqual([nextOf(told.order()), reasons(told)], ['person', ['amounts-missing']])
    assert.equal(nextOf(told.resolve('handled').order()), 'none')
    assert.equal(nextOf(observe(told, '6').order()), 'book')
  })

  it("of another sum than the bill, or negative, are a person's before they are booked", () => {
    for (const more of [{ feeSumamt: '90.00' }, { ownPayAmt: '-20.00', fundPay: '100.00' }, { fundPay: '-0.01' }]) {
      const wrong = observe(placed, '6', more)
      assert.deepEqual([nextOf(wrong.order()), reasons(wrong)[0]], ['person', 'amounts-wrong'])
      assert.equal(nextOf(wrong.resolve('handled').order()), 'book')
    }
  })

  it('of a payment that is still due too: nobody pays a wrong sum unseen', () => {
    assert.deepEqual(
      reasons(
        observe(uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas: '2' } }), '2', {
          feeSumamt: '1.00',
        }),
      ),
      ['amounts-wrong'],
    )
  })

  it("that add up in neither way of counting are a person's, confirmed or not", () => {
    assert.deepEqual(reasons(observe(placed, '6', { fundPay: '61.00' })), ['legs-mismatch'])
    assert.deepEqual(reasons(observe(placed, '6', { fundPay: '80.00' })), [], 'the fund may contain the account')
  })

  it('may lack an othFeeAmt that only a lost answer of 6202 told', () => {
    assert.deepEqual(reasons(observe(uploaded.operate('placement', 'unknown'), '6', { fundPay: '55.00' })), [])
  })

  it('that change after the booking call a person; record, report and receipt show what 6301 says now', () => {
    const changed = observe(paid.book(true), '6', { fundPay: '55.00', ownPayAmt: '25.00' })
    assert.deepEqual(reasons(changed), ['amounts-changed'])
    assert.equal(movementsOf(changed.order())[0]?.legs.fundPayFen, 5_500)
    assert.equal(changed.order().legs?.fundPayFen, 5_500)
    assert.deepEqual(reasons(observe(paid, '6', { fundPay: '55.00', ownPayAmt: '25.00' })), [], 'not booked yet')
  })

  it('of what is left after a refund change nothing', () => {
    const cash = paid.book(true).operate('refund', 'accepted', succ, cashRefund(500))
    const left = observe(cash, '10', { feeSumamt: '95.00', ownPayAmt: '15.00' })
    assert.deepEqual([left.order().legs?.feeSumamtFen, reasons(left)], [10_000, []])
    assert.deepEqual(reasons(observe(cash, '10', { fundPay: '50.00' })), ['amounts-changed'])
  })
})

describe('a refund that 6301 once saw nothing of (RULES 2.3, 3.5)', () => {
  const unseen = { reason: 'not refunded', settledByQuery: true } as const
  const wholeOf = (appRefdSn: string): RefundFacts => refundFacts({ appRefdSn })

  it('hangs whatever was handled or booked beside it, and is not proved by the status of what we refunded since', () => {
    const story = paid
      .operate('refund', 'notSent', unseen, wholeOf('RF0001'))
      .resolve('handled')
      .book(true)
      .operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }, wholeOf('RF0002'))
      .observe({ ordStas: '7', ...mixedAmounts })
    const order = story.order()
    assert.equal(undecidedRefunds(order).length, 1)
    assert.equal(lateRefund(order), undefined)
    assert.deepEqual([order.refunds.length, order.movedElsewhere, order.attention], [1, false, []])
  })

  it('is shown as done by the status that it leads to, but for a part of the cash: of whose 10 is, nothing is known', () => {
    const hanging = (facts: RefundFacts): Story => paid.operate('refund', 'notSent', unseen, facts)
    assert.ok(
      lateRefund(
        hanging(wholeOf('RF0001'))
          .observe({ ordStas: '7', ...mixedAmounts })
          .order(),
      ),
    )
    assert.ok(
      lateRefund(
        hanging(cashRefund(2_000))
          .observe({ ordStas: '9', ...mixedAmounts })
          .order(),
      ),
    )
    const part = hanging(cashRefund(500))
      .observe({ ordStas: '10', ...mixedAmounts })
      .order()
    assert.deepEqual([lateRefund(part), part.movedElsewhere], [undefined, true])
  })

  it('of fees that were revoked and uploaded anew hangs no more', () => {
    const anew = at('13').operate('refund', 'notSent', unseen, cashRefund(500)).observe({ ordStas: '12' })
    assert.equal(undecidedRefunds(anew.order()).length, 1)
    assert.equal(
      undecidedRefunds(anew.operate('upload', 'accepted', { output: { payOrdId: 'ORD2' } }).order()).length,
      0,
    )
  })
})
