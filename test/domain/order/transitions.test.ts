// The transition table: every state of an order x every event of its journal (RULES 4, 5).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { OrderVerb, OutcomeKind } from '../../../src/core/domain/order/entries.ts'
import { allowedVerbs, stateOf, type OrderStateName } from '../../../src/core/domain/order/order-state.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  nothing,
  paid,
  payOrdId,
  placed,
  uploaded,
  type Story,
} from '../../support/order-entries.ts'

const insured = { feeSumamt: '100.00', fundPay: '80.00', psnAcctPay: '20.00', ownPayAmt: '0.00' }
/** What any accepted operation may bring. */
const output = { payOrdId, payToken: 'T', ordStas: '2', success: true, ...mixedAmounts }
const wholly = { output: { refStatus: 'SUCC' } }

/** The shortest way to each state. */
const stories: Readonly<Record<OrderStateName, Story>> = {
  new: nothing.operate('upload', 'declined'),
  uploading: nothing.operate('upload', 'unknown'),
  uploaded,
  placing: uploaded.operate('placement', 'unknown'),
  pending: uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas: '2', ...insured } }),
  cashPending: placed,
  halfDone: at('3'),
  paid,
  queued: paid.operate('refund', 'queued'),
  refunding: paid.operate('refund', 'unknown'),
  refunded: paid.operate('refund', 'accepted', wholly),
  partlyRefunded: paid.operate('refund', 'accepted', wholly, cashRefund(500)),
  revoking: placed.operate('revocation', 'unknown'),
  revoked: placed.operate('revocation', 'accepted', { output: { success: true } }),
  failed: at('15'),
  needsPerson: at('13'),
}
const states = Object.keys(stories) as OrderStateName[]

it('each story leads to its state', () => {
  for (const state of states) assert.equal(stateOf(stories[state].order()), state)
})

const codes = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', '10', '11', '12', '13', '14', '15', '16', '99']

/** Every code to the same state, but for some. */
const all = (state: OrderStateName, but: Readonly<Record<string, OrderStateName>> = {}) =>
  Object.fromEntries(codes.map((code) => [code, but[code] ?? state]))

// Not yet settled: the center's status is what it is. 8 to 11 without a refund of ours are somebody else's (RULES 5).
const unsettled = (inProgress: OrderStateName) =>
  all('needsPerson', {
    '0': inProgress,
    '1': inProgress,
    '2': inProgress,
    '3': 'halfDone',
    '4': 'halfDone',
    '5': 'halfDone',
    '6': 'paid',
    '7': 'refunded',
    '12': 'revoked',
    '15': 'failed',
  })

/** What 6301 says -> the state it leads to. While an operation is open it decides, except that 6 is paid whatever is open. */
const observed: Readonly<Record<OrderStateName, Readonly<Record<string, OrderStateName>>>> = {
  new: all('new'),
  uploading: all('uploading', { '6': 'new' }),
  uploaded: unsettled('uploaded'),
  placing: all('placing', { '6': 'paid' }),
  pending: unsettled('cashPending'),
  cashPending: unsettled('cashPending'),
  // A part is paid: nobody pays again because a query forgets it.
  halfDone: unsettled('halfDone'),
  // What was settled or given back does not become unsettled by a query: a person.
  paid: all('needsPerson', { '6': 'paid', '7': 'refunded' }),
  queued: all('queued'),
  refunding: all('refunding'),
  // 6203 said that everything went back: where 6301 says that the cash did not, it is asked on.
  refunded: all('needsPerson', { '7': 'refunded', '8': 'refunding', '11': 'refunding' }),
  partlyRefunded: all('needsPerson', { '7': 'refunded', '10': 'partlyRefunded' }),
  revoking: all('revoking', { '6': 'paid' }),
  revoked: all('needsPerson', { '7': 'refunded', '12': 'revoked', '15': 'failed' }),
  failed: all('needsPerson', { '7': 'refunded', '12': 'revoked', '15': 'failed' }),
  // 13: the insurance was taken back and the cash is held, so it is not paid anew.
  needsPerson: all('needsPerson', { '6': 'paid', '7': 'refunded', '12': 'revoked', '15': 'failed' }),
}

