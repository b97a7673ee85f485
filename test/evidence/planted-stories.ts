// Stories with one fault each, under the name by which the checker must find it.
import type { LastRecord } from '../../evidence/checker/transcript.ts'
import type { ViolationKind } from '../../evidence/checker/violation.ts'
import {
  cash,
  historyOf,
  ledgerOrder,
  ledgerRefund,
  medOrgOrd,
  order,
  partly,
  payFor,
  returned,
  startStory,
  unpaid,
  type History,
} from './checker-history.ts'

/** A paid order, and more. */
export const paidAnd = (more: (story: ReturnType<typeof startStory>) => void) => {
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

export const planted: readonly (readonly [kind: ViolationKind, what: string, history: () => History])[] = [
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
    () => paidWith({ isThere: false, payOrdId: '' }),
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
  [
    'doubleRefunded',
    'one refund under two forms of its number',
    () =>
      historyOf(
        paidAnd((story) => {
          for (const key of ['R1', 'R1  ']) story.tell('refund', { ...order, key }, 'accepted')
        }),
        [
          ledgerOrder(medOrgOrd, {
            ordStas: '10',
            refundedFen: 2_000,
            cashReturnedFen: 2_000,
            refunds: [ledgerRefund('R1', cash), ledgerRefund('R1  ', cash)],
          }),
        ],
      ),
  ],
  [
    'lostAnswers',
    'a refund of the portal between two of ours, of which nobody is told',
    () => refundedAs([ledgerRefund('R1', cash)], { ...partly, refundedFen: 2_500, cashReturnedFen: 2_500 }),
  ],
  [
    'lostAnswers',
    'an order whose insurance failed, and which the HIS is told to book',
    () =>
      historyOf(
        paidAnd(() => undefined),
        [ledgerOrder(medOrgOrd, { ordStas: '16', insurance: 'none', collectedFen: 4_000 })],
        [{ next: 'book' }],
        [medOrgOrd],
      ),
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
