// The checker accepts what is right and finds every planted fault, each under its own name.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { checkHistory } from '../../evidence/checker/check-history.ts'
import { describeHistory } from '../../evidence/checker/describe-history.ts'
import type { LastRecord } from '../../evidence/checker/transcript.ts'
import { violationKinds, type ViolationKind } from '../../evidence/checker/violation.ts'
import {
  historyOf,
  ledgerOrder,
  ledgerRefund,
  payFor,
  recordOf,
  returned,
  startStory,
  unpaid,
  type History,
} from './checker-history.ts'

const medOrgOrd = 'A0001'
const order = { medOrgOrd }
const partly = { ordStas: '10', refundedFen: 1_000, cashReturnedFen: 1_000 } as const
const cash = { refdType: 'CASH', returnedFen: 1_000 } as const

const good: Readonly<Record<string, () => History>> = {
  'an order that is paid, asked again with the same answer': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    story.tell('placement', { ...order, key: 'placement#1' }, 'accepted', { operationId: 'op-2' })
    story.tell('order', { ...order, key: '' }, 'accepted', { paid: true, ordStas: '6', operationId: '' })
    return historyOf(story, [ledgerOrder(medOrgOrd)])
  },
  'an answer that was pending and became final once': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    story.tell('refund', { ...order, key: 'R1' }, 'pending', { operationId: 'op-r' })
    story.crash()
    story.tell('operation', { ...order, key: 'op-r' }, 'pending', { operationId: 'op-r' })
    story.tell('operation', { ...order, key: 'op-r' }, 'accepted', { operationId: 'op-r' })
    return historyOf(story, [ledgerOrder(medOrgOrd, { ...returned, refunds: [ledgerRefund('R1')] })])
  },
  'a placement that was declined and then made anew': () => {
    const story = startStory()
    story.tell('placement', { ...order, key: 'placement#1' }, 'declined')
    story.tell('placement', { ...order, key: 'placement#1' }, 'accepted')
    return historyOf(story, [ledgerOrder(medOrgOrd)])
  },
  'the rest of the cash that goes back by rule after an EXP': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    story.tell('refund', { ...order, key: 'R1' }, 'accepted')
    const refunds = [ledgerRefund('R1', { refStatus: 'EXP' }), ledgerRefund('AGENT1', cash)]
    return historyOf(story, [ledgerOrder(medOrgOrd, { ...returned, refunds })])
  },
  'a bill that was refunded wholly and charged under a new number': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    story.tell('refund', { ...order, key: 'R1' }, 'accepted')
    payFor(story, 'A0002')
    const back = ledgerOrder(medOrgOrd, { ...returned, refunds: [ledgerRefund('R1')] })
    return historyOf(story, [back, ledgerOrder('A0002', { chrgBchno: back.chrgBchno })])
  },
  'a question that died with the agent and left nothing': () => {
    const story = startStory()
    story.ask('upload', { ...order, key: 'upload#1' })
    story.crash()
    const { transcript } = historyOf(story, [])
    const record = recordOf(ledgerOrder(medOrgOrd), { known: false, state: '', ordStas: '', paid: false, payOrdId: '' })
    return { transcript: { ...transcript, records: [record] }, ledger: { orders: [] } }
  },
  'whatever is unclear of an order that stands on the list that needs a person': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    story.tell('refund', { ...order, key: 'R1' }, 'pending')
    const held = ledgerOrder(medOrgOrd, { ...partly, refunds: [ledgerRefund('R1', cash)] })
    return historyOf(story, [held], [{ state: 'refunding', ordStas: '9', refunds: [] }], [medOrgOrd])
  },
  'an answer about the moment between two final ones': () => {
    const story = startStory()
    payFor(story, medOrgOrd)
    const busy = { status: 503, code: 'JOURNAL_UNWRITABLE', operationId: '' }
    story.tell('placement', { ...order, key: 'placement#1' }, 'accepted', busy)
    story.tell('placement', { ...order, key: 'placement#1' }, 'accepted', { operationId: 'op-2' })
    return historyOf(story, [ledgerOrder(medOrgOrd)])
  },
  'an answer that left before the other one, and came after it': () => {
    const story = startStory()
    story.tell('placement', { ...order, key: 'placement#1' }, 'pending', { operationId: 'op-1' })
    const early = story.ask('operation', { ...order, key: 'op-1' })
    story.tell('operation', { ...order, key: 'op-1' }, 'accepted', { operationId: 'op-1' })
    story.answer(early, 'pending', { operationId: 'op-1' })
    return historyOf(story, [ledgerOrder(medOrgOrd)])
  },
}

