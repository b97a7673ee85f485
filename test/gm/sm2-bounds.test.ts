// What SM2 refuses: keys and signatures out of range, points off the curve, anything changed by a bit.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { createSigner, createVerifier, derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'
import { bytesOf, hexOf, knownAnswers, utf8 } from './known-answers.ts'

const order = 0xfffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123n
const scalar = (value: bigint): Buffer => bytesOf(value.toString(16).padStart(64, '0'))
const { privateKeyHex, publicKeyHex, signatureHex, message, userId } = knownAnswers.sm2Standard
const { verify } = createVerifier({ publicKey: bytesOf(publicKeyHex), userId: utf8(userId) })

test('private keys lie in 1 to n-2 and have 32 bytes', () => {
  for (const value of [1n, 2n, order - 2n]) assert.equal(derivePublicKey(scalar(value)).length, 65)
  for (const value of [0n, order - 1n, order, (1n << 256n) - 1n]) {
    assert.throws(() => derivePublicKey(scalar(value)), RangeError)
    assert.throws(() => createSigner({ privateKey: scalar(value), userId: utf8(userId), randomBytes }), RangeError)
  }
  for (const length of [0, 31, 33, 64]) assert.throws(() => derivePublicKey(Buffer.alloc(length, 1)), RangeError)
})

test('public keys are 65 bytes, begin with 04 and lie on the curve', () => {
  const key = bytesOf(publicKeyHex)
  const make = (publicKey: Uint8Array) => () => createVerifier({ publicKey, userId: utf8(userId) })
  for (const length of [0, 33, 64]) assert.throws(make(key.subarray(0, length)), Error)
  assert.throws(make(Buffer.concat([key, Buffer.of(0)])), Error)
  for (const prefix of [0, 2, 3, 5]) assert.throws(make(Buffer.concat([Buffer.of(prefix), key.subarray(1)])), Error)
  const off = Buffer.from(key)
  off[64] = (off[64] ?? 0) ^ 1
  assert.throws(make(off), Error)
  assert.throws(make(Buffer.concat([Buffer.of(4), Buffer.alloc(64)])), Error, 'the point at infinity')
  assert.throws(make(Buffer.concat([Buffer.of(4), Buffer.alloc(64, 0xff)])), Error, 'beyond the field')
})

test('any flipped bit of the signature is refused', () => {
  const signature = bytesOf(signatureHex)
  assert.ok(verify(signature, utf8(message)))
  for (let bit = 0; bit < signature.length * 8; bit += 3) {
    const changed = Buffer.from(signature)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.ok(!verify(changed, utf8(message)), `bit ${bit}`)
  }
})

test('any flipped bit of the message, and any other key, is refused', () => {
  const signature = bytesOf(signatureHex)
  const bytes = utf8(message)
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const changed = Buffer.from(bytes)
    changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7))
    assert.ok(!verify(signature, changed), `bit ${bit}`)
  }
  assert.ok(!verify(signature, bytes, Buffer.of(0)))
  assert.ok(!verify(signature))
  const other = derivePublicKey(generatePrivateKey(randomBytes))
  assert.ok(!createVerifier({ publicKey: other, userId: utf8(userId) }).verify(signature, bytes))
})

test('signatures of another length, or with r or s out of range, are refused without a throw', () => {
  const signature = bytesOf(signatureHex)
  const [r, s] = [signature.subarray(0, 32), signature.subarray(32)]
  for (const length of [0, 1, 32, 63]) assert.ok(!verify(signature.subarray(0, length), utf8(message)))
  assert.ok(!verify(Buffer.concat([signature, Buffer.of(0)]), utf8(message)))
  const edges = [0n, order, order + 1n, (1n << 256n) - 1n].map(scalar)
  for (const edge of edges) {
    assert.ok(!verify(Buffer.concat([edge, s]), utf8(message)), hexOf(edge))
    assert.ok(!verify(Buffer.concat([r, edge]), utf8(message)), hexOf(edge))
  }
  const sumIsOrder = scalar(order - BigInt(`0x${hexOf(r)}`))
  assert.ok(!verify(Buffer.concat([r, sumIsOrder]), utf8(message)), 'r + s = n')
})

test('random numbers out of range are drawn again', () => {
  const draws = [scalar(0n), scalar(order), Buffer.alloc(32, 0xff), bytesOf(knownAnswers.sm2Standard.randomHex)]
  const draw = (): Buffer => draws.shift() ?? assert.fail('drew once too often')
  const sign = createSigner({ privateKey: bytesOf(privateKeyHex), userId: utf8(userId), randomBytes: draw })
  assert.equal(hexOf(sign(utf8(message))), signatureHex)
  const keys = [scalar(0n), scalar(order - 1n), scalar(7n)]
  assert.deepEqual(
    generatePrivateKey(() => keys.shift() ?? assert.fail('drew once too often')),
    new Uint8Array(scalar(7n)),
  )
})

test('two signatures of one message differ', () => {
  const sign = createSigner({ privateKey: bytesOf(privateKeyHex), userId: utf8(userId), randomBytes })
  assert.notEqual(hexOf(sign(utf8(message))), hexOf(sign(utf8(message))))
})

test('a user id longer than its length field can say is refused', () => {
  const publicKey = bytesOf(publicKeyHex)
  assert.doesNotThrow(() => createVerifier({ publicKey, userId: Buffer.alloc(8_191) }))
  assert.throws(() => createVerifier({ publicKey, userId: Buffer.alloc(8_192) }), RangeError)
})
