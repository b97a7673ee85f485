// The envelope: known answers, and the traps of the standard's own examples.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import { canonicalJsonText, parseJsonText } from '../../../src/contract/check/json-text.ts'
import {
  decryptText,
  deriveSm4Key,
  encryptText,
  openEnvelope,
  sealEnvelope,
  signString,
} from '../../../src/main/center/envelope.ts'
import { readHexSignatures } from '../../../src/core/gm/sm2.ts'
import { writeText } from '../../../src/main/center/reply-text.ts'
import { writeInForm } from '../../../src/main/center/signature-forms.ts'
import { sm3 } from '../../../src/core/gm/sm3.ts'
import { hexOf, knownAnswers, utf8 } from '../../gm/known-answers.ts'
import { smCrypto } from '../../gm/sm-crypto.ts'
import { agentKeys, centerKeys, outputs, replyFields, sealReply } from '../messages.ts'

type Envelope = Record<string, unknown>
const parsed = (body: Buffer): Envelope => parseJsonText(body.toString()) as Envelope

test('the SM4 key comes from the first 16 characters of appId and of the upper-case hex', () => {
  for (const { appId, appSecret, keyAscii } of knownAnswers.envelope) {
    assert.equal(Buffer.from(deriveSm4Key(appId, appSecret)).toString('ascii'), keyAscii)
  }
})

test('the cipher texts of the known answers open to their plaintext and are made from it', () => {
  for (const { appId, appSecret, encData, plaintextSm3Hex } of knownAnswers.envelope) {
    const key = deriveSm4Key(appId, appSecret)
    const text = decryptText(key, encData)
    assert.equal(hexOf(sm3(utf8(text))), plaintextSm3Hex)
    assert.equal(encryptText(key, text), encData)
    assert.equal(canonicalJsonText(parseJsonText(text)), text)
  }
  const synthetic = knownAnswers.envelope[1]
  assert.equal(decryptText(utf8(synthetic?.keyAscii ?? ''), synthetic?.encData ?? ''), synthetic?.plaintext)
})

test('the sign string of the known answer has its digest, whatever else is in the envelope', () => {
  const { timestamp, version, sm3Hex } = knownAnswers.signString
  const { appId = '', appSecret = '', plaintext = '' } = knownAnswers.envelope[1] ?? {}
  const fields = { version, timestamp, signType: 'SM2', encType: 'SM4', appId }
  assert.equal(hexOf(sm3(utf8(signString(fields, plaintext, appSecret)))), sm3Hex)
  const unsigned = { signData: 'x', encData: 'y', extra: 'z', data: 'plain', empty: '', nothing: null }
  assert.equal(hexOf(sm3(utf8(signString({ ...fields, ...unsigned }, plaintext, appSecret)))), sm3Hex)
  assert.notEqual(hexOf(sm3(utf8(signString({ ...fields, traceId: '1' }, plaintext, appSecret)))), sm3Hex)
})

test('names are sorted, numbers and booleans print as they were written, without data there is none', () => {
  const fields = parseJsonText('{"type":"b","code":0,"amount":10.00,"success":true,"appId":"A"}') as Envelope
  assert.equal(signString(fields, undefined, 'K'), 'amount=10.00&appId=A&code=0&success=true&type=b&key=K')
})

test('an appId is never decoded as hex: letters beyond F work, and the same bytes in hex give another key', () => {
  const appId = 'ZYXWVUTSRQPONMLKJIHGFEDCBA012345'
  const first = smCrypto.sm4.encrypt(utf8('SECRET'), hexOf(utf8(appId.slice(0, 16)))).toUpperCase()
  assert.equal(Buffer.from(deriveSm4Key(appId, 'SECRET')).toString(), first.slice(0, 16))
  assert.notDeepEqual(deriveSm4Key('abcdef0123456789', 'S'), deriveSm4Key('ABCDEF0123456789', 'S'))
  assert.throws(() => deriveSm4Key('TOO-SHORT', 'S'), RangeError)
})