describe('state x what 6301 says', () => {
  for (const state of states) {
    it(`${state}: ${codes.length} codes`, () => {
      const seen = codes.map((ordStas) => [
        ordStas,
        stateOf(stories[state].observe({ ordStas, ...mixedAmounts }).order()),
      ])
      assert.deepEqual(Object.fromEntries(seen), observed[state])
    })
  }
})

type Ends = Readonly<Record<OutcomeKind, OrderStateName>>

/** How an open operation ends -> the state it leads to. */
const ended: Readonly<Partial<Record<OrderStateName, Ends>>> = {
  uploading: { accepted: 'uploaded', declined: 'new', notSent: 'new', unknown: 'uploading', queued: 'queued' },
  placing: { accepted: 'cashPending', declined: 'uploaded', notSent: 'uploaded', unknown: 'placing', queued: 'queued' },
  queued: { accepted: 'refunded', declined: 'paid', notSent: 'paid', unknown: 'refunding', queued: 'queued' },
  refunding: { accepted: 'refunded', declined: 'paid', notSent: 'paid', unknown: 'refunding', queued: 'queued' },
  revoking: {
    accepted: 'revoked',
    declined: 'cashPending',
    notSent: 'cashPending',
    unknown: 'revoking',
    queued: 'queued',
  },
}

describe('state x how its open operation ends', () => {
  for (const [state, ends] of Object.entries(ended)) {
    it(state, () => {
      const story = stories[state as OrderStateName]
      const facts = state === 'queued' || state === 'refunding' ? wholly : { output }
      const seen = Object.keys(ends).map((outcome) => [
        outcome,
        stateOf(story.settle(outcome as OutcomeKind, facts).order()),
      ])
      assert.deepEqual(Object.fromEntries(seen), ends)
    })
  }
})

/** What begins -> the state while it runs. A query changes nothing, and a rebill is made of others. */
const begun: Readonly<Record<OrderVerb, OrderStateName | 'same'>> = {
  upload: 'uploading',
  placement: 'placing',
  bankPlacement: 'placing',
  cashierUrl: 'placing',
  refund: 'refunding',
  revocation: 'revoking',
  query: 'same',
  rebill: 'same',
  billLock: 'same',
  billBooking: 'same',
  billUnlock: 'same',
}

describe('state x what may begin', () => {
  for (const state of states) {
    it(`${state}: ${allowedVerbs[state].join(', ') || 'nothing'}`, () => {
      for (const verb of allowedVerbs[state]) {
        const expected = begun[verb] === 'same' ? state : begun[verb]
        assert.equal(stateOf(stories[state].operate(verb).order()), expected, verb)
      }
    })
  }
})

describe('state x everything else that is written', () => {
  const events: Readonly<Record<string, (story: Story) => Story>> = {
    'a payAuthNo': (story) => story.authorize('AUTH0001'),
    'a notice': (story) => story.notice(),
    'a booking': (story) => story.book(true),
    'a failed booking': (story) => story.book(false),
    'a call for a person': (story) => story.attend('day-end'),
    "a person's word": (story) => story.resolve('handled'),
  }
  for (const [event, happen] of Object.entries(events)) {
    it(`${event} changes no state`, () => {
      for (const state of states) assert.equal(stateOf(happen(stories[state]).order()), state, state)
    })
  }

  it('a refund made elsewhere needs a person until his word, then shows what the center says', () => {
    const elsewhere = paid.observe({ ordStas: '10', ...mixedAmounts })
    assert.equal(stateOf(elsewhere.order()), 'needsPerson')
    assert.equal(stateOf(elsewhere.resolve('handled').order()), 'partlyRefunded')
  })
})
