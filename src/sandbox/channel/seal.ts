// Owns the envelope of the simulated center, written from 002, 2.2.3 and sharing nothing with the agent's: what is signed, the
// key of the cipher, and the forms that centers give to them. Pure.
import { encodeGb18030 } from '../../contract/check/gb18030.ts'
import { JsonNumber } from '../../contract/check/json-text.ts'
import { decryptSm4, encryptSm4 } from './ciphers.ts'
import type { CenterForms } from './center-forms.ts'
import type { Signature } from './sm2.ts'

/** 2.2.3.1: keys in ascending order, empty values left out; the forms say what else. undefined: the value itself is left out. */
const signedValue = (value: unknown, forms: CenterForms): string | undefined => {
  if (value === undefined || value === null || value === '') return undefined
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'number' || typeof value === 'boolean' || value instanceof JsonNumber) {
    const text = String(value)
    return forms.scalars === 'strings' ? JSON.stringify(text) : text
  }
  if (Array.isArray(value)) {
    if (value.length === 0 && forms.empties !== 'kept') return undefined
    // Rows keep their places, whatever is left of them.
    return `[${value.map((item) => signedValue(item, forms) ?? (typeof item === 'object' && item ? '{}' : JSON.stringify(item))).join(',')}]`
  }
  const members: string[] = []
  for (const [name, member] of Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))) {
    const text = signedValue(member, forms)
    if (text !== undefined) members.push(`${JSON.stringify(name)}:${text}`)
  }
  return members.length === 0 && forms.empties === 'dropped' ? undefined : `{${members.join(',')}}`
}

/** Names in ascending order with their values, `&` between them, the secret at the end. `dataText`: `data` as it is signed. */
const stringToSign = (fields: object, dataText: string | undefined, appSecret: string): string => {
  const { signData: _sign, encData: _data, extra: _extra, ...signed } = fields as Record<string, unknown>
  const all: Record<string, unknown> = { ...signed, data: dataText }
  const pairs = Object.keys(all)
    .filter((name) => all[name] !== undefined && all[name] !== null && all[name] !== '')
    .sort()
    .map((name) => `${name}=${String(all[name])}`)
  return [...pairs, `key=${appSecret}`].join('&')
}

/** 2.2.3.2 steps 3 and 4. Throws a RangeError when the appId is shorter than 16 characters. */
export const cipherKey = (appId: string, appSecret: string): Buffer => {
  const mixed = encryptSm4(Buffer.from(appId.slice(0, 16), 'latin1'), Buffer.from(appSecret, 'utf8'))
  return Buffer.from(mixed.toString('hex').toUpperCase().slice(0, 16), 'latin1')
}

export const encryptHex = (key: Uint8Array, bytes: Uint8Array): string =>
  encryptSm4(key, bytes).toString('hex').toUpperCase()

/** Throws an Error when it is no cipher text of a text. */
export const decryptHex = (key: Uint8Array, hex: string): string => {
  if (!/^([0-9a-fA-F]{32})+$/.test(hex)) throw new Error('no cipher text')
  return new TextDecoder('utf-8', { fatal: true }).decode(decryptSm4(key, Buffer.from(hex, 'hex')))
}

const encode = (text: string, charset: CenterForms['charset']): Buffer =>
  charset === 'gbk' ? Buffer.from(encodeGb18030(text)) : Buffer.from(text, 'utf8')

const stripped = (bytes: Buffer): Buffer => bytes.subarray(bytes.findIndex((byte) => byte !== 0))
/** As Java's BigInteger gives it: without leading zeros, with one where the first bit is set. */
const bigInteger = (bytes: Buffer): Buffer => {
  const short = stripped(bytes)
  return (short[0] ?? 0) >= 0x80 ? Buffer.concat([Buffer.of(0), short]) : short
}
const derInteger = (bytes: Buffer): Buffer => {
  const integer = bigInteger(bytes)
  return Buffer.concat([Buffer.of(0x02, integer.length), integer])
}

/** Whether a signature shows what its form is about: one in 128 begins with a zero byte, one in two with its first bit set. */
const showsForm = ({ r, s }: Signature, form: CenterForms['signature']): boolean => {
  if (form === 'stripped') return r[0] === 0 || s[0] === 0
  if (form === 'hexStripped') return Math.min(r[0] ?? 0, s[0] ?? 0) < 0x10
  return form !== 'padded' || ((r[0] ?? 0) | (s[0] ?? 0)) >= 0x80
}

const inBase64 = (...parts: readonly Buffer[]): string => Buffer.concat(parts).toString('base64')
const digitsOf = (bytes: Buffer): string => bytes.toString('hex')
const printed = (bytes: Buffer): string => digitsOf(bytes).replace(/^0+/, '')

const writeSignature = ({ r, s }: Signature, form: CenterForms['signature']): string => {
  switch (form) {
    case 'der': {
      const body = Buffer.concat([derInteger(r), derInteger(s)])
      return inBase64(Buffer.of(0x30, body.length), body)
    }
    case 'stripped':
      return inBase64(stripped(r), stripped(s))
    case 'padded':
      return inBase64(bigInteger(r), bigInteger(s))
    case 'hex':
      return digitsOf(r) + digitsOf(s)
    case 'hexStripped':
      return printed(r) + printed(s)
    case 'raw':
    case undefined:
      return inBase64(r, s)
  }
}

export type SealKeys = {
  readonly appSecret: string
  readonly cipherKey: Uint8Array
  readonly sign: (message: Uint8Array) => Signature
}

/** A message with its signature, and `data`, if any, in the form that the forms say. */
export const seal = (keys: SealKeys, fields: object, data: object | undefined, forms: CenterForms): Buffer => {
  const envelope: Record<string, unknown> = { ...fields, encType: 'SM4', signType: 'SM2' }
  const message = encode(stringToSign(envelope, signedValue(data, forms), keys.appSecret), forms.signedCharset)
  let signature = keys.sign(message)
  while (!showsForm(signature, forms.signature)) signature = keys.sign(message)
  envelope['signData'] = writeSignature(signature, forms.signature)
  if (data !== undefined && forms.data === 'plain') envelope['data'] = data
  else if (data !== undefined) {
    const json = JSON.stringify(data)
    const text = forms.data === 'encryptedText' ? JSON.stringify(json) : json
    envelope['encData'] = encryptHex(keys.cipherKey, encode(text, forms.charset))
  }
  return encode(JSON.stringify(envelope), forms.charset)
}

/** What a request's signature is over: the usual form, in which the standard is written. */
export const signedTextOf = (fields: object, data: unknown, appSecret: string): Buffer =>
  Buffer.from(stringToSign(fields, signedValue(data, {}), appSecret), 'utf8')
