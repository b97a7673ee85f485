// Who pays which part: legs are conserved, and the cash that is due is what the deposit leaves (RULES 4.2, 4.8).
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import { cashDueFen, legsMismatchFen, presentLegs, readLegs, type Legs } from '../../src/core/domain/money/legs.ts'

const amounts = { feeSumamt: '100.00', fundPay: '60.00', psnAcctPay: '20.00', ownPayAmt: '15.00', othFeeAmt: '5.00' }

const legs = (change: Partial<Legs> = {}): Legs => ({
  feeSumamtFen: 10_000,
  fundPayFen: 6_000,
  psnAcctPayFen: 2_000,
  ownPayAmtFen: 1_500,
  othFeeAmtFen: 500,
  depositFen: 0,
  ...change,
})

describe('reading', () => {
  it('takes every amount of a reply', () => {
    assert.deepEqual(readLegs({ ...amounts, deposit: '3.00' }, undefined), legs({ depositFen: 300 }))
  })

  it('keeps othFeeAmt and deposit of an earlier reply where this one has none (RULES 4.8)', () => {
    const { othFeeAmt: _othFeeAmt, ...others } = amounts
    assert.deepEqual(readLegs(others, legs({ depositFen: 300 })), legs({ depositFen: 300 }))
    assert.equal(readLegs(others, undefined)?.othFeeAmtFen, 0)
  })

  for (const missing of ['feeSumamt', 'fundPay', 'psnAcctPay', 'ownPayAmt']) {
    it(`gives nothing when ${missing} is missing or no amount (RULES 3.3)`, () => {
      assert.equal(readLegs({ ...amounts, [missing]: undefined }, legs()), undefined)
      assert.equal(readLegs({ ...amounts, [missing]: '1,000' }, legs()), undefined)
    })
  }

  it('gives nothing when othFeeAmt or deposit is there and no amount', () => {
    for (const name of ['othFeeAmt', 'deposit']) {
      assert.equal(readLegs({ ...amounts, [name]: '0.005' }, legs()), undefined)
      assert.notEqual(readLegs({ ...amounts, [name]: '' }, legs()), undefined)
    }
  })

  it('reads zeros behind the fen, and exponents', () => {
    const written = { ...amounts, feeSumamt: '100.0000', fundPay: '6E1', ownPayAmt: '0.15e2' }
    assert.deepEqual(readLegs(written, undefined), legs())
  })
})

const fen = fc.integer({ min: 0, max: 100_000_000 })
const anyParts = fc.record({
  fundPayFen: fen,
  psnAcctPayFen: fen,
  ownPayAmtFen: fen,
  othFeeAmtFen: fen,
  depositFen: fen,
})

describe('adding up', () => {
  it('legs that add up have no mismatch, and any other total shows its difference to the fen', () => {
    fc.assert(
      fc.property(anyParts, fc.integer({ min: -100, max: 100 }), (parts, off) => {
        const sum = parts.fundPayFen + parts.psnAcctPayFen + parts.ownPayAmtFen + parts.othFeeAmtFen
        return legsMismatchFen({ ...parts, feeSumamtFen: sum + off }, false) === off
      }),
    )
  })

  it('where the fund includes the account part, that part counts once', () => {
    assert.equal(legsMismatchFen(legs({ fundPayFen: 8_000 }), true), 0)
    assert.equal(legsMismatchFen(legs({ fundPayFen: 8_000 }), false), -2_000)
  })

  it('a deposit is part of the cash, not a leg of its own', () => {
    assert.equal(legsMismatchFen(legs({ depositFen: 1_500 }), false), 0)
  })
})

it('the cash due is ownPayAmt less the deposit, never below zero (RULES 4.2)', () => {
  assert.equal(cashDueFen(legs()), 1_500)
  assert.equal(cashDueFen(legs({ depositFen: 400 })), 1_100)
  fc.assert(
    fc.property(anyParts, (parts) => {
      const due = cashDueFen({ ...parts, feeSumamtFen: 0 })
      return due >= 0 && due === Math.max(0, parts.ownPayAmtFen - parts.depositFen)
    }),
  )
})

it("what is shown is what was read, under the tables' names", () => {
  fc.assert(
    fc.property(anyParts, (parts) => {
      const shown = presentLegs({ ...parts, feeSumamtFen: 12_345 })
      assert.deepEqual(readLegs(shown, undefined), { ...parts, feeSumamtFen: 12_345 })
    }),
  )
})
