// Which order the patient's display shows, and for how long.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import {
  expire,
  maskNumber,
  noticeOrder,
  resultShownForMs,
  shownForMs,
  stageOf,
  type Shown,
} from '../../src/renderer/display/current-order.ts'

const begun = (medOrgOrd: string, nowMs = 0): Shown | undefined =>
  noticeOrder(undefined, { medOrgOrd, state: 'uploaded' }, nowMs)

const order = (state: string): Shown['order'] => ({
  medOrgOrd: 'A1',
  payOrdId: 'ORD1',
  state,
  ordStas: '',
  paid: state === 'paid',
  next: 'none',
  legs: null,
  way: 'order',
  placedAt: '',
})
const stageAt = (state: string, change: object = {}): string =>
  stageOf({ state, ordStas: '', legs: null, way: 'order', ...change })

describe('the order on the display', () => {
  it('is the one that began last; what the agent only looks at again is not shown', () => {
    assert.equal(begun('A1')?.medOrgOrd, 'A1')
    assert.equal(noticeOrder(undefined, { medOrgOrd: 'OLD', state: 'paid' }, 0), undefined)
    assert.equal(noticeOrder(begun('A1'), { medOrgOrd: 'OLD', state: 'refunded' }, 0)?.medOrgOrd, 'A1')
    assert.equal(noticeOrder(begun('A1'), { medOrgOrd: 'A2', state: 'uploading' }, 0)?.medOrgOrd, 'A2')
  })

  it('goes two minutes after its last change, and sooner once it is over', () => {
    const shown = noticeOrder(begun('A1'), { medOrgOrd: 'A1', state: 'cashPending' }, 60_000)
    assert.equal(expire(shown, 60_000 + shownForMs), shown)
    assert.equal(expire(shown, 60_001 + shownForMs), undefined)
    const paid: Shown = { medOrgOrd: 'A1', order: order('paid'), sinceMs: 0 }
    assert.equal(expire(paid, resultShownForMs + 1), undefined)
  })

  it('is told as paid only when it is, and as a matter for the cashier when nobody knows', () => {
    assert.equal(stageAt('halfDone'), 'working')
    assert.equal(stageAt('cashPending'), 'pay')
    assert.equal(stageAt('needsPerson'), 'askStaff')
    assert.equal(stageAt('a state of a later version'), 'askStaff')
  })

  it('that the center holds at 2 after a lost 6202 sends the patient to his phone; one of another way, or with amounts, does not', () => {
    assert.equal(stageAt('pending', { ordStas: '2' }), 'checkPhone')
    for (const change of [{ ordStas: '1' }, { ordStas: '2', way: 'bankCard' }, { ordStas: '2', legs: {} }]) {
      assert.equal(stageAt('pending', change), 'working')
    }
  })

  it('has a number of which four characters are seen', () => assert.equal(maskNumber('KS5A2E2872CAAD1'), '…AAD1'))
})
