// Owns the channel between one agent and the simulated center: opening requests, sealing replies and notifications in the forms
// that were asked for. What an envelope is, is seal.ts; what a request asks for is interfaces/.
import { randomBytes } from 'node:crypto'
import { deflateSync, gzipSync } from 'node:zlib'
import { createCheck, faultText } from '../../contract/check/check.ts'
import { EnvelopeRequest } from '../../contract/envelope-fields.ts'
import { JsonNumber, parseJsonText } from '../../contract/check/json-text.ts'
import type { CenterForms } from './center-forms.ts'
import { type CallbackForm, defaultUserId, type SandboxOptions } from '../options.ts'
import { type Refusal, refuse } from '../ledger/refusal.ts'
import type { Behaviour } from '../script.ts'
import { cipherKey, decryptHex, encryptHex, seal, signedTextOf } from './seal.ts'
import { formatMoment, formatStamp } from '../shanghai-time.ts'
import { createSign, createVerify, newPrivateKey, publicKeyOf } from './sm2.ts'

const version = '2.0.1'
const oldTimestampMs = 3_600_000

/** How a scripted reply differs from an honest one. */
export type Disguise = Pick<Behaviour, 'wrongSignature' | 'wrongAppId' | 'oldTimestamp'>

export type Channel = {
  readonly appId: string
  /** 65 bytes. */
  readonly publicKey: Uint8Array
  /** The forms of what is sent from now on; none: the usual ones. */
  readonly setForms: (forms: CenterForms) => void
  readonly forms: () => CenterForms
  /** The verified data of a request body. Throws a Refusal. */
  readonly openRequest: (body: Buffer) => unknown
  readonly sealReply: (data: object, disguise: Disguise) => Buffer
  readonly sealRefusal: (refusal: Refusal, unsigned: boolean) => Buffer
  /** 6302 in one of its forms. */
  readonly sealNotification: (data: object, form: CallbackForm) => Buffer
  /** A body as it goes out, with its content-encoding; "" of none. */
  readonly compress: (body: Buffer) => { readonly body: Buffer; readonly encoding: string }
  /** For chnlEncData and the 6204 redirect. Decrypting throws an Error. */
  readonly decrypt: (hex: string) => string
  readonly encrypt: (text: string) => string
  /** Builds the tables for verifying (about 300 ms). */
  readonly precompute: () => void
}

const checkEnvelope = createCheck<EnvelopeRequest>(EnvelopeRequest)

const parseEnvelope = (body: Buffer): EnvelopeRequest => {
  let parsed: unknown
  try {
    parsed = parseJsonText(new TextDecoder('utf-8', { fatal: true }).decode(body))
  } catch {
    return refuse('badEnvelope', '报文不是有效的 UTF-8 JSON')
  }
  const { value, faults } = checkEnvelope(parsed)
  if (faults.length > 0) refuse('badEnvelope', `报文公共参数有误: ${faults.map(faultText).join('; ')}`)
  if (value.version !== version) refuse('badEnvelope', `版本号应为 ${version}`)
  if (value.encType !== 'SM4' || value.signType !== 'SM2') refuse('badEnvelope', '加密方式应为 SM4, 签名方式应为 SM2')
  // Milliseconds since the epoch, or 14 or 17 digits of Shanghai time: all three are in use.
  if (!/^\d{13,17}$/.test(value.timestamp)) refuse('badEnvelope', '时间戳格式不对')
  return value
}

const parseData = (key: Uint8Array, encData: string): unknown => {
  try {
    return parseJsonText(decryptHex(key, encData))
  } catch {
    return refuse('undecipherable', '报文解密失败')
  }
}

const writeMoment = (atMs: number, form: CenterForms['timestamp']): string => {
  switch (form) {
    case 'digits14':
      return formatStamp(atMs).slice(0, 14)
    case 'milliseconds':
      return String(atMs)
    case 'seconds':
      return String(Math.floor(atMs / 1000))
    case 'dashes':
      return formatMoment(atMs).slice(0, 19)
    case 'digits17':
    case undefined:
      return formatStamp(atMs)
  }
}

