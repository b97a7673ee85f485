// Owns the center's envelope (002, 2.2.3): canonical text, key derivation, SM4, SM2. Pure functions over bytes.
// It neither sends (transport) nor judges what a reply means (reply.ts).
import { canonicalJsonText, JsonNumber, parseJsonText } from '../../contract/json-text.ts'
import { rawSignature, type Signer, type Verifier } from '../gm/sm2.ts'
import { decryptSm4Ecb, encryptSm4Ecb } from '../gm/sm4.ts'

/** What one side needs to seal its own messages and open the other's. */
export type EnvelopeKeys = {
  readonly appId: string
  readonly appSecret: string
  readonly sm4Key: Uint8Array
  readonly sign: Signer
  readonly verifier: Verifier
}

/** The envelope's own fields; `data` never among them. */
export type EnvelopeFields = Readonly<Record<string, unknown>>

const unsignedFields = new Set(['signData', 'encData', 'extra', 'data'])
const sm4KeyLength = 16

/**
 * The SM4 key of an application: the first 16 characters of appId encrypt appSecret; the first 16 characters of that
 * upper-case hex are the key, as ASCII bytes (002, 2.2.3.2 steps 3 and 4). An appId is not always hex: never decode it.
 */
export const deriveSm4Key = (appId: string, appSecret: string): Uint8Array => {
  const first = Buffer.from(appId.slice(0, sm4KeyLength), 'ascii')
  if (first.length !== sm4KeyLength) throw new RangeError('appId is shorter than 16 characters')
  const mixed = Buffer.from(encryptSm4Ecb(first, Buffer.from(appSecret, 'utf8')))
    .toString('hex')
    .toUpperCase()
  return Buffer.from(mixed.slice(0, sm4KeyLength), 'ascii')
}

const fieldText = (value: unknown): string => {
  if (typeof value === 'string') return value
  if (value instanceof JsonNumber) return value.text
  return canonicalJsonText(value)
}

/** The text that is signed, as bytes: `name=value` sorted by name, joined by `&`, then `&key=` and the secret. */
export const signString = (fields: EnvelopeFields, dataText: string | undefined, appSecret: string): Buffer => {
  const all: Record<string, unknown> = { ...fields }
  for (const name of unsignedFields) delete all[name]
  if (dataText !== undefined) all['data'] = dataText
  const pairs = Object.keys(all)
    .toSorted()
    .filter((name) => all[name] !== null && all[name] !== undefined && all[name] !== '')
    .map((name) => `${name}=${fieldText(all[name])}`)
  return Buffer.from(`${pairs.join('&')}&key=${appSecret}`, 'utf8')
}

/** Encrypts text for the channel: upper-case hex. Also used for chnlEncData of the cashier URL (002, 3.1.2.1.5.1). */
export const encryptText = (sm4Key: Uint8Array, text: string): string =>
  Buffer.from(encryptSm4Ecb(sm4Key, Buffer.from(text, 'utf8')))
    .toString('hex')
    .toUpperCase()

/** Opposite of `encryptText`; either case and white space are accepted. Throws an Error when it is no ciphertext. */
export const decryptText = (sm4Key: Uint8Array, hex: string): string => {
  const compact = hex.replaceAll(/\s+/g, '')
  if (compact.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(compact)) throw new Error('encData is not hex')
  return new TextDecoder('utf-8', { fatal: true }).decode(decryptSm4Ecb(sm4Key, Buffer.from(compact, 'hex')))
}

/**
 * Seals a message: adds encType, signType, encData and signData to `fields` (appId, version, timestamp, for replies also
 * code, message, success). `dataText` is canonical JSON; without it the message is signed over its fields alone.
 * `sentText` is what is encrypted, when that differs from what is signed (canonicalJsonTexts).
 */
export const sealEnvelope = (
  keys: EnvelopeKeys,
  fields: EnvelopeFields,
  dataText?: string,
  sentText = dataText,
): Buffer => {
  const signed: Record<string, unknown> = { ...fields, encType: 'SM4', signType: 'SM2' }
  const signature = keys.sign(signString(signed, dataText, keys.appSecret))
  signed['signData'] = Buffer.from(signature).toString('base64')
  if (sentText !== undefined) signed['encData'] = encryptText(keys.sm4Key, sentText)
  return Buffer.from(JSON.stringify(signed), 'utf8')
}

const decodeSignature = (text: unknown): Uint8Array | undefined => {
  if (typeof text !== 'string') return undefined
  // Base64 comes wrapped over lines and without its padding; Buffer reads both.
  return rawSignature(Buffer.from(text, 'base64'))
}

export type OpenedEnvelope =
  | { readonly kind: 'signed'; readonly data: unknown; readonly signature: Uint8Array }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly reason: string }

/**
 * Decrypts, then verifies: the signature covers the plain `data` in canonical form with its numbers as written. `unsigned`
 * means that neither signData nor encData is there; anything half there or not verifying is `bad`.
 */
export const openEnvelope = (keys: EnvelopeKeys, envelope: EnvelopeFields): OpenedEnvelope => {
  const { encData, signData } = envelope
  const hasData = typeof encData === 'string' && encData !== ''
  if (!hasData && (signData === undefined || signData === null || signData === '')) return { kind: 'unsigned' }
  const signature = decodeSignature(signData)
  if (signature === undefined) return { kind: 'bad', reason: 'signData is not an SM2 signature' }
  let data: unknown
  try {
    data = hasData ? parseJsonText(decryptText(keys.sm4Key, encData)) : undefined
  } catch {
    // The parser's own message may quote patient data.
    return { kind: 'bad', reason: 'encData cannot be decrypted or read' }
  }
  const dataText = data === undefined ? undefined : canonicalJsonText(data)
  if (!keys.verifier.verify(signature, signString(envelope, dataText, keys.appSecret))) {
    return { kind: 'bad', reason: 'the signature does not verify' }
  }
  return { kind: 'signed', data, signature }
}
