// The table of RULES 3.5, row by row: what 6301 must say, and when, for an unknown outcome to end.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { statusesAfterRefund } from '../../../src/core/domain/order/center-status.ts'
import type { RefundType } from '../../../src/core/domain/order/entries.ts'
import {
  confirmsRefund,
  settleBankPlacement,
  settlePlacement,
  settleRefund,
  settleRevocation,
  type AskedRefund,
  type Verdict,
} from '../../../src/core/domain/order/settle.ts'

const every = Array.from({ length: 18 }, (_, code) => String(code))
const others = (known: readonly string[]): string[] => every.filter((ordStas) => !known.includes(ordStas))
const both = [false, true]

/** The verdict in one word; a person with the reason. */
const word = (verdict: Verdict): string => (verdict.kind === 'person' ? `person: ${verdict.reason}` : verdict.kind)

describe('6202', () => {
  const place = (ordStas: string, late: boolean, refused = false): string =>
    word(settlePlacement({ ordStas, late }, refused))

  it('2 to 6: accepted, early or late, refused or not: the center holds it for its payer, or settles it', () => {
    for (const ordStas of ['2', '3', '4', '5', '6']) {
      for (const late of both) for (const refused of both) assert.equal(place(ordStas, late, refused), 'accepted')
    }
  })

  it('0 or 1: waits; after the processing time, or with an unsigned refusal on record, declined', () => {
    for (const ordStas of ['0', '1']) {
      assert.equal(place(ordStas, false), 'wait')
      assert.equal(place(ordStas, true), 'declined')
      assert.equal(place(ordStas, false, true), 'declined')
    }
  })

  it('12 and 15: declined, nothing is held', () => {
    for (const ordStas of ['12', '15']) assert.equal(place(ordStas, false), 'declined')
  })

  it('what was seen settled meanwhile was placed, whatever became of it since', () => {
    for (const ordStas of every) {
      assert.equal(word(settlePlacement({ ordStas, late: false }, false, true)), 'accepted')
    }
  })

  it('anything else: a person', () => {
    for (const ordStas of others(['0', '1', '2', '3', '4', '5', '6', '12', '15'])) {
      assert.equal(place(ordStas, true), 'person: unexpected-status', ordStas)
    }
  })
})

describe('6205', () => {
  const place = (ordStas: string, late: boolean): string => word(settleBankPlacement({ ordStas, late }))

  it('0, 1 or 2: declined at once, "no address": the URL never comes back', () => {
    for (const ordStas of ['0', '1', '2']) {
      for (const late of both) assert.equal(place(ordStas, late), 'declined')
    }
    assert.deepEqual(settleBankPlacement({ ordStas: '2', late: false }), { kind: 'declined', reason: 'no address' })
  })

  it('3 and above: as 6202', () => {
    for (const ordStas of others(['0', '1', '2'])) {
      for (const late of both) assert.equal(place(ordStas, late), word(settlePlacement({ ordStas, late }, false)))
    }
  })
})

/** A refund of the whole of the cash, where it is one of cash, of an order with cash. */
const asked = (refdType: RefundType, before: string, change: Partial<AskedRefund> = {}): AskedRefund => ({
  refdType,
  before,
  leadsTo: statusesAfterRefund(refdType, before, { isWhole: true, noCash: false }),
  said: '',
  noCash: false,
  ...change,
})

const refund = (ordStas: string, type: RefundType, before: string, late = false): string =>
  word(settleRefund({ ordStas, late }, asked(type, before)))

