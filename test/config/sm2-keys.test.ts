// How SM2 keys look in files: the same key in the forms in which it circulates, and what is said of a file that is another one.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import test from 'node:test'
import fc from 'fast-check'
import { isPair, readPrivateKey, readPublicKey } from '../../src/main/config/secrets/sm2-keys.ts'
import { derivePublicKey, generatePrivateKey } from '../../src/core/gm/sm2.ts'
import { bytesOf, hexOf, knownAnswers } from '../gm/known-answers.ts'
import foreign from './fixtures/foreign-keys.json' with { type: 'json' }

const base64 = (hex: string): string => bytesOf(hex).toString('base64')
const pem = (label: string, body: string): string => `-----BEGIN ${label}-----\n${body}\n-----END ${label}-----\n`
const hexOfBase64 = (text: string): string => hexOf(Buffer.from(text, 'base64'))

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
  for (const length of [16, 31, 33, 34, 48, 64]) {
    assert.throws(() => readPrivateKey(Buffer.alloc(length, 1).toString('base64')), RangeError, `${length}`)
  }
  for (const length of [32, 33, 63, 66]) {
    assert.throws(() => readPublicKey(Buffer.alloc(length, 4).toString('base64')), RangeError, `${length}`)
  }
})

const { privateKeyHex, publicKeyHex, compressedHex } = foreign
const privateForms: Readonly<Record<string, string>> = {
  ...foreign.private,
  hex: privateKeyHex,
  'hex in capitals with a leading zero': `00${privateKeyHex.toUpperCase()}`,
  'PKCS#8 in hex': hexOfBase64(foreign.private['BouncyCastle PKCS#8']),
  'PKCS#8 in PEM of one line': pem('PRIVATE KEY', foreign.private['BouncyCastle PKCS#8']),
}
const publicForms: Readonly<Record<string, string>> = {
  ...foreign.public,
  hex: publicKeyHex,
  'hex without 04': publicKeyHex.slice(2),
  'hex, compressed': compressedHex,
  'base64, compressed': base64(compressedHex),
  'base64, 64 bytes': base64(publicKeyHex.slice(2)),
  'SPKI in hex': hexOfBase64(foreign.public['BouncyCastle SPKI']),
  'SPKI in PEM of one line': pem('PUBLIC KEY', foreign.public['BouncyCastle SPKI']),
}

for (const [form, text] of Object.entries(privateForms)) {
  test(`a private key as ${form} is read; as a public key it is named as what it is`, () => {
    assert.equal(hexOf(readPrivateKey(text)), privateKeyHex)
    assert.throws(() => readPublicKey(text), { name: 'RangeError', message: /这是私钥/ })
  })
}
for (const [form, text] of Object.entries(publicForms)) {
  test(`a public key as ${form} is read; as a private key it is named as what it is`, () => {
    assert.equal(hexOf(readPublicKey(text)), publicKeyHex)
    assert.throws(() => readPrivateKey(text), { name: 'RangeError', message: /这是公钥/ })
  })
}

const others: Readonly<Record<string, readonly [text: string, says: RegExp]>> = {
  'an encrypted key': [foreign.others.encrypted, /加密过的私钥/],
  'an encrypted key without its PEM': [foreign.others.encrypted.replaceAll(/-----.*-----/g, ''), /加密过的私钥/],
  'a certificate': [foreign.others.certificate, /证书/],
  'a certificate without its PEM': [foreign.others.certificate.replaceAll(/-----.*-----/g, ''), /证书/],
  'an RSA key': [foreign.others.rsaPrivate, /RSA/],
  'an RSA public key': [foreign.others.rsaPublic, /RSA/],
  'a key of another curve': [foreign.others.p256Private, /其他曲线/],
  'a public key of another curve': [foreign.others.p256Public, /其他曲线/],
  'PEM that was cut': [pem('PRIVATE KEY', 'AAAA').slice(0, -12), /PEM 不完整/],
  'PEM of something else': [pem('X509 CRL', 'AAAA'), /没有密钥/],
  'a word': ['密钥', /应为 Base64/],
  'DER that was cut': [foreign.private['BouncyCastle PKCS#8'].slice(0, -8), /不是 SM2/],
  'a book': ['A'.repeat(10_000), /过长/],
}
for (const [what, [text, says]] of Object.entries(others)) {
  test(`${what} is refused and named`, () => {
    for (const read of [readPrivateKey, readPublicKey]) {
      assert.throws(() => read(text), { name: 'RangeError', message: says })
    }
  })
}

test('whatever bytes stand in a file: a key comes out or a RangeError', () => {
  const text = fc.oneof(
    fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.uint8Array({ maxLength: 150 }).map((bytes) => Buffer.from([0x30, bytes.length, ...bytes]).toString('base64')),
    fc.string(),
  )
  fc.assert(
    fc.property(text, (given) => {
      for (const [read, length] of [
        [readPrivateKey, 32],
        [readPublicKey, 65],
      ] as const) {
        try {
          assert.equal(read(given).length, length)
        } catch (error) {
          assert.ok(error instanceof RangeError)
        }
      }
    }),
  )
})
