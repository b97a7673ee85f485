// SM3 and HMAC-SM3: the standard's answers, parts, and sm-crypto.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { createSm3Mac, sm3 } from '../../src/core/gm/sm3.ts'
import { bytesOf, hexOf, knownAnswers, utf8 } from './known-answers.ts'
import { smCrypto } from './sm-crypto.ts'

test('SM3 gives the answers of GB/T 32905', () => {
  for (const { text, digestHex } of knownAnswers.sm3) assert.equal(hexOf(sm3(utf8(text))), digestHex)
})

test('HMAC-SM3 gives the answer of GM/T 0042', () => {
  for (const { keyHex, text, macHex } of knownAnswers.hmacSm3) {
    assert.equal(hexOf(createSm3Mac(bytesOf(keyHex))(utf8(text))), macHex)
  }
})

const bytes = fc.uint8Array({ maxLength: 300 })

test('parts are hashed as if they were one', () => {
  fc.assert(
    fc.property(fc.array(bytes, { maxLength: 4 }), (parts) => {
      assert.deepEqual(sm3(...parts), sm3(Buffer.concat(parts)))
    }),
  )
})

test('SM3 and HMAC-SM3 agree with sm-crypto for any message and key length', () => {
  fc.assert(
    fc.property(bytes, fc.uint8Array({ minLength: 1, maxLength: 130 }), (message, key) => {
      assert.equal(hexOf(sm3(message)), smCrypto.sm3(message))
      const mac = createSm3Mac(key)
      const expected = smCrypto.sm3(message, { key: hexOf(key), mode: 'hmac' })
      assert.equal(hexOf(mac(message)), expected)
      assert.equal(hexOf(mac(message.subarray(0, 7), message.subarray(7))), expected)
    }),
  )
})

test('keys around the block size are padded or hashed as they must be', () => {
  for (const length of [1, 63, 64, 65, 128]) {
    const key = Buffer.alloc(length, 0xa5)
    assert.equal(hexOf(createSm3Mac(key)(utf8('x'))), smCrypto.sm3(utf8('x'), { key: hexOf(key), mode: 'hmac' }))
  }
})
