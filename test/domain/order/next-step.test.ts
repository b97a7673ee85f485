// The one next step of an order and when it is due (RULES 3.5, 4.6, 4.7, 5, 7.4, 8.2), and the waits it is judged by.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  nextStepOf,
  type NextStep,
  type StepContext,
  type StepSettings,
} from '../../../src/core/domain/order/next-step.ts'
import type { Moment, Order } from '../../../src/core/domain/order/order.ts'
import { nextTimeOfDay, parseTimeOfDay, timeOfDayMs } from '../../../src/core/domain/time/shanghai-time.ts'
import { defaultOrderSettings } from '../../../src/main/wiring/settings-of-config.ts'
import { createOrderWaits } from '../../../src/main/usecases/base/order-waits.ts'
import {
  at,
  cashRefund,
  mixedAmounts,
  nothing,
  paid,
  placed,
  refundFacts,
  uploaded,
  type Story,
} from '../../support/order-entries.ts'

const settings: StepSettings = defaultOrderSettings
const secondMs = 1_000
const minuteMs = 60_000
const hourMs = 3_600_000

/** Noon in Shanghai: far from the end of the day. */
const noonMs = Date.parse('2026-01-05T12:00:00+08:00')

const context = (elapsedMs: number, change: Partial<StepContext> = {}): StepContext => ({
  nowMs: noonMs + elapsedMs,
  waited: () => ({ elapsedMs, seenMs: elapsedMs }),
  lastQuery: undefined,
  isRunning: () => false,
  ...change,
})

/** The order, everything of which happened at noon. */
const atNoon = (story: Story): Order => {
  const order = story.order()
  const move = (moment: Moment | undefined): Moment | undefined => moment && { ...moment, atMs: noonMs }
  return {
    ...order,
    placedAt: move(order.placedAt),
    uploadedAt: move(order.uploadedAt),
    payerPaidAt: move(order.payerPaidAt),
  }
}

const stepAfter = (story: Story, elapsedMs: number, change: Partial<StepContext> = {}, more = settings): NextStep =>
  nextStepOf(atNoon(story), context(elapsedMs, change), more)

const askedAgo = (agoMs: number, elapsedMs: number): Partial<StepContext> => ({
  lastQuery: { agoMs, atMs: noonMs + elapsedMs - agoMs },
})

describe('the query schedule (RULES 4.6)', () => {
  it('asks at 20 s, every 5 s to 80 s, then after 30 s, 1 min and every 5 min', () => {
    const asked: number[] = []
    let nowMs = 0
    let lastMs: number | undefined
    while (asked.length < 17) {
      const ago = lastMs === undefined ? {} : askedAgo(nowMs - lastMs, nowMs)
      const step = stepAfter(placed, nowMs, ago)
      assert.ok(step.kind === 'query')
      nowMs += step.inMs
      lastMs = nowMs
      asked.push(nowMs / secondMs)
    }
    assert.deepEqual(asked, [20, 25, 30, 35, 40, 45, 50, 55, 60, 65, 70, 75, 80, 110, 170, 470, 770])
  })

  it('a clock set back or forward while the agent runs neither stalls nor hurries it', () => {
    let monotonicMs = 0
    let wallMs = noonMs
    const waits = createOrderWaits({ monotonicMs: () => monotonicMs, wallMs: () => wallMs })
    const moment = { seq: 7, atMs: noonMs }
    assert.deepEqual(waits.waited(moment), { elapsedMs: 0, seenMs: 0 })
    for (const jumpMs of [-24 * hourMs, 48 * hourMs, -3 * hourMs]) {
      wallMs += jumpMs
      monotonicMs += 10_000
      assert.equal(waits.waited(moment).elapsedMs, monotonicMs)
      assert.equal(waits.waited(moment).seenMs, monotonicMs)
    }
  })

  it('after a restart it goes on where the wall clock says, and "late" counts from the restart', () => {
    let monotonicMs = 5_000
    const waits = createOrderWaits({ monotonicMs: () => monotonicMs, wallMs: () => noonMs + 60_000 })
    assert.deepEqual(waits.waited({ seq: 7, atMs: noonMs }), { elapsedMs: 60_000, seenMs: 0 })
    monotonicMs += 1_000
    assert.deepEqual(waits.waited({ seq: 7, atMs: noonMs }), { elapsedMs: 61_000, seenMs: 1_000 })
    // A clock that was set back meanwhile: the schedule begins anew rather than waiting for the clock.
    assert.equal(waits.waited({ seq: 8, atMs: noonMs + hourMs }).elapsedMs, 0)
  })

  it('by bank card and 收银台 the schedule starts when the payer paid; before, a slow poll until the address expires', () => {
    const bank = uploaded.operate('bankPlacement', 'accepted', { output: {} })
    assert.deepEqual(stepAfter(bank, 0), { kind: 'query', inMs: 30 * secondMs })
    assert.deepEqual(stepAfter(bank, 60 * secondMs, askedAgo(10 * secondMs, 60 * secondMs)), {
      kind: 'query',
      inMs: 20 * secondMs,
    })
    assert.equal(stepAfter(bank, 16 * minuteMs).kind, 'revoke', 'then nobody pays any more')
    assert.deepEqual(stepAfter(bank.notice(), 0), { kind: 'query', inMs: 20 * secondMs })
  })

  it('an order that rests is left alone', () => {
    for (const story of [paid, at('7'), at('12'), at('15'), nothing.operate('upload', 'declined')]) {
      assert.equal(stepAfter(story, hourMs).kind, 'rest')
    }
  })

  it('one that stands on the list that needs a person is left alone, unless the reason does not stop it', () => {
    assert.equal(stepAfter(placed.attend('day-end'), hourMs).kind, 'rest')
    assert.equal(stepAfter(placed.attend('a reason of a later version'), hourMs).kind, 'rest')
    assert.equal(stepAfter(placed.attend('notice-differs'), hourMs).kind, 'query')
  })
})

