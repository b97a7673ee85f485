// Which state an order is in, what may be done there, and what the HIS is told to do next (RULES 4.2, 5).
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import { allowedVerbs, isPaid, nextOf, stateOf } from '../../../src/core/domain/order/order-state.ts'
import type { OrderVerb } from '../../../src/core/domain/order/entries.ts'
import type { Order } from '../../../src/core/domain/order/order.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  nothing,
  paid,
  payOrdId,
  placed,
  refundFacts,
  uploaded,
  type Story,
} from '../../support/order-entries.ts'

const said = (story: Story): readonly [string, string, boolean] => {
  const order = story.order()
  return [stateOf(order), nextOf(order), isPaid(order)]
}

describe('each ordStas of a placed order (RULES 5)', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['0', 'cashPending', 'payCash'],
    ['1', 'cashPending', 'payCash'],
    ['2', 'cashPending', 'payCash'],
    ['3', 'halfDone', 'wait'],
    ['4', 'halfDone', 'wait'],
    ['5', 'halfDone', 'wait'],
    ['6', 'paid', 'book'],
    ['7', 'refunded', 'none'],
    // 8 to 11 are not ours here: somebody refunded in the portal.
    ['8', 'needsPerson', 'person'],
    ['9', 'needsPerson', 'person'],
    ['10', 'needsPerson', 'person'],
    ['11', 'needsPerson', 'person'],
    ['12', 'revoked', 'upload'],
    ['13', 'needsPerson', 'person'],
    ['14', 'needsPerson', 'person'],
    ['15', 'failed', 'none'],
    ['16', 'needsPerson', 'person'],
    ['17', 'needsPerson', 'person'],
    ['99', 'needsPerson', 'person'],
    ['x', 'needsPerson', 'person'],
  ]
  for (const [ordStas, state, next] of rows) {
    it(`${ordStas}: ${state}, next ${next}`, () => {
      assert.deepEqual(said(at(ordStas)), [state, next, ordStas === '6'])
    })
  }
})

describe('8 to 11 reached by our own refund', () => {
  const success = { output: { refStatus: 'SUCC' } }
  it('10 needs nobody once it is booked, and stays so when 6301 says the same', () => {
    const story = paid.book(true).operate('refund', 'accepted', success, cashRefund(500))
    assert.deepEqual(said(story), ['partlyRefunded', 'none', false])
    assert.deepEqual(said(story.observe({ ordStas: '10', ...mixedAmounts })), ['partlyRefunded', 'none', false])
  })

  it('9 and 10 leave a settlement that is still to be booked (RULES 8.1)', () => {
    for (const cash of [500, 2_000]) {
      const story = paid.operate('refund', 'accepted', success, cashRefund(cash))
      assert.deepEqual(said(story), ['partlyRefunded', 'book', false])
      assert.deepEqual(said(story.book(false)), ['partlyRefunded', 'person', false])
      assert.deepEqual(said(story.book(true)), ['partlyRefunded', 'none', false])
    }
  })

  it('8 by EXP waits for the cash that the agent refunds; once that failed, somebody else has to (RULES 7.4)', () => {
    const story = paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } })
    assert.deepEqual(said(story), ['partlyRefunded', 'wait', false])
    const tried = story.operate('refund', 'declined', {}, { ...cashRefund(2_000), rule: '7.4' })
    assert.deepEqual(said(tried), ['partlyRefunded', 'refundCash', false])
  })

  it('8 by HI asks for the cash, whatever it was answered with', () => {
    for (const refStatus of ['SUCC', 'EXP']) {
      const hi = refundFacts({ refdType: 'HI', cashRefdFen: 0 })
      const story = paid.operate('refund', 'accepted', { output: { refStatus } }, hi)
      assert.deepEqual(said(story), ['partlyRefunded', 'refundCash', false], refStatus)
    }
  })

  it('observed while our refund is unknown is not held against somebody else', () => {
    const story = paid.operate('refund', 'unknown').observe({ ordStas: '7', ...mixedAmounts })
    assert.deepEqual(story.order().attention, [])
  })

  it('told by the answer to 6202 nobody of ours gave it back: a person, and nobody books (RULES 4.2, 5)', () => {
    for (const ordStas of ['8', '9', '10', '11']) {
      const story = uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas, ...mixedAmounts } })
      assert.deepEqual(said(story), ['needsPerson', 'person', false])
      assert.deepEqual(story.order().attention, ['refunded-elsewhere'])
      assert.deepEqual(said(story.observe({ ordStas, ...mixedAmounts })), ['needsPerson', 'person', false])
    }
  })

  it('and then another one needs a person', () => {
    const own = paid.operate('refund', 'accepted', success, cashRefund(500))
    assert.deepEqual(said(own.observe({ ordStas: '11', ...mixedAmounts })), ['needsPerson', 'person', false])
  })
})

