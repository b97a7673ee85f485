// Cross-check with the openssl command, an implementation that shares no code with ours.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import test from 'node:test'
import {
  createSigner,
  createVerifier,
  derivePublicKey,
  generatePrivateKey,
  readSignatures,
} from '../../src/core/gm/sm2.ts'
import { createSm3Mac, sm3 } from '../../src/core/gm/sm3.ts'
import { decryptSm4Ecb, encryptSm4Ecb } from '../../src/core/gm/sm4.ts'
import { hexOf, utf8 } from './known-answers.ts'
import { openssl, opensslLacks, privateKeyPem, publicKeyPem, withFiles } from './openssl.ts'

const lacks = opensslLacks()
const options = { skip: lacks ?? false }

const messages = [utf8('a'), utf8('appId=测试甲&key=0123'), randomBytes(70_000)]
const userIds = ['1234567812345678', 'ALICE123@YAHOO.COM', '4117E877F5FA0A0188891283E4B617D5']

const derInteger = (bytes: Uint8Array): Buffer => {
  const start = bytes.findIndex((byte) => byte !== 0)
  const short = Buffer.from(bytes.subarray(start))
  const body = (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short
  return Buffer.concat([Buffer.of(0x02, body.length), body])
}
const derSignature = (raw: Uint8Array): Buffer => {
  const body = Buffer.concat([derInteger(raw.subarray(0, 32)), derInteger(raw.subarray(32))])
  return Buffer.concat([Buffer.of(0x30, body.length), body])
}

test('what we sign openssl verifies, under several user ids', options, () => {
  const privateKey = generatePrivateKey(randomBytes)
  const publicKey = derivePublicKey(privateKey)
  for (const userId of userIds) {
    const sign = createSigner({ privateKey, userId: utf8(userId), randomBytes })
    for (const message of messages) {
      const files = { 'key.pem': publicKeyPem(publicKey), signature: derSignature(sign(message)), message }
      withFiles(files, (path) => {
        const how = ['-sm3', '-verify', path('key.pem'), '-sigopt', `distid:${userId}`, '-signature', path('signature')]
        assert.match(openssl(['dgst', ...how, path('message')]).toString(), /OK/)
        const other = how.map((word) => (word.startsWith('distid:') ? 'distid:another' : word))
        assert.throws(() => openssl(['dgst', ...other, path('message')]))
      })
    }
  }
})

test('what openssl signs we verify, under several user ids', options, () => {
  const privateKey = generatePrivateKey(randomBytes)
  const publicKey = derivePublicKey(privateKey)
  for (const userId of userIds) {
    for (const message of messages) {
      withFiles({ 'key.pem': privateKeyPem(privateKey, publicKey), message }, (path) => {
        const how = ['-sm3', '-sign', path('key.pem'), '-sigopt', `distid:${userId}`, '-out', path('signature')]
        openssl(['dgst', ...how, path('message')])
        const raw = readSignatures(readFileSync(path('signature')))[0] ?? assert.fail('no DER signature')
        assert.ok(createVerifier({ publicKey, userId: utf8(userId) }).verify(raw, message))
        assert.ok(!createVerifier({ publicKey, userId: utf8('another') }).verify(raw, message))
      })
    }
  }
})

test('SM3 and HMAC-SM3 agree with openssl', options, () => {
  const key = randomBytes(40)
  for (const message of messages) {
    assert.equal(hexOf(sm3(message)), openssl(['dgst', '-sm3', '-binary'], message).toString('hex'))
    const how = ['-sm3', '-mac', 'HMAC', '-macopt', `hexkey:${hexOf(key)}`, '-binary']
    assert.equal(hexOf(createSm3Mac(key)(message)), openssl(['dgst', ...how], message).toString('hex'))
  }
})

test('SM4-ECB agrees with openssl in both directions', options, () => {
  const key = randomBytes(16)
  for (const message of messages) {
    const cipher = openssl(['enc', '-sm4-ecb', '-K', hexOf(key)], message)
    assert.ok(cipher.equals(encryptSm4Ecb(key, message)))
    assert.ok(message.equals(decryptSm4Ecb(key, cipher)))
    assert.ok(message.equals(openssl(['enc', '-d', '-sm4-ecb', '-K', hexOf(key)], encryptSm4Ecb(key, message))))
  }
})
