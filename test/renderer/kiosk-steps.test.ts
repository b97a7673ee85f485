// The steps of the kiosk as a state machine, without a browser: what leads where, what a patient is told, and what staff is.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { KioskBill, KioskOrderView } from '../../src/contract/local-api/kiosk.ts'
import {
  advance,
  alertOf,
  bookWithinMs,
  phaseOf,
  settleWithinMs,
  troubleOfDamage,
  troubleOfDecode,
  troubleOfSearch,
  troubleOfStart,
  waitsForPatient,
  type KioskEvent,
  type KioskStep,
  type Paying,
} from '../../src/renderer/kiosk/kiosk-steps.ts'

const bill: KioskBill = {
  billId: 'B1',
  title: '门诊处方',
  department: '测试内科',
  amount: '100.00',
  time: '2026-11-21T09:00:00+08:00',
  payable: true,
  medOrgOrd: 'KS1',
  medType: '11',
  diagnoses: [],
  disease: '',
  lines: [],
}
const uploaded: KioskOrderView = {
  medOrgOrd: 'KS1',
  billId: 'B1',
  payOrdId: 'ORD1',
  state: 'uploaded',
  ordStas: '0',
  paid: false,
  next: 'authorize',
  legs: null,
  placedAt: '',
  cashDue: '0.00',
  depositExcess: '0.00',
  authorized: false,
  booking: 'waiting',
  receiptNo: '',
}
const taken: KioskBill = { ...bill, billId: 'B2', payable: false }

const play = (events: readonly KioskEvent[], from: KioskStep = { name: 'welcome' }): KioskStep =>
  events.reduce(advance, from)

const toBills: readonly KioskEvent[] = [
  { type: 'scanAsked' },
  { type: 'decoded', decodeOperationId: 'OP1' },
  { type: 'billsFound', view: { patient: { name: '测*甲' }, bills: [bill, taken] } },
]
const toPaying: readonly KioskEvent[] = [
  ...toBills,
  { type: 'billChosen', billId: 'B1' },
  { type: 'orderStarted', order: uploaded },
  { type: 'payAsked', way: 'order', byPhone: true, nowMs: 0 },
]

const paying = (change: Partial<KioskOrderView> = {}, more: Partial<Paying> = {}): Paying => {
  const step = play(toPaying)
  assert.equal(step.name, 'paying')
  return { ...step, order: { ...uploaded, ...change }, ...more }
}

const see = (order: Partial<KioskOrderView>, nowMs = 1_000, from: KioskStep = paying()): KioskStep =>
  advance(from, { type: 'orderSeen', order: { ...uploaded, ...order }, nowMs })