test('hex in lower case and with white space is read; anything else is refused', () => {
  const { sm4Key } = agentKeys
  const hex = encryptText(sm4Key, '测试甲')
  assert.match(hex, /^[0-9A-F]{32}$/)
  for (const form of [hex.toLowerCase(), `${hex.slice(0, 9)}\r\n ${hex.slice(9)}\n`]) {
    assert.equal(decryptText(sm4Key, form), '测试甲')
  }
  for (const bad of [
    '',
    ' ',
    'XY',
    hex.slice(2),
    `${hex}0`,
    hex.slice(0, -1),
    Buffer.from(hex, 'hex').toString('base64'),
  ]) {
    assert.throws(() => decryptText(sm4Key, bad), Error, bad)
  }
  const gbk = smCrypto.sm4.encrypt(Buffer.from('b2e2cad4', 'hex'), hexOf(sm4Key))
  assert.equal(decryptText(sm4Key, gbk), '测试')
  assert.throws(() => decryptText(sm4Key, gbk, 'utf-8'), Error)
})

test('what one side seals the other opens, with data and without', () => {
  const data = { payOrdId: 'ORD1', userName: '测试甲', rows: [{ a: '1' }] }
  const opened = openEnvelope(agentKeys, parsed(sealReply(data)))
  assert.ok(opened.kind === 'signed')
  assert.deepEqual(opened.data, data)
  assert.equal(opened.signature.length, 64)
  const bare = openEnvelope(agentKeys, parsed(sealEnvelope(centerKeys, replyFields())))
  assert.ok(bare.kind === 'signed')
  assert.equal(bare.data, undefined)
})

test('the signature is raw r||s in base64: 88 characters, 64 bytes', () => {
  const { signData } = parsed(sealReply({ a: '1' }))
  assert.ok(typeof signData === 'string')
  assert.equal(signData.length, 88)
  assert.equal(Buffer.from(signData, 'base64').length, 64)
})

test('signData may be wrapped over lines, lack its padding or be DER', () => {
  const envelope = parsed(sealReply({ a: '1' }))
  const signData = String(envelope['signData'])
  const raw = Buffer.from(signData, 'base64')
  const integer = (bytes: Buffer): Buffer => Buffer.concat([Buffer.of(2, 33, 0), bytes])
  const der = Buffer.concat([Buffer.of(0x30, 70), integer(raw.subarray(0, 32)), integer(raw.subarray(32))])
  const forms = [
    `${signData.slice(0, 64)}\r\n${signData.slice(64)}`,
    ` ${signData}\n`,
    signData.replace(/=+$/, ''),
    signData.replace(/==$/, '='),
    der.toString('base64'),
  ]
  for (const form of forms) assert.equal(openEnvelope(agentKeys, { ...envelope, signData: form }).kind, 'signed', form)
})

test('signData may be hexadecimal, of either case, wrapped, DER, and without the leading zeros of a number', () => {
  const envelope = parsed(sealReply({ a: '1' }))
  const digits = Buffer.from(String(envelope['signData']), 'base64').toString('hex')
  const integer = (hex: string): string => `022100${hex}`
  const der = `3046${integer(digits.slice(0, 64))}${integer(digits.slice(64))}`
  for (const form of [digits, digits.toUpperCase(), `${digits.slice(0, 76)}\r\n${digits.slice(76)}\n`, der]) {
    assert.equal(openEnvelope(agentKeys, { ...envelope, signData: form }).kind, 'signed', form)
  }
  for (const form of [digits.slice(0, -1), `${digits}0`, digits.slice(0, 64), digits.replace(/^./, 'g')]) {
    assert.equal(openEnvelope(agentKeys, { ...envelope, signData: form }).kind, 'bad', form)
  }
})

test('a signData longer than any signature is none, and nothing of it is read', () => {
  const envelope = parsed(sealReply({ a: '1' }))
  for (const signData of ['a'.repeat(6 * 1024 * 1024), `${' '.repeat(1_000)}${String(envelope['signData'])}`]) {
    const opened = openEnvelope(agentKeys, { ...envelope, signData })
    assert.deepEqual(opened, { kind: 'bad', reason: 'signData is not an SM2 signature' })
  }
})

test('each text that may be signed is digested once, whatever its signData may be', () => {
  let digests = 0
  const { verifier } = agentKeys
  const counting: typeof verifier = {
    ...verifier,
    firstValid: (signatures, message) => {
      digests++
      return verifier.firstValid(signatures, message)
    },
  }
  const signData = Buffer.alloc(64, 1).toString('base64')
  const forged = { ...parsed(sealReply({ a: 1, b: [], c: {}, d: '测' })), signData }
  assert.equal(openEnvelope({ ...agentKeys, verifier: counting }, forged).kind, 'bad')
  // With or without the empty object, the number in its own text or as a string, each in two charsets.
  assert.equal(digests, 8)
})

