// Stories that the checker must accept: all of it is as it should be, however strange it looks.
import {
  cash,
  historyOf,
  ledgerOrder,
  ledgerRefund,
  medOrgOrd,
  order,
  partly,
  payFor,
  recordOf,
  returned,
  startStory,
  type History,
} from './checker-history.ts'

export const good: Readonly<Record<string, () => History>> = {
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
    const record = recordOf(ledgerOrder(medOrgOrd), {
      isThere: false,
      state: '',
      ordStas: '',
      paid: false,
      payOrdId: '',
    })
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
