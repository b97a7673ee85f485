// Owns the channel between one agent and the simulated center: opening requests, sealing replies and notifications.
// The envelope itself is main/center/envelope.ts; what a request asks for is interfaces/.
import { randomBytes } from 'node:crypto'
import { createCheck, faultText } from '../contract/check.ts'
import { EnvelopeRequest } from '../contract/envelope-fields.ts'
import { canonicalJsonText, parseJsonText } from '../contract/json-text.ts'
import { decryptText, deriveSm4Key, encryptText, openEnvelope, sealEnvelope } from '../main/center/envelope.ts'
import { createSigner, createVerifier, derivePublicKey, generatePrivateKey } from '../main/gm/sm2.ts'
import { defaultUserId, type SandboxOptions } from './options.ts'
import { type Refusal, refuse } from './refusal.ts'
import type { Behaviour } from './script.ts'
import { formatStamp } from './shanghai-time.ts'

const version = '2.0.1'
const oldTimestampMs = 3_600_000

/** How a scripted reply differs from an honest one. */
export type Disguise = Pick<Behaviour, 'wrongSignature' | 'wrongAppId' | 'oldTimestamp'>

export type Channel = {
  readonly appId: string
  /** 65 bytes. */
  readonly publicKey: Uint8Array
  /** The verified data of a request body. Throws a Refusal. */
  readonly openRequest: (body: Buffer) => unknown
  readonly sealReply: (data: object, disguise: Disguise) => Buffer
  readonly sealRefusal: (refusal: Refusal, unsigned: boolean) => Buffer
  /** 6302 in its encrypted form. */
  readonly sealNotification: (data: object) => Buffer
  /** For chnlEncData and the 6204 redirect. Decrypting throws an Error. */
  readonly decrypt: (hex: string) => string
  readonly encrypt: (text: string) => string
  /** Builds the table of the agent's key (about 150 ms). */
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

/** `onBadSignature` is told of every request whose signature does not verify. Throws when a key is none. */
export const createChannel = (
  options: SandboxOptions,
  privateKey: Uint8Array = generatePrivateKey(randomBytes),
  onBadSignature: () => void = () => undefined,
): Channel => {
  const userId = Buffer.from(options.userId ?? defaultUserId, 'utf8')
  const verifier = createVerifier({ publicKey: Buffer.from(options.agentPublicKey, 'base64'), userId })
  const sign = createSigner({ privateKey, userId, randomBytes })
  const { appId, appSecret } = options
  const keys = { appId, appSecret, sm4Key: deriveSm4Key(appId, appSecret), sign, verifier }

  const fieldsOf = (disguise: Disguise): Record<string, unknown> => ({
    appId: disguise.wrongAppId ? appId.split('').reverse().join('') : appId,
    timestamp: formatStamp(Date.now() - (disguise.oldTimestamp ? oldTimestampMs : 0)),
    version,
  })

  return {
    appId,
    publicKey: derivePublicKey(privateKey),
    openRequest: (body) => {
      const envelope = parseEnvelope(body)
      if (envelope.appId !== appId) refuse('wrongAppId', '渠道 appId 不存在')
      const opened = openEnvelope(keys, envelope)
      if (opened.kind === 'signed') return opened.data
      if (opened.kind === 'bad' && opened.reason.startsWith('encData')) refuse('undecipherable', '报文解密失败')
      onBadSignature()
      return refuse('badSignature', '验签失败')
    },
    sealReply: (data, disguise) => {
      const signer = disguise.wrongSignature ? { ...keys, sign: () => sign(randomBytes(32)) } : keys
      const fields = { ...fieldsOf(disguise), code: '0', message: '成功', success: true }
      return sealEnvelope(signer, fields, canonicalJsonText(data))
    },
    sealRefusal: ({ code, message }, unsigned) => {
      const fields = { ...fieldsOf({}), code, message, success: false }
      return unsigned ? Buffer.from(JSON.stringify(fields), 'utf8') : sealEnvelope(keys, fields)
    },
    sealNotification: (data) => sealEnvelope(keys, fieldsOf({}), canonicalJsonText(data)),
    decrypt: (hex) => decryptText(keys.sm4Key, hex),
    encrypt: (text) => encryptText(keys.sm4Key, text),
    precompute: () => verifier.precompute(),
  }
}