describe('6203 ALL, HI', () => {
  it('where the refund leads to: done', () => {
    for (const [type, before, ordStas] of [
      ['ALL', '6', '7'],
      ['HI', '6', '8'],
      ['HI', '9', '7'],
      ['HI', '10', '11'],
    ] as const) {
      assert.equal(refund(ordStas, type, before), 'accepted', `${type} from ${before} to ${ordStas}`)
    }
  })

  it('still as before: waits, then not refunded: the same appRefdSn may be sent again (RULES 2.3)', () => {
    for (const type of ['ALL', 'HI'] as const) {
      assert.equal(refund('6', type, '6', false), 'wait')
      assert.equal(refund('6', type, '6', true), 'notSent')
    }
  })

  it('anything else, and what only a refund of somebody else leads to: a person', () => {
    for (const ordStas of others(['6', '7', '8']))
      assert.equal(refund(ordStas, 'ALL', '6'), 'person: unexpected-status')
    for (const ordStas of others(['6', '8'])) assert.equal(refund(ordStas, 'HI', '6'), 'person: unexpected-status')
  })

  it('without cash 7 and 8 are the same', () => {
    const leadsTo = statusesAfterRefund('HI', '6', { isWhole: true, noCash: true })
    for (const ordStas of ['7', '8']) {
      const verdict = settleRefund({ ordStas, late: false }, asked('HI', '6', { leadsTo, noCash: true }))
      assert.equal(verdict.kind, 'accepted')
    }
  })

  it('without cash an ALL at 8 is done, whatever was answered', () => {
    for (const said of ['', 'SUCC', 'EXP'] as const) {
      assert.equal(
        word(settleRefund({ ordStas: '8', late: false }, asked('ALL', '6', { said, noCash: true }))),
        'accepted',
      )
    }
  })
})

describe('6203 CASH', () => {
  const part = (ordStas: string, before: string): string => {
    const leadsTo = statusesAfterRefund('CASH', before, { isWhole: false, noCash: false })
    return word(settleRefund({ ordStas, late: false }, asked('CASH', before, { leadsTo })))
  }

  it('all of it, from 6 to 9: done; a part, from 6 to 10', () => {
    assert.equal(refund('9', 'CASH', '6'), 'accepted')
    assert.equal(part('10', '6'), 'accepted')
  })

  it('all of it, from 8, after EXP, to 7: done; a part, from 8 to 11', () => {
    assert.equal(refund('7', 'CASH', '8'), 'accepted')
    assert.equal(part('11', '8'), 'accepted')
  })

  it('more or less than was asked for went back: a person', () => {
    for (const [ordStas, before] of [
      ['9', '6'],
      ['7', '8'],
    ] as const) {
      assert.equal(part(ordStas, before), 'person: unexpected-status')
    }
    assert.equal(refund('10', 'CASH', '6'), 'person: unexpected-status')
  })

  it('still as before: waits, then a person: 6301 names no refund', () => {
    for (const before of ['6', '8']) {
      assert.equal(refund(before, 'CASH', before, false), 'wait')
      assert.equal(refund(before, 'CASH', before, true), 'person: cash-refund-unclear')
    }
  })

  it('already 9, 10 or 11 before: whatever 6301 says, a person decides', () => {
    for (const before of ['9', '10', '11']) {
      for (const ordStas of every) assert.equal(refund(ordStas, 'CASH', before, true), 'person: cash-refund-unclear')
      assert.equal(refund('9', 'CASH', before, false), 'wait')
    }
  })

  it('a state that cash alone does not lead to: a person', () => {
    for (const ordStas of ['7', '8', '11', '12', '13']) {
      assert.equal(refund(ordStas, 'CASH', '6'), 'person: unexpected-status')
    }
  })
})