test('a signature in hexadecimal that lacks leading zeros is r and s all the same', () => {
  const [r, s] = [`0${'a'.repeat(63)}`, `00${'b'.repeat(62)}`]
  for (const digits of [r + s, r.slice(1) + s, r + s.slice(2), r.slice(1) + s.slice(2), r + s.slice(1)]) {
    assert.ok(
      readHexSignatures(digits)
        .map(hexOf)
        .includes(r + s),
      digits,
    )
  }
  for (const digits of ['a'.repeat(121), 'a'.repeat(300), '']) assert.deepEqual(readHexSignatures(digits), [])
})

test('the last form, signed in GBK, is found although zeros lack in r and in s', () => {
  const text = '{"userName":"测试甲","feeSumamt":1.00,"rows":[],"extra":{}}'
  const data = parseJsonText(text)
  const fields = { ...replyFields(), encType: 'SM4', signType: 'SM2' }
  const last = writeInForm('strings-kept', data)
  const message = writeText(signString(fields, last, agentKeys.appSecret), 'gbk')
  let digits: string
  do digits = hexOf(centerKeys.sign(message))
  while (!digits.startsWith('0') || digits[64] !== '0')
  const signData = digits.slice(1, 64) + digits.slice(65)
  const encData = encryptText(agentKeys.sm4Key, JSON.stringify(text))
  assert.equal(openEnvelope(agentKeys, { ...fields, encData, signData }).kind, 'signed')
})

test('base64 of a 64-character hex digest is 64 bytes long and no signature', () => {
  const envelope = parsed(sealReply(outputs['6301']))
  const digest = hexOf(sm3(utf8('anything')))
  const signData = Buffer.from(digest, 'ascii').toString('base64')
  assert.equal(Buffer.from(signData, 'base64').length, 64)
  const opened = openEnvelope(agentKeys, { ...envelope, signData })
  assert.deepEqual(opened, { kind: 'bad', reason: 'the signature does not verify' })
})

test('the signature covers the numbers as written: 10.00 verifies, 10.0 in its place does not', () => {
  const seal = (signed: string, sent: string): Envelope => parsed(sealEnvelope(centerKeys, replyFields(), signed, sent))
  assert.equal(openEnvelope(agentKeys, seal('{"feeSumamt":10.00}', '{"feeSumamt":10.00}')).kind, 'signed')
  assert.equal(openEnvelope(agentKeys, seal('{"feeSumamt":10.00}', '{"feeSumamt":10.0}')).kind, 'bad')
})

test('the cipher text may be unsorted and hold empties: the signature is over the canonical form', () => {
  const sent = '{ "b": "", "z": null, "y": [], "rows": [{"d":"1","c":"2"}], "a": 1.50 }'
  const signed = '{"a":1.50,"rows":[{"c":"2","d":"1"}]}'
  const envelope = parsed(sealEnvelope(centerKeys, replyFields(), signed, sent))
  assert.equal(openEnvelope(agentKeys, envelope).kind, 'signed')
})

test('fields that nobody knows are covered by the signature; extra is not', () => {
  const envelope = parsed(sealReply({ a: '1' }, { traceId: 'T1' }))
  assert.equal(openEnvelope(agentKeys, envelope).kind, 'signed')
  assert.equal(openEnvelope(agentKeys, { ...envelope, traceId: 'T2' }).kind, 'bad')
  assert.equal(openEnvelope(agentKeys, { ...envelope, other: '1' }).kind, 'bad')
  assert.equal(openEnvelope(agentKeys, { ...envelope, extra: 'x', other: '' }).kind, 'signed')
})

test('half of an envelope is bad, none of it is unsigned', () => {
  const { signData, encData, ...fields } = parsed(sealReply({ a: '1' }))
  assert.equal(openEnvelope(agentKeys, { ...fields, encData }).kind, 'bad')
  assert.equal(openEnvelope(agentKeys, { ...fields, signData }).kind, 'bad')
  for (const none of [undefined, null, '']) {
    assert.equal(openEnvelope(agentKeys, { ...fields, signData: none, encData: none }).kind, 'unsigned')
  }
})

test('a reason never quotes what could not be read', () => {
  const secret = encryptText(agentKeys.sm4Key, '{"userName":"测试甲"')
  const signData = randomBytes(64).toString('base64')
  const opened = openEnvelope(agentKeys, { ...replyFields(), encData: secret, signData })
  assert.deepEqual(opened, { kind: 'bad', reason: 'encData cannot be decrypted or read' })
})
