// Money is integer fen inside and exact decimal text outside (RULES 1.3, I8).
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'node:test'
import {
  differsFromProduct,
  formatFen,
  parseFen,
  readCenterFen,
  tryParseFen,
} from '../../src/core/domain/money/money.ts'

const safeFen = fc.integer({ min: -9_007_199_254_740_991, max: 9_007_199_254_740_991 })

describe('fen and yuan', () => {
  it('every amount comes back as it was written', () => {
    fc.assert(fc.property(safeFen, (fen) => parseFen(formatFen(fen)) === (fen === 0 ? 0 : fen)))
  })

  it('what is written has always two decimals, and a minus only before a digit other than zero', () => {
    fc.assert(fc.property(safeFen, (fen) => /^(0|-?(?!0\.00)\d+)\.\d{2}$/.test(formatFen(fen))))
    assert.deepEqual([0, 1, 10, 100, 1230, -5].map(formatFen), ['0.00', '0.01', '0.10', '1.00', '12.30', '-0.05'])
  })

  it('one decimal, none and leading zeros mean the same amount', () => {
    assert.deepEqual(['1.5', '1.50', '01.50', '2', '-2.0'].map(parseFen), [150, 150, 150, 200, -200])
  })

  it('adding amounts adds their fen: no binary fraction in between', () => {
    const cents = fc.integer({ min: 0, max: 1_000_000_000 })
    fc.assert(
      fc.property(fc.array(cents, { maxLength: 500 }), (amounts) => {
        const sum = amounts.map(formatFen).reduce((total, text) => total + parseFen(text), 0)
        return sum === amounts.reduce((total, amount) => total + amount, 0)
      }),
    )
  })

  for (const text of ['', ' 1', '1.', '.5', '1.234', '1e2', '1,000', '+1', '--1', '0x10', '１', '1.0 ', 'NaN']) {
    it(`"${text}" is no amount`, () => {
      assert.throws(() => parseFen(text), RangeError)
      assert.equal(tryParseFen(text), undefined)
    })
  }

  it('an amount beyond exact integers is refused, not rounded', () => {
    assert.equal(parseFen('90071992547409.91'), 9_007_199_254_740_991)
    assert.throws(() => parseFen('90071992547409.92'), RangeError)
    assert.throws(() => parseFen('9'.repeat(30)), RangeError)
  })

  it('what is no text is no amount', () => {
    assert.deepEqual([undefined, null, 1, {}].map(tryParseFen), [undefined, undefined, undefined, undefined])
  })

  it('zero has no sign', () => {
    assert.ok(Object.is(parseFen('-0.00'), 0))
  })
})

describe('what a center writes as an amount', () => {
  for (const [text, fen] of [
    ['100.0200', 10_002],
    ['100.', 10_000],
    ['1E2', 10_000],
    ['1.0002e2', 10_002],
    ['10002e-2', 10_002],
    ['+5', 500],
    ['-0.50', -50],
    ['-0', 0],
    [' 12.30\u3000', 1_230],
    ['0e30', 0],
  ] as const) {
    it(`"${text}" is ${fen} fen`, () => {
      assert.equal(readCenterFen(text), fen)
    })
  }

  for (const text of [
    '',
    '0.005',
    '1e-3',
    '1,000',
    '１',
    'NaN',
    '1e',
    'e2',
    '.5',
    '1e31',
    '9e20',
    '9'.repeat(41),
    null,
    1,
  ]) {
    it(`${JSON.stringify(text)} is no whole number of fen`, () => {
      assert.equal(readCenterFen(text), undefined)
    })
  }

  it('is the same amount however many zeros follow and whatever the exponent', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.nat(8), fc.nat(12), (fen, zeros, shift) => {
        assert.equal(readCenterFen(formatFen(fen) + '0'.repeat(zeros)), fen === 0 ? 0 : fen)
        assert.equal(readCenterFen(`${fen}${'0'.repeat(shift)}e-${shift + 2}`), fen === 0 ? 0 : fen)
      }),
    )
  })
})

describe('count x price against the amount of a line (RULES 9.3)', () => {
  const rows: readonly (readonly [string, string, string, boolean])[] = [
    ['1', '10.00', '10.00', false],
    ['3', '0.333333', '1.00', false],
    // 0.005 yuan is exactly half a fen: still the same.
    ['1', '10.005', '10.00', false],
    ['1', '10.005', '10.01', false],
    ['1', '10.005001', '10.00', true],
    ['1', '10.004999', '10.01', true],
    ['0.0001', '0.000001', '0.00', false],
    ['-2', '5.00', '-10.00', false],
    ['-2', '5.00', '10.00', true],
    ['2', '5.00', '-10.00', true],
    ['999999999999.9999', '9999999999.999999', '1.00', true],
    ['-1', '0.005', '0.00', false],
    ['-1', '0.005001', '0.00', true],
  ]
  for (const [count, price, amount, differs] of rows) {
    it(`${count} x ${price} ${differs ? 'differs from' : 'is within half a fen of'} ${amount}`, () => {
      assert.equal(differsFromProduct(count, price, amount), differs)
    })
  }

  it('agrees with exact fractions for any count and price', () => {
    const digits = (whole: number, decimals: number): fc.Arbitrary<string> =>
      fc
        .tuple(fc.integer({ min: 0, max: 10 ** whole - 1 }), fc.integer({ min: 0, max: 10 ** decimals - 1 }))
        .map(([left, right]) => `${left}.${String(right).padStart(decimals, '0')}`)
    const exact = (text: string, decimals: number): bigint => BigInt(text.replace('.', '')) * 10n ** BigInt(decimals)
    fc.assert(
      fc.property(digits(3, 4), digits(3, 6), digits(6, 2), (count, price, amount) => {
        const difference = exact(count, 0) * exact(price, 0) - exact(amount, 8)
        const halfFen = 50_000_000n
        return differsFromProduct(count, price, amount) === (difference > halfFen || difference < -halfFen)
      }),
    )
  })
})
