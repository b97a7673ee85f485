// The checker accepts what is right and finds every planted fault, each under its own name.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHistory } from '../../evidence/checker/check-history.ts'
import { describeHistory } from '../../evidence/checker/describe-history.ts'
import { violationKinds } from '../../evidence/checker/violation.ts'
import { good } from './accepted-stories.ts'
import { historyOf, ledgerOrder, medOrgOrd, order, payFor, startStory } from './checker-history.ts'
import { paidAnd, planted } from './planted-stories.ts'

describe('checker', () => {
  for (const [what, history] of Object.entries(good)) {
    it(`accepts ${what}`, () => {
      const { transcript, ledger } = history()
      assert.deepEqual(checkHistory(transcript, ledger).violations, [])
    })
  }

  for (const [kind, what, history] of planted) {
    it(`finds as ${kind}: ${what}`, () => {
      const { transcript, ledger } = history()
      const verdict = checkHistory(transcript, ledger)
      const found = JSON.stringify(verdict.violations)
      assert.ok(verdict[kind] > 0, found)
      assert.deepEqual(
        violationKinds.filter((other) => other !== kind && verdict[other] > 0),
        [],
        found,
      )
      assert.ok(verdict.violations.every(({ sentence }) => /A000[12]/.test(sentence)))
    })
  }

  it('counts orders and those that need a person', () => {
    const story = paidAnd((each) => {
      payFor(each, 'A0002')
    })
    const { transcript, ledger } = historyOf(story, [ledgerOrder(medOrgOrd), ledgerOrder('A0002')], [], ['A0002'])
    const { orders, attention } = checkHistory(transcript, ledger)
    assert.deepEqual({ orders, attention }, { orders: 2, attention: 1 })
  })

  it('refuses a transcript that contradicts itself', () => {
    const story = startStory()
    story.answer(7, 'accepted')
    const { transcript, ledger } = historyOf(story, [])
    assert.throws(() => checkHistory(transcript, ledger), /an answer too many/)
  })

  it('tells the history of one order, kills included, without the patient', () => {
    const story = paidAnd((each) => {
      payFor(each, 'A0002')
      each.crash()
      each.tell('refund', { ...order, key: 'R1' }, 'pending')
    })
    const held = { ...ledgerOrder(medOrgOrd), patient: { userName: '测试甲' } }
    const { transcript, ledger } = historyOf(story, [held, ledgerOrder('A0002')])
    const text = describeHistory(transcript, ledger, medOrgOrd).join('\n')
    assert.match(text, /HIS {2}#5 refund R1/)
    assert.match(text, /killed/)
    assert.doesNotMatch(text, /A0002|测试甲/)
  })
})