describe('an answer that is signed and does not say enough (6401 without data)', () => {
  it('has 6301 asked at once, once; then by the schedule', () => {
    const unclear = uploaded.operate('revocation', 'unknown', { reason: 'data is no object', isAnswered: true })
    const own = { ...settings, dayEndMs: undefined }
    assert.deepEqual(stepAfter(unclear, secondMs, {}, own), { kind: 'query', inMs: 0 })
    assert.deepEqual(stepAfter(unclear, secondMs, askedAgo(minuteMs, secondMs), own), { kind: 'query', inMs: 0 })
    assert.deepEqual(stepAfter(unclear, 2 * secondMs, askedAgo(secondMs, 2 * secondMs), own), {
      kind: 'query',
      inMs: 18 * secondMs,
    })
    const lost = uploaded.operate('revocation', 'unknown', { reason: 'ECONNRESET' })
    assert.deepEqual(stepAfter(lost, secondMs, {}, own), { kind: 'query', inMs: 19 * secondMs })
  })
})

describe('an order at 2 whose amounts were lost with the answer to 6202 (RULES 3.5)', () => {
  const lost = uploaded
    .operate('placement', 'unknown')
    .observe({ ordStas: '2' })
    .settle('accepted', { output: { ordStas: '2' }, settledByQuery: true })
  const asked = (elapsedMs: number): Partial<StepContext> => askedAgo(secondMs, elapsedMs)

  it('is asked about as any other, and after ten minutes a person is called, once', () => {
    assert.equal(stepAfter(lost, minuteMs, asked(minuteMs)).kind, 'query')
    assert.deepEqual(stepAfter(lost, 10 * minuteMs, asked(10 * minuteMs)), {
      kind: 'callPerson',
      inMs: 0,
      reason: 'placed-without-amounts',
    })
    assert.equal(stepAfter(lost, 10 * minuteMs).kind, 'query', 'after a restart 6301 first')
    const called = lost.attend('placed-without-amounts')
    assert.equal(stepAfter(called, 11 * minuteMs, asked(11 * minuteMs)).kind, 'query')
    assert.equal(stepAfter(called.resolve('handled'), 11 * minuteMs, asked(11 * minuteMs)).kind, 'query')
  })

  it('is taken back when nobody pays; one whose amounts are known never calls for this', () => {
    const called = lost.attend('placed-without-amounts')
    assert.equal(stepAfter(called, 2 * hourMs, asked(2 * hourMs)).kind, 'revoke')
    const known = lost.observe({ ordStas: '2', ...mixedAmounts })
    assert.equal(stepAfter(known, 10 * minuteMs, asked(10 * minuteMs)).kind, 'query')
  })
})

