// The framer alone: bytes in, codes out.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createScanFramer, maskCode } from '../../src/main/scanner/scan-framer.ts'

const make = () => createScanFramer({ terminators: '\r\n', maxCodeBytes: 64 })

test('codes come out whole and in order however their bytes are cut', () => {
  const code = fc.string({ unit: fc.constantFrom(...Array.from('0123456789ABCDEF:/?=')), minLength: 1, maxLength: 64 })
  const end = fc.constantFrom('\r', '\n', '\r\n')
  fc.assert(
    fc.property(fc.array(fc.tuple(code, end), { maxLength: 6 }), fc.array(fc.nat(400)), (scans, cuts) => {
      const bytes = Buffer.from(scans.flat().join(''))
      const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
      const framer = make()
      const codes = places.flatMap((place, index) => framer.push(bytes.subarray(place, places[index + 1])))
      assert.deepEqual(
        codes,
        scans.map(([text]) => text),
      )
      assert.equal(framer.pending(), false)
    }),
  )
})

test('a code without a terminator is held until it is flushed', () => {
  const framer = make()
  assert.deepEqual(framer.push(Buffer.from('2801')), [])
  assert.equal(framer.pending(), true)
  assert.equal(framer.flush(), '2801')
  assert.equal(framer.flush(), undefined)
})

test('a discarded half does not prefix the next code', () => {
  const framer = make()
  framer.push(Buffer.from('2801'))
  framer.discard()
  assert.deepEqual(framer.push(Buffer.from('9999\r')), ['9999'])
})

test('a code above the limit is dropped up to its terminator, and the next one is whole', () => {
  const framer = make()
  assert.deepEqual(framer.push(Buffer.from(`${'7'.repeat(65)}\r8888\r`)), ['8888'])
  assert.deepEqual(framer.push(Buffer.from(`${'7'.repeat(64)}\r`)), ['7'.repeat(64)])
})

test('control characters around a code are no part of it', () => {
  assert.deepEqual(make().push(Buffer.from('\x022801\x03\r')), ['2801'])
})

test('a masked code shows its ends and its length, a short one only its length', () => {
  assert.equal(maskCode('2801234567890123456789012341'), '28****41 (28)')
  assert.equal(maskCode('28012345678'), '**** (11)')
})
