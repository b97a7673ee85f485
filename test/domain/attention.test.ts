// Which orders stand on the list that needs a person, and what ends that (RULES 3.5, 4.8, 5, 8).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { attentionOf, type AttentionSettings } from '../../src/core/domain/words/attention.ts'
import { attentionTexts, isStopped } from '../../src/core/domain/order/attention-reasons.ts'
import { at, cashRefund, mixedAmounts, paid, placed, type Story } from '../support/order-entries.ts'

const settings: AttentionSettings = { unbookedAfterMs: 600_000, fundIncludesAccount: false, legsConfirmed: false }
const reasonsOf = (story: Story, nowMs = 0): readonly string[] => attentionOf(story.order(), nowMs, settings)

describe('what ends a reason', () => {
  it('what is about an operation ends with its outcome', () => {
    const unclear = paid.operate('refund', 'unknown').attend('cash-refund-unclear')
    assert.deepEqual(reasonsOf(unclear), ['cash-refund-unclear'])
    assert.deepEqual(reasonsOf(unclear.settle('declined')), [])
  })

  it('what is about no result ends with the result', () => {
    const open = placed.attend('day-end')
    assert.deepEqual(reasonsOf(open.observe({ ordStas: '2', ...mixedAmounts })), ['day-end'])
    assert.deepEqual(reasonsOf(open.observe({ ordStas: '6', ...mixedAmounts })), [])
  })

  it('nor does the day that ended before an outcome outlive it, where the order rests', () => {
    const refund = paid.operate('refund', 'unknown').attend('day-end')
    assert.deepEqual(reasonsOf(refund.settle('notSent')), [])
    const placing = placed.operate('revocation', 'unknown').attend('day-end')
    assert.deepEqual(reasonsOf(placing.settle('notSent')), ['day-end'])
  })

  it("what only a person can tell ends with a person's word, until something changes", () => {
    const elsewhere = paid.observe({ ordStas: '10', ...mixedAmounts })
    assert.deepEqual(reasonsOf(elsewhere), ['refunded-elsewhere'])
    const resolved = elsewhere.resolve('handled')
    assert.deepEqual(reasonsOf(resolved), [])
    assert.deepEqual(reasonsOf(resolved.observe({ ordStas: '9', ...mixedAmounts })), ['refunded-elsewhere'])
  })

  it('a status that needs a person is dealt with as it is, and not as it becomes', () => {
    const resolved = at('13').resolve('handled')
    assert.deepEqual(reasonsOf(resolved), [])
    assert.deepEqual(reasonsOf(resolved.observe({ ordStas: '14', ...mixedAmounts })), ['status-needs-person'])
  })
})

describe('what comes of the order itself', () => {
  it('a settlement unbooked for too long, or booked in vain (RULES 8)', () => {
    assert.deepEqual(reasonsOf(paid), [])
    assert.deepEqual(reasonsOf(paid, 700_000), ['unbooked'])
    const partly = paid.operate('refund', 'accepted', { output: { refStatus: 'SUCC' } }, cashRefund(500))
    assert.deepEqual(reasonsOf(partly, 700_000), ['unbooked'], 'a refund of a part does not end the wait')
    assert.deepEqual(reasonsOf(paid.book(true), 700_000), [])
    assert.deepEqual(reasonsOf(paid.book(false)), ['booking-failed'])
    assert.deepEqual(reasonsOf(at('4').notice().book(true).observe({ ordStas: '15' })), ['booked-not-settled'])
  })

  it('money that was settled and is not any more', () => {
    const back = paid.observe({ ordStas: '2', ...mixedAmounts })
    assert.deepEqual(reasonsOf(back), ['status-went-back'])
  })

  it('everything refunded by somebody else is refunded, and somebody is told', () => {
    assert.deepEqual(reasonsOf(paid.observe({ ordStas: '7', ...mixedAmounts })), ['refunded-whole-elsewhere'])
  })
})

it('every reason says in Chinese what is wrong and what to do, and in English', () => {
  for (const { zh, en, suggestion } of Object.values(attentionTexts)) {
    assert.match(zh, /\p{Script=Han}/u)
    assert.match(suggestion, /\p{Script=Han}/u)
    assert.match(en, /^[A-Z]/)
  }
})

it('a reason of a later version is a reason to keep still', () => {
  assert.equal(isStopped(['something new']), true)
  assert.equal(isStopped([]), false)
})