describe('before and between', () => {
  const insured = { ...mixedAmounts, fundPay: '80.00', ownPayAmt: '0.00' }
  const rows: readonly (readonly [string, Story, string, string])[] = [
    ['nothing', nothing, 'new', 'upload'],
    ['an upload on its way', nothing.operate('upload'), 'uploading', 'wait'],
    ['an unknown upload', nothing.operate('upload', 'unknown'), 'uploading', 'wait'],
    ['an unknown upload for a person', nothing.operate('upload', 'unknown').attend('x'), 'uploading', 'person'],
    ['a declined upload', nothing.operate('upload', 'declined'), 'new', 'upload'],
    ['uploaded', uploaded, 'uploaded', 'authorize'],
    ['uploaded and authorised', uploaded.authorize('PA1'), 'uploaded', 'place'],
    ['a placement on its way', uploaded.operate('placement'), 'placing', 'wait'],
    ['an unknown placement', uploaded.operate('placement', 'unknown'), 'placing', 'wait'],
    ['a declined placement', uploaded.operate('placement', 'declined'), 'uploaded', 'authorize'],
    ['6205 without amounts', uploaded.operate('bankPlacement', 'accepted', { output: {} }), 'pending', 'wait'],
    ['a cashier URL', uploaded.operate('cashierUrl', 'accepted', { output: {} }), 'pending', 'wait'],
    ['an unknown refund', paid.operate('refund', 'unknown'), 'refunding', 'wait'],
    ['a declined refund', paid.operate('refund', 'declined'), 'paid', 'book'],
    ['a revocation on its way', placed.operate('revocation'), 'revoking', 'wait'],
    ['an unknown revocation for a person', placed.operate('revocation', 'unknown').attend('x'), 'revoking', 'person'],
    ['a revocation', placed.operate('revocation', 'accepted'), 'revoked', 'upload'],
  ]
  for (const [what, story, state, next] of rows) {
    it(`${what}: ${state}, next ${next}`, () => {
      assert.deepEqual(said(story).slice(0, 2), [state, next])
    })
  }

  it('placed without cash is pending, not paid (RULES 4.2)', () => {
    const story = uploaded.operate('placement', 'accepted', { output: { payOrdId, ordStas: '2', ...insured } })
    assert.deepEqual(said(story), ['pending', 'wait', false])
  })

  it('cash that the deposit covers is not waited for', () => {
    const output = { payOrdId, ordStas: '2', ...mixedAmounts, deposit: '20.00' }
    assert.equal(stateOf(uploaded.operate('placement', 'accepted', { output }).order()), 'pending')
  })

  it('an unknown placement that 6301 shows as 6 is paid at once, whatever else is open', () => {
    const story = uploaded.operate('placement', 'unknown').observe({ ordStas: '6', ...mixedAmounts })
    assert.deepEqual(said(story), ['paid', 'book', true])
  })
})

