// SM4 in ECB and GCM: the standards' answers, sm-crypto, and refusal of everything that was changed.
import assert from 'node:assert/strict'
import test from 'node:test'
import fc from 'fast-check'
import { decryptSm4Ecb, encryptSm4Ecb, gcmNonceBytes, openSm4Gcm, sealSm4Gcm } from '../../src/core/gm/sm4.ts'
import { bytesOf, hexOf, knownAnswers, utf8 } from './known-answers.ts'
import { smCrypto } from './sm-crypto.ts'

const key = bytesOf('0123456789abcdeffedcba9876543210')
const keys = fc.uint8Array({ minLength: 16, maxLength: 16 })
const texts = fc.uint8Array({ maxLength: 200 })

test('SM4 gives the answer of GB/T 32907, followed by a block of padding', () => {
  for (const { keyHex, plainHex, firstBlockHex } of knownAnswers.sm4) {
    const cipher = encryptSm4Ecb(bytesOf(keyHex), bytesOf(plainHex))
    assert.equal(cipher.length, 32)
    assert.equal(hexOf(cipher.subarray(0, 16)), firstBlockHex)
    assert.equal(hexOf(decryptSm4Ecb(bytesOf(keyHex), cipher)), plainHex)
  }
})

test('SM4-ECB agrees with sm-crypto in both directions', () => {
  fc.assert(
    fc.property(keys, texts, (someKey, plain) => {
      const cipher = encryptSm4Ecb(someKey, plain)
      assert.equal(hexOf(cipher), smCrypto.sm4.encrypt(plain, hexOf(someKey)))
      assert.deepEqual(smCrypto.sm4.decrypt(hexOf(cipher), hexOf(someKey), { output: 'array' }), [...plain])
      assert.deepEqual([...decryptSm4Ecb(someKey, cipher)], [...plain])
    }),
  )
})

test('what is no whole number of blocks, or has wrong padding, is refused', () => {
  const cipher = encryptSm4Ecb(key, utf8('sixteen bytes ok'))
  for (const length of [0, 1, 15, 17, 31]) assert.throws(() => decryptSm4Ecb(key, cipher.subarray(0, length)), Error)
  // Without its last block the plaintext ends in 'k', which is no padding.
  assert.throws(() => decryptSm4Ecb(key, cipher.subarray(0, 16)), /padding/)
  const endings = [[0], [17], [1, 2], [3, 3]]
  for (const ending of endings) {
    const block = Buffer.concat([Buffer.alloc(16 - ending.length, 0x41), Buffer.from(ending)])
    const raw = encryptSm4Ecb(key, block).subarray(0, 16)
    assert.throws(() => decryptSm4Ecb(key, raw), /padding/, ending.join())
  }
})

test('SM4-GCM gives the answer of RFC 8998', () => {
  for (const answer of knownAnswers.sm4Gcm) {
    const [gcmKey, nonce] = [bytesOf(answer.keyHex), bytesOf(answer.nonceHex)]
    const associated = bytesOf(answer.associatedHex)
    const sealed = sealSm4Gcm(gcmKey, nonce, associated, bytesOf(answer.plainHex))
    assert.equal(hexOf(sealed), answer.nonceHex + answer.cipherHex + answer.tagHex)
    assert.equal(hexOf(openSm4Gcm(gcmKey, associated, sealed)), answer.plainHex)
  }
})

test('what was sealed opens, whatever the lengths', () => {
  fc.assert(
    fc.property(keys, texts, texts, (someKey, associated, plain) => {
      const nonce = Buffer.alloc(gcmNonceBytes, 7)
      const sealed = sealSm4Gcm(someKey, nonce, associated, plain)
      assert.equal(sealed.length, gcmNonceBytes + plain.length + 16)
      assert.deepEqual([...openSm4Gcm(someKey, associated, sealed)], [...plain])
    }),
  )
})

test('any flipped bit, other key or other associated data is refused', () => {
  const associated = utf8('operation|7|body|key-1')
  const sealed = sealSm4Gcm(key, Buffer.alloc(gcmNonceBytes, 1), associated, utf8('测试甲'))
  for (let bit = 0; bit < sealed.length * 8; bit++) {
    const changed = Buffer.from(sealed)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.throws(() => openSm4Gcm(key, associated, changed), Error, `bit ${bit}`)
  }
  assert.throws(() => openSm4Gcm(key, utf8('operation|8|body|key-1'), sealed), Error)
  assert.throws(() => openSm4Gcm(Buffer.alloc(16, 9), associated, sealed), Error)
  for (const length of [0, 12, 27, sealed.length - 1]) {
    assert.throws(() => openSm4Gcm(key, associated, sealed.subarray(0, length)), Error)
  }
})
