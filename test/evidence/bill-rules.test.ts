// The checker judges the HIS's own books of a kiosk's bills: what is right passes, every planted fault is found.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { Bill } from '../../evidence/checker/bill-rules.ts'
import { checkHistory } from '../../evidence/checker/check-history.ts'
import { historyOf, ledgerOrder, medOrgOrd, payFor, startStory, unpaid } from './checker-history.ts'

const story = startStory()
payFor(story, medOrgOrd)
const held = ledgerOrder(medOrgOrd)
const paid = historyOf(story, [held])
const revoked = historyOf(story, [{ ...held, ...unpaid, ordStas: '12' }])

const bill = (change: Partial<Bill>): Bill => ({ medOrgOrd, state: 'unpaid', payOrdId: '', bookings: 0, ...change })
const booked = bill({ state: 'booked', payOrdId: held.payOrdId, bookings: 1 })
const locked = bill({ state: 'locked' })

const judge = (
  { transcript, ledger }: typeof paid,
  books: Bill,
  { freed = [], attention = [] }: { freed?: readonly string[]; attention?: readonly string[] } = {},
): readonly string[] =>
  checkHistory({ ...transcript, attention }, ledger, { bills: [books], freedTooEarly: freed }).violations.map(
    ({ kind, sentence }) => `${kind}: ${sentence}`,
  )

describe('of a bill at the kiosk', () => {
  it('a paid one that is booked, and a revoked one that is free, are as they should be', () => {
    assert.deepEqual(judge(paid, booked), [])
    assert.deepEqual(judge(revoked, bill({})), [])
  })

  it('what stands on the list that needs a person is known', () => {
    assert.deepEqual(judge(paid, locked, { attention: [medOrgOrd] }), [])
    assert.deepEqual(judge(revoked, locked, { attention: [medOrgOrd] }), [])
  })

  it('one that was free for others while it was being paid may be charged twice', () => {
    assert.match(
      judge(paid, booked, { freed: [medOrgOrd, medOrgOrd] }).join(),
      /^doubleCharged: A0001: the bill was free/,
    )
    assert.match(judge(paid, { ...booked, bookings: 2 }).join(), /^doubleCharged: A0001: .* 2 times$/)
  })

  it('one that is booked without a settlement was told wrongly', () => {
    assert.match(judge(revoked, booked).join(), /^lostAnswers: A0001: .* never settled it$/)
    assert.match(judge(paid, { ...booked, payOrdId: 'ANOTHER' }).join(), /^lostAnswers: A0001: .*ANOTHER/)
  })

  it('one that is paid and not booked, or over and still locked, is stuck', () => {
    assert.match(judge(paid, locked).join(), /^stuck: A0001: the center holds its money/)
    assert.match(judge(paid, bill({})).join(), /^stuck: A0001: the center holds its money/)
    assert.match(judge(revoked, locked).join(), /^stuck: A0001: it ends as revoked/)
  })
})