describe('the numbers of a settlement, which 6202 does not name', () => {
  const withHis = { ...settings, billRetriesMs: [0] }
  const settled = (story: Story): Story =>
    story.operate('placement', 'accepted', { output: { ordStas: '6', ...mixedAmounts } })
  const ofKiosk = settled(uploaded.operate('billLock', 'accepted'))

  it("are asked for in the schedule's dense part, and no longer; by an agent that was away then, once", () => {
    const story = settled(uploaded)
    assert.deepEqual(stepAfter(story, 0), { kind: 'query', inMs: 20 * secondMs })
    assert.equal(stepAfter(story, 81 * secondMs, askedAgo(secondMs, 81 * secondMs)).kind, 'rest')
    assert.deepEqual(stepAfter(story, hourMs), { kind: 'query', inMs: 0 }, 'nobody has asked since it was placed')
    assert.equal(stepAfter(story, hourMs, askedAgo(0, hourMs)).kind, 'rest')
    assert.equal(stepAfter(paid, 0).kind, 'rest', '6301 has named them')
  })

  it('with no amounts either are asked for at once, and until they are there (RULES 4.8)', () => {
    const bare = uploaded.operate('placement', 'accepted', { output: { ordStas: '6' } })
    assert.deepEqual(stepAfter(bare, secondMs), { kind: 'query', inMs: 0 })
    assert.equal(stepAfter(bare, hourMs, askedAgo(minuteMs, hourMs)).kind, 'query')
    assert.equal(stepAfter(bare.observe({ ordStas: '6', ...mixedAmounts }), hourMs).kind, 'rest')
  })

  it("of a kiosk's bill until they are there, for it is booked by them; at the day's end a person (RULES 8.3)", () => {
    assert.deepEqual(stepAfter(ofKiosk, secondMs), { kind: 'query', inMs: 0 }, 'the patient waits')
    const before = askedAgo(minuteMs, secondMs)
    assert.deepEqual(stepAfter(ofKiosk, secondMs, before), { kind: 'query', inMs: 0 }, 'asked before it was placed')
    assert.deepEqual(stepAfter(ofKiosk, 2 * secondMs, askedAgo(secondMs, 2 * secondMs)), {
      kind: 'query',
      inMs: 18 * secondMs,
    })
    const later = askedAgo(0, 80 * secondMs)
    assert.deepEqual(stepAfter(ofKiosk, 80 * secondMs, later), { kind: 'query', inMs: 30 * secondMs })
    const over = { lastQuery: { agoMs: 0, atMs: noonMs + 11.5 * hourMs } }
    assert.deepEqual(stepAfter(ofKiosk, 11.5 * hourMs, over), { kind: 'endOfDay' })
    assert.equal(stepAfter(ofKiosk.attend('day-end'), hourMs).kind, 'rest')
    const booked = ofKiosk.book(true)
    assert.equal(stepAfter(booked, hourMs, askedAgo(minuteMs, hourMs)).kind, 'rest', 'booked by somebody else')
    assert.equal(stepAfter(ofKiosk.observe({ ordStas: '6', ...mixedAmounts }), 0, {}, withHis).kind, 'bookBill')
  })
})

describe("the day's end (RULES 4.6)", () => {
  const endMs = 23.5 * hourMs
  const lateInTheDay = (story: Story, change: Partial<StepContext>): NextStep =>
    stepAfter(story, 11.5 * hourMs, change, { ...settings, abandonAfterMs: 48 * hourMs })

  it('is 23:30 in Shanghai, wherever the PC thinks it is', () => {
    assert.equal(timeOfDayMs(Date.parse('2026-01-05T15:30:00Z')), endMs)
    assert.equal(nextTimeOfDay(noonMs, endMs), Date.parse('2026-01-05T15:30:00Z'))
    assert.equal(nextTimeOfDay(Date.parse('2026-01-05T15:31:00Z'), endMs), Date.parse('2026-01-06T15:30:00Z'))
    assert.equal(parseTimeOfDay('23:30'), endMs)
    assert.equal(parseTimeOfDay('24:00'), undefined)
  })

  it('no query waits beyond it', () => {
    const step = stepAfter(placed, 11.5 * hourMs - secondMs, askedAgo(secondMs, 11.5 * hourMs - secondMs), {
      ...settings,
      abandonAfterMs: 48 * hourMs,
    })
    assert.deepEqual(step, { kind: 'query', inMs: secondMs })
  })

  it('asks one last time, then it is a person', () => {
    const before = { lastQuery: { agoMs: minuteMs, atMs: noonMs + 11.4 * hourMs } }
    assert.deepEqual(lateInTheDay(placed, before), { kind: 'query', inMs: 0 })
    const after = { lastQuery: { agoMs: 0, atMs: noonMs + 11.5 * hourMs } }
    assert.deepEqual(lateInTheDay(placed, after), { kind: 'endOfDay' })
  })

  it('an agent that was off at that time does the same when it is on again', () => {
    assert.deepEqual(lateInTheDay(placed, {}), { kind: 'query', inMs: 0 })
  })
})

