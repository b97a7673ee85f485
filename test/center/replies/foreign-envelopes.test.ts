// Replies that other implementations made: fixed bytes of BouncyCastle and OpenSSL, which share no code with ours.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { deriveSm4Key, openEnvelope, sealEnvelope } from '../../../src/main/center/envelope.ts'
import { findEnvelope } from '../../../src/main/center/reply.ts'
import { readText } from '../../../src/main/center/reply-text.ts'
import { createSigner, createVerifier, generatePrivateKey } from '../../../src/core/gm/sm2.ts'
import { encryptHex, seal, signedTextOf } from '../../../src/sandbox/channel/seal.ts'
import { bytesOf, hexOf } from '../../gm/known-answers.ts'
import foreign from '../fixtures/foreign-envelopes.json' with { type: 'json' }

const { appId, appSecret, sm4KeyHex, publicKeyHex } = foreign.channel
const userId = Buffer.from('1234567812345678')
const keys = {
  appId,
  appSecret,
  sm4Key: deriveSm4Key(appId, appSecret),
  sign: createSigner({ privateKey: generatePrivateKey(randomBytes), userId, randomBytes }),
  verifier: createVerifier({ publicKey: bytesOf(publicKeyHex), userId }),
}

test('the SM4 key of the channel is the one that BouncyCastle derives', () => {
  assert.equal(hexOf(keys.sm4Key), sm4KeyHex)
})

for (const { by, form, signature, bytesBase64 } of foreign.replies) {
  test(`${by}: signed in the form ${form}, signature ${signature}, opens; with one byte changed it does not`, () => {
    const { text } = readText(Buffer.from(bytesBase64, 'base64'))
    const envelope = findEnvelope(text) ?? assert.fail('no envelope')
    const opened = openEnvelope(keys, envelope)
    assert.ok(opened.kind === 'signed', JSON.stringify(opened))
    assert.ok(opened.forms.some((each) => each === form))
    const { payOrdId, orgName } = opened.data as { payOrdId: string; orgName: string }
    assert.deepEqual([payOrdId, orgName], ['ORD00000000000000000001', '测试医院'])
    const changed = { ...envelope, timestamp: String(envelope['timestamp']).replace('2', '3').replace('1', '7') }
    assert.equal(openEnvelope(keys, changed).kind, 'bad')
  })
}

test('the simulated center and the agent write the same sign string and cipher text, each by its own code', () => {
  const data = { b: '1', a: { d: '测试甲', c: '' }, rows: [{ y: '2', x: '1' }] }
  const fields = { appId, version: '2.0.1', timestamp: '20251120083000', encType: 'SM4', signType: 'SM2' }
  const signed: Buffer[] = []
  const sign = (message: Uint8Array): Uint8Array => {
    signed.push(Buffer.from(message))
    return new Uint8Array(64)
  }
  const text = '{"a":{"d":"测试甲"},"b":"1","rows":[{"x":"1","y":"2"}]}'
  const ours = JSON.parse(sealEnvelope({ ...keys, sign }, fields, text).toString()) as { encData: string }
  assert.equal(signed[0]?.toString(), signedTextOf(fields, data, appSecret).toString())
  assert.equal(ours.encData, encryptHex(keys.sm4Key, Buffer.from(text)))
  const half = Buffer.alloc(32, 1)
  const center = {
    ...{ appSecret, cipherKey: keys.sm4Key },
    sign: (message: Uint8Array) => {
      sign(message)
      return { r: half, s: half }
    },
  }
  seal(center, fields, data, {})
  assert.deepEqual(signed[1], signed[0])
})