const paidAnd = (more: (story: ReturnType<typeof startStory>) => void) => {
  const story = startStory()
  payFor(story, medOrgOrd)
  more(story)
  return story
}
const paidWith = (record: Partial<LastRecord>): History =>
  historyOf(
    paidAnd(() => undefined),
    [ledgerOrder(medOrgOrd)],
    [record],
  )
const refundedAs = (refunds: readonly ReturnType<typeof ledgerRefund>[], change: object, record = {}): History =>
  historyOf(
    paidAnd((story) => {
      story.tell('refund', { ...order, key: 'R1' }, 'accepted')
    }),
    [ledgerOrder(medOrgOrd, { ...change, refunds })],
    [record],
  )
const asked = (verb: 'placement' | 'refund', key: string, ...names: readonly (readonly [string, object?])[]) =>
  paidAnd((story) => {
    for (const [name, change] of names) story.tell(verb, { ...order, key }, name as 'accepted', change)
  })

const planted: readonly (readonly [kind: ViolationKind, what: string, history: () => History])[] = [
  [
    'doubleCharged',
    'one medOrgOrd collected as two orders of the center',
    () => {
      // That the agent tells of one only is known to a person; the money is not excused by that.
      const { transcript } = paidWith({})
      const orders = [ledgerOrder(medOrgOrd), ledgerOrder(medOrgOrd, { payOrdId: 'PAY2' })]
      return { transcript: { ...transcript, attention: [medOrgOrd] }, ledger: { orders } }
    },
  ],
  [
    'doubleCharged',
    'one chrgBchno collected under two numbers',
    () => {
      const story = paidAnd((each) => {
        payFor(each, 'A0002')
      })
      return historyOf(story, [ledgerOrder(medOrgOrd), ledgerOrder('A0002', { chrgBchno: `B${medOrgOrd}` })])
    },
  ],
  [
    'doubleCharged',
    'one line of fees collected under two numbers',
    () => {
      const story = paidAnd((each) => {
        const bill = { chrgBchno: 'BX', feedetlSns: ['other', `${medOrgOrd}-1`] }
        each.tell('upload', { medOrgOrd: 'A0002', key: 'upload#1', bill }, 'accepted')
        each.tell('placement', { medOrgOrd: 'A0002', key: 'placement#1' }, 'accepted')
      })
      return historyOf(story, [ledgerOrder(medOrgOrd), ledgerOrder('A0002', { chrgBchno: 'BX' })])
    },
  ],
  [
    'doubleCharged',
    'more collected than the bill',
    () => {
      const { transcript } = paidWith({})
      return { transcript, ledger: { orders: [ledgerOrder(medOrgOrd, { collectedFen: 20_000 })] } }
    },
  ],
  [
    'doubleCharged',
    'a payment that nobody asked for',
    () => {
      const story = startStory()
      story.tell('upload', { ...order, key: 'upload#1' }, 'accepted')
      return historyOf(story, [ledgerOrder(medOrgOrd)])
    },
  ],
  [
    'doubleRefunded',
    'more returned than collected',
    () => refundedAs([ledgerRefund('R1')], { ...returned, refundedFen: 20_000 }),
  ],
  [
    'doubleRefunded',
    'more cash returned than collected',
    () => refundedAs([ledgerRefund('R1')], { ...returned, cashReturnedFen: 8_000 }),
  ],
  [
    'doubleRefunded',
    'the insurance part returned twice',
    () => {
      const story = asked('refund', 'R1', ['accepted'])
      story.tell('refund', { ...order, key: 'R2' }, 'accepted')
      const refunds = [ledgerRefund('R1', { refdType: 'HI' }), ledgerRefund('R2', { refdType: 'HI' })]
      return historyOf(story, [ledgerOrder(medOrgOrd, { ...returned, refunds })])
    },
  ],
  [
    'doubleRefunded',
    'two effects for one appRefdSn',
    () => refundedAs([ledgerRefund('R1', cash), ledgerRefund('R1', cash)], partly),
  ],
  [
    'doubleRefunded',
    'a blind resend of a cash refund under a new number',
    () => refundedAs([ledgerRefund('R1', cash), ledgerRefund('R1-AGAIN', cash)], partly),
  ],
  [
    'lostAnswers',
    'an operation that is not found any more',
    () => {
      const story = paidAnd((each) => {
        each.crash()
        each.tell('operation', { ...order, key: 'op-2' }, 'forgotten', { operationId: '' })
      })
      return historyOf(story, [ledgerOrder(medOrgOrd)])
    },
  ],
  [
    'lostAnswers',
    'an order that is not found any more',
    () =>
      historyOf(
        asked('placement', 'placement#1', ['forgotten', { status: 404, code: 'ORDER_NOT_FOUND', operationId: '' }]),
        [ledgerOrder(medOrgOrd)],
      ),
  ],
  ['lostAnswers', 'an answered operation that is not on the record', () => paidWith({ operations: [] })],
  [
    'lostAnswers',
    'a booking that is not on the record',
    () => {
      const story = paidAnd((each) => {
        each.tell('booking', { ...order, key: 'booking' }, 'accepted', { operationId: '' })
      })
      return historyOf(story, [ledgerOrder(medOrgOrd)])
    },
  ],
  [
    'lostAnswers',
    'a refund at the center of which the agent says that it never happened',
    () => refundedAs([ledgerRefund('R1', cash)], partly, { refunds: [] }),
  ],
  [
    'lostAnswers',
    'a refund of which the agent says that it happened, and the center knows nothing',
    () => refundedAs([], {}, { refunds: ['R1'] }),
  ],
  [
    'lostAnswers',
    'a placement at the center of which the agent says that it never happened',
    () => paidWith({ state: 'uploaded', ordStas: '0', paid: false }),
  ],
  [
    'lostAnswers',
    'an order of the center that the agent does not know',
    () => paidWith({ known: false, payOrdId: '' }),
  ],
  [
    'lostAnswers',
    'a payment that the agent tells of and the center does not',
    () =>
      historyOf(
        paidAnd(() => undefined),
        [ledgerOrder(medOrgOrd, unpaid)],
        [{ state: 'paid', ordStas: '6' }],
      ),
  ],
  [
    'changedAnswers',
    'an accepted operation that became declined',
    () => historyOf(asked('placement', 'placement#1', ['declined', { operationId: 'op-2' }]), [ledgerOrder(medOrgOrd)]),
  ],
  [
    'changedAnswers',
    'an accepted operation that became pending',
    () => historyOf(asked('placement', 'placement#1', ['pending', { operationId: 'op-2' }]), [ledgerOrder(medOrgOrd)]),
  ],
  [
    'changedAnswers',
    'an accepted operation whose amounts changed',
    () =>
      historyOf(asked('placement', 'placement#1', ['accepted', { operationId: 'op-2', content: 'other' }]), [
        ledgerOrder(medOrgOrd),
      ]),
  ],
  [
    'changedAnswers',
    'an accepted key that got another operation',
    () => historyOf(asked('placement', 'placement#1', ['accepted']), [ledgerOrder(medOrgOrd)]),
  ],
  [
    'changedAnswers',
    'an accepted key that became a conflict',
    () => historyOf(asked('placement', 'placement#1', ['conflict', { operationId: 'op-2' }]), [ledgerOrder(medOrgOrd)]),
  ],
  [
    'changedAnswers',
    'a declined refund that was done after all under the same number',
    () =>
      historyOf(asked('refund', 'R1', ['declined'], ['accepted']), [
        ledgerOrder(medOrgOrd, { ...returned, refunds: [ledgerRefund('R1')] }),
      ]),
  ],
  [
    'changedAnswers',
    'a paid order that was not paid later',
    () => {
      const story = paidAnd((each) => {
        each.tell('order', { ...order, key: '' }, 'accepted', { paid: true, ordStas: '6', operationId: '' })
        each.tell('order', { ...order, key: '' }, 'accepted', { ordStas: '2', operationId: '' })
      })
      return historyOf(story, [ledgerOrder(medOrgOrd)])
    },
  ],
  ['stuck', 'an order that ends while it is being placed', () => paidWith({ state: 'placing' })],
  ['stuck', 'an order that waits for the payer for ever', () => paidWith({ state: 'cashPending' })],
  ['stuck', 'an order that needs a person of whom nobody is told', () => paidWith({ state: 'needsPerson' })],
  [
    'stuck',
    'an operation that never got an outcome',
    () =>
      paidWith({
        operations: ['op-1', 'op-2'].map((operationId) => ({ operationId, outcome: 'unknown' })),
      }),
  ],
  [
    'stuck',
    'cash that stays after an EXP',
    () =>
      refundedAs([ledgerRefund('R1', { refStatus: 'EXP' })], {
        ordStas: '8',
        insurance: 'returned',
        refundedFen: 6_000,
      }),
  ],
  [
    'stuck',
    'an order of which nobody asked the end',
    () => {
      const { transcript, ledger } = paidWith({})
      return { transcript: { ...transcript, records: [] }, ledger }
    },
  ],
]

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
