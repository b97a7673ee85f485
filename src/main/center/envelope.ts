// Owns the center's envelope (002, 2.2.3): canonical text, key derivation, SM4, SM2. Pure functions over bytes.
// It neither sends (transport) nor judges what a reply means (reply.ts).
import { jsonLimits, type JsonLimits } from '../../contract/check/json-limits.ts'
import { canonicalJsonText, JsonNumber, parseJsonText } from '../../contract/check/json-text.ts'
import { readHexSignatures, readSignatures, type Signer, type Verifier } from '../../core/gm/sm2.ts'
import { decryptSm4Ecb, encryptSm4Ecb } from '../../core/gm/sm4.ts'
import { readText, writeText, type CenterCharset } from './reply-text.ts'
import { signatureForms, writeInForm, type SignatureForm } from './signature-forms.ts'

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

/** The text that is signed: `name=value` sorted by name, joined by `&`, then `&key=` and the secret. */
export const signString = (fields: EnvelopeFields, dataText: string | undefined, appSecret: string): string => {
  const all: Record<string, unknown> = { ...fields }
  for (const name of unsignedFields) delete all[name]
  if (dataText !== undefined) all['data'] = dataText
  const pairs = Object.keys(all)
    .toSorted()
    .filter((name) => all[name] !== null && all[name] !== undefined && all[name] !== '')
    .map((name) => `${name}=${fieldText(all[name])}`)
  return `${pairs.join('&')}&key=${appSecret}`
}

/** Encrypts text for the channel: upper-case hex. Also used for chnlEncData of the cashier URL (002, 3.1.2.1.5.1). */
export const encryptText = (sm4Key: Uint8Array, text: string): string =>
  Buffer.from(encryptSm4Ecb(sm4Key, Buffer.from(text, 'utf8')))
    .toString('hex')
    .toUpperCase()

/** Opposite of `encryptText`; either case and white space are accepted. Throws an Error when it is no ciphertext of a text. */
export const decryptText = (sm4Key: Uint8Array, hex: string, charset: CenterCharset = 'auto'): string => {
  const compact = hex.replaceAll(/\s+/g, '')
  if (compact.length % 2 !== 0 || !/^[0-9a-fA-F]+$/.test(compact)) throw new Error('encData is not hex')
  return readText(decryptSm4Ecb(sm4Key, Buffer.from(compact, 'hex')), charset).text
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
  const signature = keys.sign(Buffer.from(signString(signed, dataText, keys.appSecret), 'utf8'))
  signed['signData'] = Buffer.from(signature).toString('base64')
  if (sentText !== undefined) signed['encData'] = encryptText(keys.sm4Key, sentText)
  return Buffer.from(JSON.stringify(signed), 'utf8')
}

/** Far longer than a signature in base64, of which 72 bytes are 96 characters. */
const hexSignature = /^[0-9a-f]{120,}$/i
/** Far longer than one in hexadecimal with a blank behind every digit. */
const longestSignature = 500

// Base64 comes wrapped over lines and without its padding; Buffer reads both.
const decodeSignatures = (text: unknown): readonly Uint8Array[] => {
  if (typeof text !== 'string' || text.length > longestSignature) return []
  const compact = text.replaceAll(/\s+/g, '')
  return hexSignature.test(compact) ? readHexSignatures(compact) : readSignatures(Buffer.from(compact, 'base64'))
}

/** A text that the signature may be over, and the forms that write it so; none where forms make no difference. */
export type SignedText = { readonly bytes: Uint8Array; readonly forms: readonly SignatureForm[] }

/** What of an envelope can be read without knowing whose it is. */
export type ReadEnvelope =
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly reason: string }
  | {
      readonly kind: 'readable'
      readonly data: unknown
      /** What signData may be as r||s. */
      readonly signatures: readonly Uint8Array[]
      /** Every text that the signature may be over, each once, the likeliest first; made as they are asked for. */
      readonly texts: () => Generator<SignedText>
    }

export type OpenOptions = {
  /** Tried before the other forms. */
  readonly fitting?: readonly SignatureForm[]
  readonly charset?: CenterCharset
  readonly limits?: JsonLimits
}

/** `data` that was opened, and its text where it came as a JSON text once more. Empty: it may not be signed at all. */
type Plain = { readonly data: unknown; readonly isEmpty: boolean; readonly asText: string | undefined }

const isEmptyText = (value: unknown): boolean => value === undefined || value === null || value === ''

