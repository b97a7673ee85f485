// What the journal knows of a kiosk's bill when the HIS's answers get lost, and when the HIS may be told what (ADR 40).
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { billOf } from '../../../src/core/domain/order/kiosk-bill.ts'
import { nextStepOf, type NextStep } from '../../../src/core/domain/order/next-step.ts'
import { defaultOrderSettings } from '../../../src/main/wiring/settings-of-config.ts'
import { nothing, type Story } from '../../support/order-entries.ts'

const { billLateMs } = defaultOrderSettings

const stepAfter = (story: Story, elapsedMs: number): NextStep =>
  nextStepOf(
    story.order(),
    {
      nowMs: elapsedMs,
      waited: () => ({ elapsedMs, seenMs: elapsedMs }),
      lastQuery: undefined,
      isRunning: () => false,
    },
    defaultOrderSettings,
  )
const isHeld = (story: Story): boolean | undefined => billOf(story.order())?.isHeld

const locked = nothing.operate('billLock', 'accepted')
const unclear = nothing.operate('billLock', 'unknown')

describe('a bill', () => {
  it('is held once it is locked, and as long as nobody knows whether it is', () => {
    for (const story of [locked, unclear, nothing.operate('billLock')]) assert.equal(isHeld(story), true)
    assert.equal(isHeld(locked.operate('billUnlock', 'unknown')), true)
    assert.equal(isHeld(locked.operate('billUnlock', 'notSent')), true)
  })

  it('is held by a lock without an answer also when a later one was not sent', () => {
    assert.equal(isHeld(unclear.operate('billLock', 'notSent')), true)
  })

  it('is not held by a lock that was not sent, or that the HIS refused, or once the HIS has let it go', () => {
    assert.equal(isHeld(nothing.operate('billLock', 'notSent')), false)
    assert.equal(isHeld(unclear.operate('billLock', 'declined')), false)
    assert.equal(isHeld(unclear.operate('billUnlock', 'accepted')), false)
    assert.equal(isHeld(unclear.operate('billUnlock', 'accepted').operate('billLock', 'notSent')), false)
    assert.equal(isHeld(locked.operate('billBooking', 'accepted')), false)
  })

  it('is let go at once where the HIS said that it is locked, and later where it said nothing', () => {
    assert.deepEqual(stepAfter(locked, 0), { kind: 'unlockBill', inMs: 0 })
    assert.deepEqual(
      stepAfter(unclear, 0),
      { kind: 'unlockBill', inMs: billLateMs },
      'it might be locked after the unlock',
    )
    assert.deepEqual(stepAfter(unclear.operate('billLock', 'accepted'), 1_000), {
      kind: 'unlockBill',
      inMs: billLateMs - 1_000,
    })
    assert.deepEqual(stepAfter(unclear, billLateMs), { kind: 'unlockBill', inMs: 0 })
  })

  it('names the unlock that may still be done, also after another one was answered', () => {
    const story = locked.operate('billUnlock', 'unknown').operate('billUnlock', 'accepted')
    assert.notEqual(billOf(story.order())?.unclearUnlock, undefined)
    assert.equal(billOf(story.order())?.isUnlocking, false)
    assert.equal(billOf(locked.operate('billUnlock', 'accepted').order())?.unclearUnlock, undefined)
  })
})

describe('a lock of which a crash left nothing but the intent', () => {
  it('is unclear, as one whose answer was lost: the HIS may do it yet, so the unlock waits', () => {
    const order = nothing.operate('billLock').order()
    assert.deepEqual(billOf(order)?.unclearLock, order.operations[0]?.intent)
    assert.equal(billOf(order)?.isHeld, true)
    assert.deepEqual(stepAfter(nothing.operate('billLock'), 0), { kind: 'unlockBill', inMs: billLateMs })
    assert.deepEqual(stepAfter(nothing.operate('billLock'), billLateMs), { kind: 'unlockBill', inMs: 0 })
    assert.equal(billOf(nothing.operate('billLock', 'accepted').order())?.unclearLock, undefined)
  })
})