describe('abandoned orders (RULES 4.7)', () => {
  it('an upload is taken back two hours after it was asked for', () => {
    assert.deepEqual(stepAfter(uploaded, 0), { kind: 'revoke', inMs: 2 * hourMs })
    assert.deepEqual(stepAfter(uploaded, 2 * hourMs), { kind: 'revoke', inMs: 0 })
  })

  it('not in the first minutes of a run, whatever the wall clock says of the time before', () => {
    const jumped = { waited: () => ({ elapsedMs: 9 * hourMs, seenMs: 0 }) }
    assert.deepEqual(stepAfter(uploaded, 9 * hourMs, jumped), { kind: 'revoke', inMs: settings.processingMs })
  })

  it('one that led nowhere is tried again no sooner than the schedule asks, and not once staff is told', () => {
    const failed = askedAgo(secondMs, 3 * hourMs)
    assert.deepEqual(stepAfter(uploaded, 3 * hourMs, failed), { kind: 'revoke', inMs: 4 * secondMs })
    assert.equal(stepAfter(uploaded.attend('revocation-failed'), 3 * hourMs).kind, 'rest')
  })

  it('once: what was tried is not tried again', () => {
    const tried = uploaded.operate('revocation', 'declined', {}, { ordStasBefore: '0', rule: '4.7' })
    assert.equal(stepAfter(tried, 3 * hourMs).kind, 'rest')
    assert.equal(stepAfter(tried.operate('revocation', 'accepted').operate('upload', 'accepted'), 0).kind, 'revoke')
  })
})

describe('refunds by rule', () => {
  const exp = paid.operate('refund', 'accepted', { output: { refStatus: 'EXP' } })

  it('EXP: CASH, never ALL, once (RULES 7.4)', () => {
    assert.deepEqual(stepAfter(exp, 0), { kind: 'refund', inMs: 0, rule: '7.4', refdType: 'CASH' })
    for (const outcome of ['declined', 'accepted'] as const) {
      const tried = exp.operate('refund', outcome, {}, { ...cashRefund(2_000), rule: '7.4' })
      assert.equal(stepAfter(tried, hourMs).kind, 'rest')
    }
  })

  it('8 by our own HI, or by somebody else, is nobody who asked for the cash', () => {
    for (const refStatus of ['SUCC', 'EXP']) {
      const byHi = paid.operate('refund', 'accepted', { output: { refStatus } }, refundFacts({ refdType: 'HI' }))
      assert.equal(stepAfter(byHi, 0).kind, 'rest', refStatus)
    }
    assert.equal(stepAfter(at('8'), 0).kind, 'rest')
  })

  it('16: by default, never what stood there before the rule was in force; 13: never (RULES 5)', () => {
    assert.deepEqual(stepAfter(at('16'), 0), { kind: 'refund', inMs: 0, rule: '5', refdType: 'CASH' })
    assert.equal(stepAfter(at('16'), 0, {}, { ...settings, cashRefundOn16: 'person' }).kind, 'rest')
    const later = { ...settings, cashRefundOn16AfterSeq: at('16').order().lastSeq }
    assert.equal(stepAfter(at('16'), 0, {}, later).kind, 'rest', 'it stood at 16 before the rule was in force')
    assert.equal(stepAfter(at('13'), 0).kind, 'rest')
  })

  it('a failed booking: only when the hospital says so and the token may refund (RULES 8.2)', () => {
    const auto = { ...settings, onBookingFailed: 'refund' as const }
    assert.equal(stepAfter(paid.book(false, true), 0).kind, 'rest')
    assert.equal(stepAfter(paid.book(false, false), 0, {}, auto).kind, 'rest')
    assert.equal(stepAfter(paid.book(true, true), 0, {}, auto).kind, 'rest')
    assert.equal(stepAfter(paid.book(false, true), 0, {}, auto).kind, 'refund')
  })

  it('what a person has dealt with, or could not be authorised, is not begun', () => {
    assert.equal(stepAfter(exp.resolve('handled'), 0).kind, 'rest')
    assert.equal(stepAfter(exp.attend('refund-unauthorised'), 0).kind, 'rest')
  })

  it('one that got no answer is tried again no sooner than the schedule asks', () => {
    const step = stepAfter(exp, 0, askedAgo(2 * secondMs, 2 * secondMs))
    assert.deepEqual(step, { kind: 'refund', inMs: 3 * secondMs, rule: '7.4', refdType: 'CASH' })
  })
})

