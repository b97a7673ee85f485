// Owns finding the SM2 user id that a center signs under, by a reply that was captured: its documents do not always say.
import { canonicalJsonText, parseJsonText } from '../../contract/json-text.ts'
import type { UserIdTrialAnswer } from '../../contract/local-api/settings.ts'
import { createVerifier, rawSignature } from '../gm/sm2.ts'
import { decryptText, deriveSm4Key, signString } from './envelope.ts'
import { findEnvelope } from './reply.ts'

export type TrialOptions = {
  readonly appId: string
  readonly appSecret: string
  readonly centerPublicKey: Uint8Array
  /** Tried in this order, each once. */
  readonly candidates: readonly string[]
}

const failed = (tried: readonly string[], text: string): UserIdTrialAnswer => ({ userId: null, tried, text })

const openData = (encData: unknown, { appId, appSecret }: TrialOptions): string | undefined => {
  if (typeof encData !== 'string' || encData === '') return undefined
  return canonicalJsonText(parseJsonText(decryptText(deriveSm4Key(appId, appSecret), encData)))
}

/** `reply`: the text of the whole envelope, relays' wrapping included. Never throws. */
export const tryUserIds = (reply: string, options: TrialOptions): UserIdTrialAnswer => {
  const envelope = findEnvelope(reply)
  if (envelope === undefined) return failed([], '这不是中心的应答报文: 应为一段完整的 JSON')
  const { signData } = envelope
  const signature = typeof signData === 'string' ? rawSignature(Buffer.from(signData, 'base64')) : undefined
  if (signature === undefined) return failed([], '报文没有 SM2 签名 (signData), 请换一份成功的应答')
  let dataText: string | undefined
  try {
    dataText = openData(envelope['encData'], options)
  } catch {
    return failed([], '报文解不开: 应用 ID 或应用密钥与这份应答不符')
  }
  const message = signString(envelope, dataText, options.appSecret)
  const tried: string[] = []
  for (const userId of new Set(options.candidates)) {
    tried.push(userId)
    const verifier = createVerifier({ publicKey: options.centerPublicKey, userId: Buffer.from(userId, 'utf8') })
    if (verifier.verify(signature, message)) {
      return { userId, tried, text: `签名用的是 "${userId}": 填入 center.userId 后保存` }
    }
  }
  return failed(tried, '都验不过: 请核对中心公钥和应用密钥, 或向中心询问 SM2 用户标识')
}