describe('6203: what was asked for, what it answered, where the order stood and where it stands (RULES 3.5, 3.7, 5, 7.4)', () => {
  type Said = AskedRefund['said']
  const unclear = 'person: cash-refund-unclear'
  const early = (verdict: string): [string, string] => [verdict, verdict]
  const notRefunded: [string, string] = ['wait', 'notSent']
  /** By the status it stands at: the verdict, and the one after the processing time. Any other status is somebody else's doing. */
  const law: readonly (readonly [RefundType, readonly Said[], string, Readonly<Record<string, [string, string]>>])[] = [
    // On its way to 7, or the cash stayed: only time tells, or the center itself.
    ['ALL', [''], '6', { '6': notRefunded, '7': early('accepted'), '8': ['wait', 'accepted'] }],
    ['ALL', ['SUCC'], '6', { '6': notRefunded, '7': early('accepted'), '8': ['wait', unclear] }],
    ['ALL', ['EXP'], '6', { '6': notRefunded, '7': early('accepted'), '8': early('accepted') }],
    ['HI', ['', 'SUCC', 'EXP'], '6', { '6': notRefunded, '8': early('accepted') }],
    ['HI', ['', 'SUCC', 'EXP'], '9', { '9': notRefunded, '7': early('accepted') }],
    ['HI', ['', 'SUCC', 'EXP'], '10', { '10': notRefunded, '11': early('accepted') }],
    ['CASH', ['', 'SUCC'], '6', { '6': ['wait', unclear], '9': early('accepted') }],
    ['CASH', ['', 'SUCC'], '8', { '8': ['wait', unclear], '7': early('accepted') }],
    ['CASH', ['', 'SUCC'], '13', { '13': ['wait', unclear], '7': early('accepted') }],
    ['CASH', ['', 'SUCC'], '16', { '16': ['wait', unclear], '9': early('accepted') }],
    // What was refused led nowhere, and where it would have led somebody else was.
    ['ALL', ['FAIL'], '6', { '6': early('declined') }],
    ...['6', '9', '10'].map((before) => ['HI', ['FAIL'], before, { [before]: early('declined') }] as const),
    ...['6', '8', '13', '16'].map((before) => ['CASH', ['FAIL'], before, { [before]: early('declined') }] as const),
    // One part more of the cash no status tells.
    ...['10', '11'].map(
      (before) =>
        [
          'CASH',
          ['', 'SUCC', 'FAIL'],
          before,
          Object.fromEntries(every.map((ordStas): [string, [string, string]] => [ordStas, ['wait', unclear]])),
        ] as const,
    ),
  ]
  for (const [refdType, answers, before, verdicts] of law) {
    for (const said of answers) {
      it(`${refdType} from ${before}, answered ${said === '' ? 'nothing' : said}`, () => {
        for (const ordStas of every) {
          const told = both.map((late) => word(settleRefund({ ordStas, late }, asked(refdType, before, { said }))))
          assert.deepEqual(told, verdicts[ordStas] ?? early('person: unexpected-status'), ordStas)
        }
      })
    }
  }

  it('an idempotent center is asked again only where nothing was answered: the answer would be the same', () => {
    const verdict = (said: Said, before: string): string =>
      word(settleRefund({ ordStas: before, late: true }, asked('CASH', before, { said }), true))
    assert.deepEqual([verdict('', '6'), verdict('', '10')], ['notSent', 'notSent'])
    assert.deepEqual([verdict('SUCC', '6'), verdict('SUCC', '10'), verdict('FAIL', '10')], [unclear, unclear, unclear])
  })
})

describe('6401', () => {
  const revoke = (ordStas: string, late: boolean): string => word(settleRevocation({ ordStas, late }))

  it('12: done; 13: a person, for the cash is still held', () => {
    for (const late of both) {
      assert.equal(revoke('12', late), 'accepted')
      assert.equal(revoke('13', late), 'person: cash-still-held')
    }
  })

  it('0, 1, 2: waits, then it did not happen', () => {
    for (const ordStas of ['0', '1', '2']) {
      assert.equal(revoke(ordStas, false), 'wait')
      assert.equal(revoke(ordStas, true), 'notSent')
    }
  })

  it('3 to 6: somebody paid, so it was not revoked', () => {
    for (const ordStas of ['3', '4', '5', '6']) {
      for (const late of both) assert.equal(revoke(ordStas, late), 'declined')
    }
  })

  it('anything else: waits, then a person', () => {
    for (const ordStas of others(['0', '1', '2', '3', '4', '5', '6', '12', '13'])) {
      assert.equal(revoke(ordStas, false), 'wait')
      assert.equal(revoke(ordStas, true), 'person: revocation-unclear')
    }
  })
})

describe('a success of 6203 over plain HTTP (RULES 3.7)', () => {
  it('is confirmed by the states the refund leads to, and by no other', () => {
    const confirming: readonly (readonly [RefundType, string, string, readonly string[]])[] = [
      ['ALL', '6', 'SUCC', ['7']],
      ['ALL', '6', 'EXP', ['7', '8', '11']],
      ['HI', '6', 'SUCC', ['7', '8', '11']],
      ['CASH', '6', 'SUCC', ['9', '10']],
      ['CASH', '8', 'SUCC', ['7', '9', '10', '11']],
      // One part more, which the status does not tell, it cannot confirm.
      ['CASH', '10', 'SUCC', ['7', '9']],
      ['CASH', '11', 'SUCC', ['7', '9']],
    ]
    for (const [type, before, refStatus, states] of confirming) {
      const confirmed = every.filter((ordStas) => confirmsRefund(ordStas, asked(type, before), refStatus))
      assert.deepEqual(confirmed.toSorted(), states.toSorted(), `${type} ${refStatus} from ${before}`)
    }
  })
})