describe('what is under way comes first', () => {
  it('an operation without an outcome that nobody is sending is written down as unknown', () => {
    const crashed = placed.operate('revocation')
    assert.equal(stepAfter(crashed, 0).kind, 'recordAbandoned')
    assert.equal(stepAfter(crashed, 0, { isRunning: () => true }).kind, 'query', 'one that runs is asked about')
  })

  it('an upload of unknown outcome is sent again, unless a person has it', () => {
    const unknown = nothing.operate('upload', 'unknown')
    const step = stepAfter(unknown, 0)
    assert.deepEqual([step.kind, 'inMs' in step && step.inMs], ['resendUpload', settings.uploadRepeatAfterMs])
    assert.equal(stepAfter(unknown.attend('upload-unclear'), 0).kind, 'rest')
  })

  it('what waits for the center goes before any schedule, the oldest first', () => {
    const waiting = paid
      .operate('refund', 'queued', {}, { ...cashRefund(500), queue: true })
      .operate('refund', 'queued', {}, { ...cashRefund(700), queue: true })
    const step = stepAfter(waiting, 0)
    assert.ok(step.kind === 'sendQueued')
    assert.equal(step.operation.intent.operationId, 'op-3')
  })

  it('but nothing is sent while something is unknown', () => {
    const both = paid
      .operate('refund', 'queued', {}, { ...cashRefund(500), queue: true })
      .operate('refund', 'unknown', {}, cashRefund(700))
    assert.equal(stepAfter(both, 0).kind, 'query')
  })
})

describe('the end of the day, for what was placed lately or handled (RULES 4.6)', () => {
  const endMs = parseTimeOfDay('23:30') ?? 0
  const startOfDayMs = Date.parse('2026-01-05T00:00:00+08:00')
  const dayEnds = startOfDayMs + endMs
  /** Placed so long before the end of the day. */
  const placedBefore = (agoMs: number, story = placed): Order => {
    const order = story.order()
    return { ...order, placedAt: { seq: order.placedAt?.seq ?? 0, atMs: dayEnds - agoMs } }
  }
  const stepAt = (order: Order, afterEndMs: number, askedAfterEndMs: number, agoMs: number): NextStep =>
    nextStepOf(
      order,
      context(agoMs + afterEndMs, {
        nowMs: dayEnds + afterEndMs,
        lastQuery: { atMs: dayEnds + askedAfterEndMs, agoMs: afterEndMs - askedAfterEndMs },
      }),
      { ...settings, abandonAfterMs: 48 * hourMs },
    )

  it('what was placed seconds before is asked about once and goes on by its schedule, until the next end', () => {
    const order = placedBefore(9 * secondMs)
    assert.deepEqual(stepAt(order, 0, -minuteMs, 9 * secondMs), { kind: 'query', inMs: 0 })
    assert.deepEqual(stepAt(order, 0, 0, 9 * secondMs), { kind: 'query', inMs: 11 * secondMs })
    assert.equal(stepAt(order, hourMs, hourMs, 9 * secondMs).kind, 'query')
    assert.deepEqual(stepAt(order, 24 * hourMs, 24 * hourMs, 9 * secondMs), { kind: 'endOfDay' })
  })

  it('what was placed before that needs a person, once: handled, it goes on by its schedule', () => {
    assert.deepEqual(stepAt(placedBefore(hourMs), secondMs, 0, hourMs), { kind: 'endOfDay' })
    const handled = placedBefore(hourMs, placed.attend('day-end').resolve('handled'))
    assert.equal(stepAt(handled, secondMs, 0, hourMs).kind, 'query')
  })
})