const numeric = new Set([
  'ordStas',
  'feeSumamt',
  'ownPayAmt',
  'ownpayAmt',
  'psnAcctPay',
  'fundPay',
  'othFeeAmt',
  'deposit',
])
const empties = { emptyList: [], emptyObject: {}, nothing: null, emptyText: '', isLocal: true }

/** The data as a center writes it: numbers in place of texts, members that are empty. */
const shapeData = (data: object, { values, withEmpties }: CenterForms): object => {
  const pairs = Object.entries(data).map(([name, value]: [string, unknown]) => {
    const isNumber = values === 'numbers' && numeric.has(name) && typeof value === 'string'
    return [name, isNumber ? new JsonNumber(value) : value]
  })
  return { ...Object.fromEntries(pairs), ...(withEmpties ? empties : {}) } as object
}

/** `onBadSignature` is told of every request whose signature does not verify. Throws when a key is none. */
export const createChannel = (
  options: SandboxOptions,
  privateKey: Uint8Array = newPrivateKey(),
  onBadSignature: () => void = () => undefined,
): Channel => {
  const { appId, appSecret } = options
  const userId = Buffer.from(options.userId ?? defaultUserId, 'utf8')
  const { verify, precompute } = createVerify(Buffer.from(options.agentPublicKey, 'base64'), userId)
  const sign = createSign(privateKey, userId)
  const keys = { appSecret, cipherKey: cipherKey(appId, appSecret), sign }
  let forms: CenterForms = options.forms ?? {}

  const fieldsOf = (disguise: Disguise): Record<string, unknown> => ({
    appId: disguise.wrongAppId ? appId.split('').reverse().join('') : appId,
    timestamp: writeMoment(
      Date.now() + 1000 * (forms.clockAheadS ?? 0) - (disguise.oldTimestamp ? oldTimestampMs : 0),
      forms.timestamp,
    ),
    version,
  })
  const codeOf = (code: string): unknown => (forms.numericCodes ? new JsonNumber(code) : code)

  return {
    appId,
    publicKey: publicKeyOf(privateKey),
    setForms: (next) => {
      forms = next
    },
    forms: () => forms,
    openRequest: (body) => {
      const envelope = parseEnvelope(body)
      if (envelope.appId !== appId) refuse('wrongAppId', '渠道 appId 不存在')
      const data = parseData(keys.cipherKey, envelope.encData)
      const signature = Buffer.from(envelope.signData, 'base64')
      if (verify(signature, signedTextOf(envelope, data, appSecret))) return data
      onBadSignature()
      return refuse('badSignature', '验签失败')
    },
    sealReply: (data, disguise) => {
      const signer = disguise.wrongSignature ? { ...keys, sign: () => sign(randomBytes(32)) } : keys
      const fields = { ...fieldsOf(disguise), code: codeOf(forms.successCode ?? '0'), message: '成功', success: true }
      return seal(signer, fields, shapeData(data, forms), forms)
    },
    sealRefusal: ({ code, message }, unsigned) => {
      const fields = { ...fieldsOf({}), code: codeOf(code), message, success: false }
      return unsigned ? Buffer.from(JSON.stringify(fields), 'utf8') : seal(keys, fields, undefined, forms)
    },
    sealNotification: (data, form) => {
      const json = (value: object): Buffer => Buffer.from(JSON.stringify(value), 'utf8')
      switch (form) {
        case 'encrypted':
          return seal(keys, fieldsOf({}), shapeData(data, forms), forms)
        case 'encryptedData':
          return seal(keys, fieldsOf({}), { data }, forms)
        case 'encryptedUnsigned': {
          const encData = encryptHex(keys.cipherKey, json(data))
          return json({ ...fieldsOf({}), encType: 'SM4', encData })
        }
        case 'plain':
          return json(data)
        case 'plainData':
          return json({ data })
        case 'plainEnvelope':
          return json({ ...fieldsOf({}), data })
      }
    },
    compress: (body) => {
      const { compression } = forms
      if (compression === undefined) return { body, encoding: '' }
      return { body: compression === 'gzip' ? gzipSync(body) : deflateSync(body), encoding: compression }
    },
    decrypt: (hex) => decryptHex(keys.cipherKey, hex),
    encrypt: (text) => encryptHex(keys.cipherKey, Buffer.from(text, 'utf8')),
    precompute,
  }
}