describe('what may be asked for', () => {
  const verbs: readonly OrderVerb[] = [
    'upload',
    'placement',
    'bankPlacement',
    'cashierUrl',
    'refund',
    'revocation',
    'rebill',
    'query',
  ]
  const table: Readonly<Record<string, readonly OrderVerb[]>> = {
    new: ['upload'],
    uploading: [],
    uploaded: ['placement', 'bankPlacement', 'cashierUrl', 'revocation', 'query'],
    placing: ['query'],
    pending: ['revocation', 'query'],
    cashPending: ['revocation', 'query'],
    halfDone: ['query'],
    paid: ['refund', 'rebill', 'query'],
    queued: ['query'],
    refunding: ['query'],
    refunded: ['query'],
    partlyRefunded: ['refund', 'query'],
    revoking: ['query'],
    revoked: ['upload', 'query'],
    failed: ['query'],
    needsPerson: ['query'],
  }
  for (const [state, allowed] of Object.entries(table)) {
    it(`${state}: ${allowed.length === 0 ? 'nothing' : allowed.join(', ')}`, () => {
      const given = allowedVerbs[state as keyof typeof allowedVerbs]
      assert.deepEqual(
        verbs.filter((verb) => given.includes(verb)),
        verbs.filter((verb) => allowed.includes(verb)),
      )
    })
  }

  it('every state is in the table', () => {
    assert.deepEqual(Object.keys(allowedVerbs).toSorted(), Object.keys(table).toSorted())
  })
})

describe('any story at all', () => {
  const outcomes = fc.constantFrom('accepted', 'declined', 'notSent', 'unknown', undefined)
  const codes = fc.oneof(fc.integer({ min: 0, max: 17 }).map(String), fc.constantFrom('', '99', 'x'))
  const output = codes.map((ordStas) => ({ payOrdId, payToken: 'T', ordStas, refStatus: 'SUCC', ...mixedAmounts }))
  const verbs = fc.constantFrom('upload', 'placement', 'bankPlacement', 'cashierUrl', 'refund', 'revocation')
  const step = fc.oneof(
    fc.tuple(verbs, outcomes, output).map(
      ([verb, outcome, facts]) =>
        (story: Story): Story =>
          story.operate(verb, outcome, outcome === undefined ? {} : { output: facts }),
    ),
    output.map(
      (facts) =>
        (story: Story): Story =>
          story.observe(facts),
    ),
    fc.constant((story: Story): Story => story.attend('test')),
  )
  const stories = fc.array(step, { maxLength: 12 }).map((steps) => steps.reduce((story, next) => next(story), nothing))

  it('never tells anybody to book unless a settlement stands: ordStas 6, or 9, 10 by our refund of cash (RULES 4.2, 8.1)', () => {
    const isOurs = ({ operations }: Order): boolean =>
      operations.some(({ intent, outcome }) => intent.verb === 'refund' && outcome !== undefined)
    fc.assert(
      fc.property(stories, (story) => {
        const order = story.order()
        if (nextOf(order) !== 'book' || order.ordStas === '6') return true
        return ['9', '10'].includes(order.ordStas ?? '') && isOurs(order)
      }),
      { numRuns: 20_000 },
    )
  })

  it('is paid at ordStas 6 and only there (RULES 4.2, I5)', () => {
    fc.assert(fc.property(stories, (story) => isPaid(story.order()) === (story.order().ordStas === '6')))
  })

  it('lets nobody refund what is not settled, nor revoke what is', () => {
    const settled = new Set(['6', '8', '9', '10', '11'])
    fc.assert(
      fc.property(stories, (story) => {
        const order = story.order()
        const allowed = allowedVerbs[stateOf(order)]
        if (allowed.includes('refund')) assert.ok(settled.has(order.ordStas ?? ''))
        if (allowed.includes('revocation')) assert.ok(['0', '1', '2'].includes(order.ordStas ?? ''))
      }),
      { numRuns: 2_000 },
    )
  })
})

it('an order that is refunded while its rebill waits for the new upload: wait, and none once that ended', () => {
  const refunded = paid.operate('rebill').operate('refund', 'accepted', { output: { refStatus: 'SUCC' } })
  assert.deepEqual(said(refunded), ['refunded', 'wait', false])
  const rebill = refunded.entries.find((entry) => entry.kind === 'intent' && entry.verb === 'rebill')
  assert.ok(rebill?.kind === 'intent')
  for (const outcome of ['unknown', 'accepted', 'declined'] as const) {
    assert.equal(nextOf(refunded.answer(rebill, outcome).order()), outcome === 'unknown' ? 'wait' : 'none')
  }
})