describe('the steps of the kiosk', () => {
  it('lead from the first page to paying', () => {
    assert.equal(play(toBills).name, 'bills')
    assert.equal(play(toPaying).name, 'paying')
  })

  it('a bill that is paid elsewhere cannot be chosen', () => {
    assert.equal(play([...toBills, { type: 'billChosen', billId: 'B2' }]).name, 'bills')
  })

  it('a late answer to a step that was left changes nothing', () => {
    const step = play([])
    assert.equal(advance(step, { type: 'orderSeen', order: uploaded, nowMs: 0 }), step)
    assert.equal(advance(step, { type: 'orderStarted', order: uploaded }), step)
  })

  it('paying waits for the phone, then places, then waits for the cash, then for the books', () => {
    assert.equal(phaseOf(paying()), 'authorize')
    assert.equal(phaseOf(paying({}, { byPhone: false })), 'place')
    assert.equal(phaseOf(paying({ authorized: true })), 'place')
    assert.equal(phaseOf(paying({ state: 'placing', authorized: true })), 'settling')
    assert.equal(phaseOf(paying({ state: 'cashPending' })), 'payCash')
    assert.equal(phaseOf(paying({ state: 'pending', ordStas: '2' })), 'checkPhone')
    assert.equal(phaseOf(paying({ state: 'halfDone' })), 'settling')
    assert.equal(phaseOf(paying({ state: 'pending' }, { address: 'https://cashier.example.test/' })), 'payAtAddress')
    assert.equal(phaseOf(paying({ state: 'paid', paid: true })), 'booking')
  })

  it('only a booked order is told as paid, and none as failed whose result nobody knows', () => {
    const outcomes = [
      [{ state: 'paid', paid: true, booking: 'booked' }, 'paid'],
      [{ state: 'paid', paid: true, booking: 'failed' }, 'unbooked'],
      [{ state: 'revoked', booking: 'released' }, 'unpaid'],
      [{ state: 'failed' }, 'unpaid'],
      [{ state: 'refunded' }, 'unpaid'],
      [{ state: 'needsPerson' }, 'unclear'],
      [{ state: 'partlyRefunded' }, 'unclear'],
    ] as const
    for (const [order, outcome] of outcomes) {
      const step = see(order)
      assert.equal(step.name === 'result' && step.outcome, outcome, JSON.stringify(order))
    }
    for (const state of ['uploaded', 'placing', 'pending', 'cashPending', 'halfDone', 'paid']) {
      assert.equal(see({ state, paid: state === 'paid' }).name, 'paying', state)
    }
  })

  it('a center that does not come to an end is given up after two minutes, for a person to look at', () => {
    const placing = see({ state: 'placing' }, 1_000)
    const still = see({ state: 'placing' }, 1_000 + settleWithinMs, placing)
    assert.equal(still.name, 'paying')
    const late = see({ state: 'placing' }, 1_001 + settleWithinMs, still)
    assert.equal(late.name === 'result' && late.outcome, 'unclear')
    assert.equal(alertOf(still, late), 'unclear')
  })

  it('a patient who takes his time on the phone is not given up by that clock', () => {
    assert.equal(see({ state: 'cashPending' }, settleWithinMs * 3, see({ state: 'cashPending' })).name, 'paying')
  })

  it('a HIS that does not write it down soon is told as paid, never as to be paid again', () => {
    const paid = see({ state: 'paid', paid: true, booking: 'booking' })
    const late = see({ state: 'paid', paid: true, booking: 'booking' }, 1_001 + bookWithinMs, paid)
    assert.equal(late.name === 'result' && late.outcome, 'unbooked')
  })

  it('trouble never hides what became of money', () => {
    const step = paying({ state: 'placing' })
    assert.equal(advance(step, { type: 'troubled', trouble: 'agentAway' }), step)
  })

  it('a fault of the machine forgets the patient; what he can mend himself brings him back', () => {
    const bills = play(toBills)
    assert.deepEqual(advance(bills, { type: 'troubled', trouble: 'billsAway' }), {
      name: 'fault',
      trouble: 'billsAway',
    })
    const starting = advance(bills, { type: 'billChosen', billId: 'B1' })
    const back = advance(starting, { type: 'troubled', trouble: 'billTaken' })
    assert.equal(back.name === 'bills' && back.trouble, 'billTaken')
    assert.deepEqual(play([{ type: 'scanAsked' }, { type: 'troubled', trouble: 'codeRefused' }]), {
      name: 'welcome',
      trouble: 'codeRefused',
    })
  })

  it('a typed code is looked up at once, and one that arrived damaged is told to the patient and to staff', () => {
    const typed = play([{ type: 'codeTyped' }])
    assert.deepEqual(typed, { name: 'searching', decodeOperationId: '' })
    assert.deepEqual(play([{ type: 'decoded', decodeOperationId: 'OP1' }], typed), {
      name: 'searching',
      decodeOperationId: 'OP1',
    })
    assert.equal(play([...toBills, { type: 'codeTyped' }]).name, 'bills')
    assert.equal(troubleOfDamage('too-long'), 'codeRefused')
    for (const reason of ['full-width', 'input-method'] as const) {
      const after = play([{ type: 'troubled', trouble: troubleOfDamage(reason) }])
      assert.deepEqual(after, { name: 'welcome', trouble: 'scanDamaged' })
      assert.equal(alertOf({ name: 'welcome' }, after), 'scanner')
    }
  })

  it('nobody is given up for standing still while a machine works', () => {
    assert.ok(waitsForPatient(paying()))
    assert.ok(waitsForPatient(paying({ state: 'cashPending' })))
    assert.ok(!waitsForPatient(paying({ state: 'placing' })))
    assert.ok(!waitsForPatient({ name: 'decoding' }))
    assert.ok(waitsForPatient(play(toBills)))
  })

  it('from the order page one goes back to the bills, from paying to an end', () => {
    const confirming = play([
      ...toBills,
      { type: 'billChosen', billId: 'B1' },
      { type: 'orderStarted', order: uploaded },
    ])
    assert.equal(advance(confirming, { type: 'orderLeft', order: uploaded }).name, 'bills')
    const left = advance(paying(), { type: 'orderLeft', order: { ...uploaded, state: 'revoked' } })
    assert.equal(left.name === 'result' && left.outcome, 'unpaid')
  })

  it('codes mean the same to a patient wherever he is; what is unknown is never his fault', () => {
    assert.equal(troubleOfDecode('DECODE_REFUSED'), 'codeRefused')
    assert.equal(troubleOfDecode('AGENT_AWAY'), 'agentAway')
    assert.equal(troubleOfDecode('SOMETHING_NEW'), 'scannerDown')
    assert.equal(troubleOfSearch('SOMETHING_NEW'), 'billsAway')
    assert.equal(troubleOfStart('BILL_UNAVAILABLE'), 'billTaken')
    assert.equal(troubleOfStart('SOMETHING_NEW'), 'notPayableHere')
  })
})
