// How SM2 keys look in files: the same key in the forms in which it circulates.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { isPair, readPrivateKey, readPublicKey } from '../../src/main/config/sm2-keys.ts'
import { derivePublicKey, generatePrivateKey } from '../../src/main/gm/sm2.ts'
import { hexOf, knownAnswers } from '../gm/known-answers.ts'

test('one private key of 32 bytes, or 33 with a leading zero, and its public key of 65 are a pair', () => {
  for (const { base64_32, base64_33, publicBase64 } of knownAnswers.keys) {
    const [short, long] = [readPrivateKey(base64_32), readPrivateKey(base64_33)]
    assert.equal(short.length, 32)
    assert.equal(hexOf(long), hexOf(short))
    const publicKey = readPublicKey(publicBase64)
    assert.equal(publicKey.length, 65)
    assert.ok(isPair(short, publicKey))
    assert.ok(!isPair(short, derivePublicKey(generatePrivateKey(randomBytes))))
  }
})

test('base64 may be wrapped over lines, and a public key may lack its 04', () => {
  const { base64_33 = '', publicBase64 = '' } = knownAnswers.keys[0] ?? {}
  assert.equal(readPrivateKey(`\r\n${base64_33.slice(0, 20)}\n ${base64_33.slice(20)}\n`).length, 32)
  const bare = Buffer.from(publicBase64, 'base64').subarray(1).toString('base64')
  assert.equal(hexOf(readPublicKey(bare)), hexOf(readPublicKey(publicBase64)))
})

test('33 bytes with anything but a leading zero, and every other length, is refused', () => {
  for (const length of [0, 16, 31, 33, 34, 64]) {
    assert.throws(() => readPrivateKey(Buffer.alloc(length, 1).toString('base64')), RangeError, `${length}`)
  }
  for (const length of [0, 32, 33, 63, 66]) {
    assert.throws(() => readPublicKey(Buffer.alloc(length, 4).toString('base64')), RangeError, `${length}`)
  }
})