const isEmptyData = (value: unknown): boolean =>
  isEmptyText(value) ||
  (typeof value === 'object' && !(value instanceof JsonNumber) && Object.values(value ?? {}).every(isEmptyText))

/** `data` may be a JSON text once more: signed is then that text, or what it says in one of the forms. */
const unpackText = (data: unknown, limits: JsonLimits): Plain => {
  if (isEmptyData(data)) return { data: isEmptyText(data) ? undefined : data, isEmpty: true, asText: undefined }
  if (typeof data !== 'string') return { data: data, isEmpty: false, asText: undefined }
  return { data: parseJsonText(data, limits), isEmpty: false, asText: data }
}

/** A text with the forms that write it so, in UTF-8; some, on machines whose own charset it is, sign its bytes in GBK. */
const inCharsets = (text: string, forms: readonly SignatureForm[]): readonly SignedText[] => {
  const bytes = writeText(text, 'utf-8')
  const isAscii = bytes.length === text.length
  return isAscii
    ? [{ bytes, forms }]
    : [
        { bytes, forms },
        { bytes: writeText(text, 'gbk'), forms },
      ]
}

function* listTexts(
  envelope: EnvelopeFields,
  appSecret: string,
  { data, isEmpty, asText }: Plain,
  fitting: readonly SignatureForm[],
): Generator<SignedText> {
  if (isEmpty) yield* inCharsets(signString(envelope, undefined, appSecret), [])
  if (typeof data !== 'object' || data === null) return
  const formsByText = new Map<string, SignatureForm[]>()
  for (const form of new Set([...fitting, ...signatureForms])) {
    const text = writeInForm(form, data)
    formsByText.set(text, [...(formsByText.get(text) ?? []), form])
  }
  if (asText !== undefined && !formsByText.has(asText)) formsByText.set(asText, [])
  for (const [text, forms] of formsByText) yield* inCharsets(signString(envelope, text, appSecret), forms)
}

/** Decrypts, and lists what the signature may be over. Never throws. */
export const readEnvelope = (
  keys: Pick<EnvelopeKeys, 'appSecret' | 'sm4Key'>,
  envelope: EnvelopeFields,
  { fitting = [], charset = 'auto', limits = jsonLimits }: OpenOptions = {},
): ReadEnvelope => {
  const { encData, signData } = envelope
  const hasData = typeof encData === 'string' && encData !== ''
  if (!hasData && (signData === undefined || signData === null || signData === '')) return { kind: 'unsigned' }
  const signatures = decodeSignatures(signData)
  if (signatures.length === 0) return { kind: 'bad', reason: 'signData is not an SM2 signature' }
  let plain: Plain
  try {
    const content = hasData ? parseJsonText(decryptText(keys.sm4Key, encData, charset), limits) : envelope['data']
    plain = unpackText(content, limits)
  } catch {
    // The parser's own message may quote patient data.
    return { kind: 'bad', reason: 'encData cannot be decrypted or read' }
  }
  const texts = (): Generator<SignedText> => listTexts(envelope, keys.appSecret, plain, fitting)
  return { kind: 'readable', data: plain.data, signatures, texts }
}

export type OpenedEnvelope =
  | {
      readonly kind: 'signed'
      readonly data: unknown
      readonly signature: Uint8Array
      readonly forms: readonly SignatureForm[]
    }
  | { readonly kind: 'unsigned' }
  | { readonly kind: 'bad'; readonly reason: string }

/** So many verifications at most for one envelope: what nobody signed must not cost more than a moment. */
const atMostVerifications = 64

/**
 * Decrypts, then verifies: the signature covers the plain `data` in one of the named forms, its numbers as written; the first
 * that verifies decides. `unsigned` means that neither signData nor encData is there; anything half there or not verifying is
 * `bad`.
 */
export const openEnvelope = (
  keys: EnvelopeKeys,
  envelope: EnvelopeFields,
  options: OpenOptions = {},
): OpenedEnvelope => {
  const read = readEnvelope(keys, envelope, options)
  if (read.kind !== 'readable') return read
  let left = atMostVerifications
  for (const { bytes, forms } of read.texts()) {
    const allowed = read.signatures.slice(0, left)
    left -= allowed.length
    if (allowed.length === 0) break
    const signature = keys.verifier.firstValid(allowed, bytes)
    if (signature !== undefined) return { kind: 'signed', data: read.data, signature, forms }
  }
  return { kind: 'bad', reason: 'the signature does not verify' }
}
