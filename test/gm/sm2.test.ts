// SM2 signatures: known answers, sm-crypto in both directions, user ids, DER.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import {
  createSigner,
  createVerifier,
  derivePublicKey,
  generatePrivateKey,
  precomputeBase,
  readSignatures,
  type Signer,
} from '../../src/core/gm/sm2.ts'
import { bytesOf, hexOf, knownAnswers, utf8 } from './known-answers.ts'
import { smCrypto } from './sm-crypto.ts'

const userIds = ['1234567812345678', '', 'ALICE123@YAHOO.COM', '4117E877F5FA0A0188891283E4B617D5', '医院甲']
const standard = knownAnswers.sm2Standard

test('the example of GB/T 32918.5 comes out digit for digit, and verifies', () => {
  const [privateKey, userId] = [bytesOf(standard.privateKeyHex), utf8(standard.userId)]
  const publicKey = derivePublicKey(privateKey)
  assert.equal(hexOf(publicKey), standard.publicKeyHex)
  const sign = createSigner({ privateKey, userId, randomBytes: () => bytesOf(standard.randomHex) })
  const signature = sign(utf8(standard.message))
  assert.equal(hexOf(signature), standard.signatureHex)
  assert.ok(createVerifier({ publicKey, userId }).verify(signature, utf8(standard.message)))
})

test('a recorded signature verifies under its user id and no other', () => {
  for (const answer of knownAnswers.sm2) {
    const publicKey = bytesOf(answer.publicKeyHex)
    assert.equal(hexOf(derivePublicKey(bytesOf(answer.privateKeyHex))), answer.publicKeyHex)
    for (const userId of userIds) {
      const { verify } = createVerifier({ publicKey, userId: utf8(userId) })
      assert.equal(verify(bytesOf(answer.signatureHex), utf8(answer.message)), userId === answer.userId)
    }
  }
})

test('a message may come in parts', () => {
  const userId = utf8(standard.userId)
  const sign = createSigner({ privateKey: bytesOf(standard.privateKeyHex), userId, randomBytes })
  const { verify } = createVerifier({ publicKey: bytesOf(standard.publicKeyHex), userId })
  assert.ok(verify(sign(utf8('message'), utf8(' digest')), utf8('mes'), utf8('sage'), utf8(' digest')))
})

test('what we sign sm-crypto believes, and what it signs we believe, under any user id', () => {
  for (const userId of userIds) {
    const privateKey = generatePrivateKey(randomBytes)
    const publicKey = derivePublicKey(privateKey)
    const sign = createSigner({ privateKey, userId: utf8(userId), randomBytes })
    const { verify } = createVerifier({ publicKey, userId: utf8(userId) })
    const options = { hash: true, userId } as const
    for (const message of [utf8(''), utf8('测试甲&key=x'), randomBytes(3_000)]) {
      const ours = sign(message)
      assert.ok(smCrypto.sm2.doVerifySignature(message, hexOf(ours), hexOf(publicKey), options), userId)
      const theirs = smCrypto.sm2.doSignature(message, hexOf(privateKey), options)
      assert.ok(verify(bytesOf(theirs), message), userId)
    }
  }
})

test('DER signatures are accepted, whatever the lengths of r and s', () => {
  const privateKey = generatePrivateKey(randomBytes)
  const publicKey = derivePublicKey(privateKey)
  const { verify } = createVerifier({ publicKey, userId: utf8(standard.userId) })
  const message = utf8('message')
  for (let round = 0; round < 20; round++) {
    const der = bytesOf(smCrypto.sm2.doSignature(message, hexOf(privateKey), { hash: true, der: true }))
    const [raw] = readSignatures(der)
    assert.ok(raw)
    assert.ok(verify(raw, message))
  }
  const short = bytesOf('300702010102020080')
  assert.deepEqual(readSignatures(short).map(hexOf), ['1'.padStart(64, '0') + '80'.padStart(64, '0')])
})

/** A signature whose r or s begins with a zero byte, as one in 128 does. */
const signUntil = (sign: Signer, isWanted: (raw: Uint8Array) => boolean, message: Uint8Array): Buffer => {
  for (;;) {
    const raw = sign(message)
    if (isWanted(raw)) return Buffer.from(raw)
  }
}

test('r or s that lost its leading zero, or has one too many, is read: in r||s and in DER', () => {
  precomputeBase()
  const privateKey = generatePrivateKey(randomBytes)
  const userId = utf8(standard.userId)
  const { verify } = createVerifier({ publicKey: derivePublicKey(privateKey), userId })
  const sign = createSigner({ privateKey, userId, randomBytes })
  const message = utf8('message')
  const [withShortR, withShortS] = [0, 32].map((at) => signUntil(sign, (raw) => raw[at] === 0, message))
  assert.ok(withShortR && withShortS)
  const [zero, r, s] = [Buffer.of(0), withShortR.subarray(1, 32), withShortR.subarray(32)]
  const forms: readonly [raw: Uint8Array, form: Buffer][] = [
    [withShortR, Buffer.concat([r, s])],
    [withShortS, Buffer.concat([withShortS.subarray(0, 32), withShortS.subarray(33)])],
    [withShortR, Buffer.concat([zero, withShortR])],
    [withShortR, Buffer.concat([withShortR.subarray(0, 32), zero, s])],
    [withShortR, Buffer.concat([zero, zero, r, zero, s])],
    [withShortR, Buffer.concat([r, zero, s])],
    [withShortR, Buffer.concat([Buffer.of(0x30, 67, 2, 31), r, Buffer.of(2, 32), s])],
    [withShortR, Buffer.concat([Buffer.of(0x30, 68, 2, 32, 0), r, Buffer.of(2, 32), s])],
  ]
  for (const [raw, form] of forms) {
    const verified = readSignatures(form).filter((each) => verify(each, message))
    assert.deepEqual(verified.map(hexOf), [hexOf(raw)], hexOf(form))
  }
})

test('what is neither r||s nor DER is no signature', () => {
  const raw = randomBytes(64)
  assert.equal(hexOf(readSignatures(raw)[0] ?? Buffer.alloc(0)), hexOf(raw))
  const bad = [
    '',
    '30',
    '3006020101020101ff',
    '3006020101030101',
    '3106020101020101',
    '30060201010201',
    '30080201010205ff0101',
  ]
  for (const hex of bad) assert.deepEqual(readSignatures(bytesOf(hex)), [], hex)
  assert.deepEqual(readSignatures(bytesOf(`3026022101${'ff'.repeat(32)}020101`)), [], 'r of 33 bytes')
  for (const length of [61, 67]) assert.deepEqual(readSignatures(Buffer.alloc(length, 1)), [], `${length} bytes`)
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      const found = readSignatures(bytes)
      assert.ok(found.length <= 4 && found.every(({ length }) => length === 64))
    }),
  )
})

test('precomputing changes no result', () => {
  const privateKey = bytesOf(standard.privateKeyHex)
  const userId = utf8(standard.userId)
  const verifier = createVerifier({ publicKey: derivePublicKey(privateKey), userId })
  const sign = createSigner({ privateKey, userId, randomBytes: () => bytesOf(standard.randomHex) })
  const judge = () => [
    hexOf(sign(utf8(standard.message))),
    hexOf(derivePublicKey(privateKey)),
    verifier.verify(bytesOf(standard.signatureHex), utf8(standard.message)),
    verifier.verify(bytesOf(standard.signatureHex), utf8('another message')),
  ]
  const before = judge()
  assert.deepEqual(before.slice(2), [true, false])
  precomputeBase()
  verifier.precompute()
  assert.deepEqual(judge(), before)
})
