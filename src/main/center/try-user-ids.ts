// Owns finding the SM2 user id and the signature form of a center by a reply that was captured, for its documents do not always
// say them; and when none fits, what is certain of the two keys and the appSecret, and what is only likely. The secret is tried by
// itself: it gives the key of encData, and the signed text ends with it.
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { UserIdTrialAnswer } from '../../contract/local-api/settings.ts'
import { createVerifier } from '../../core/gm/sm2.ts'
import { deriveSm4Key, readEnvelope, type EnvelopeFields } from './envelope.ts'
import { findEnvelope, saysSuccess, messageOf } from './reply.ts'
import type { CenterCharset } from './reply-text.ts'
import { nameOfForm, type SignatureForm } from './signature-forms.ts'

export type TrialOptions = {
  readonly appId: string
  readonly appSecret: string
  /** 65 bytes, as the other key. */
  readonly centerPublicKey: Uint8Array
  readonly ownPublicKey: Uint8Array
  /** Tried in this order, each once. */
  readonly candidates: readonly string[]
  readonly charset: CenterCharset
  readonly successCodes: ReadonlySet<string>
}

/** In all: every one takes a millisecond or two, and the agent has other work. */
const atMostVerifications = 300

type WrongKey = UserIdTrialAnswer['wrongKey']

const failed = (text: string, wrongKey: WrongKey = null, tried: readonly string[] = []): UserIdTrialAnswer => ({
  userId: null,
  form: null,
  wrongKey,
  tried,
  text,
})

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64')

/** What a center says when it cannot verify us. */
const aboutSignature = /验签|签名|加签|signature|sign(ed)? data/i

const ownKeyAdvice = (ownPublicKey: Uint8Array): string =>
  `请核对双方的 SM2 用户标识, 并把本机构公钥交中心重新登记: ${base64(ownPublicKey)}`

type Fit = { readonly userId: string; readonly forms: readonly SignatureForm[] }
type Search = { readonly fit: Fit | undefined; readonly tried: readonly string[]; readonly isWhole: boolean }

type Readable = Extract<ReturnType<typeof readEnvelope>, { readonly kind: 'readable' }>

/** Every id with every form, until one verifies or `allowed` verifications are done. */
const search = async (
  read: Readable,
  publicKey: Uint8Array,
  candidates: readonly string[],
  allowed: number,
): Promise<Search> => {
  const texts = [...read.texts()]
  const tried: string[] = []
  let left = allowed
  for (const userId of new Set(candidates)) {
    if (left < texts.length * read.signatures.length) return { fit: undefined, tried, isWhole: false }
    await nextTurn()
    tried.push(userId)
    const verifier = createVerifier({ publicKey, userId: Buffer.from(userId, 'utf8') })
    for (const { bytes, forms } of texts) {
      left -= read.signatures.length
      if (verifier.firstValid(read.signatures, bytes) !== undefined) {
        return { fit: { userId, forms }, tried, isWhole: true }
      }
    }
  }
  return { fit: undefined, tried, isWhole: true }
}

const secretUntried = '应用密钥 (appSecret) 无从证实: 签名的文字以 key=appSecret 结尾, 而这份应答没有 encData'

const explainUnsigned = (envelope: EnvelopeFields, ownPublicKey: Uint8Array): UserIdTrialAnswer =>
  aboutSignature.test(messageOf(envelope))
    ? failed(
        `确定: 中心说验不过本机构的签名。可能: 中心登记的本机构公钥、用户标识或应用密钥与本机不同; ${secretUntried}。先核对 appSecret。${ownKeyAdvice(ownPublicKey)}`,
      )
    : failed('报文没有 SM2 签名 (signData), 请换一份成功的应答')

const explainFit = ({ userId, forms }: Fit, isRefused: boolean, ownPublicKey: Uint8Array) => {
  const [form] = forms
  const found = { userId, form: form === undefined ? null : nameOfForm(form) }
  const what = form === undefined ? '' : ` (${nameOfForm(form)})`
  return isRefused
    ? {
        ...found,
        wrongKey: 'own' as const,
        text: `确定: 中心公钥和应用密钥没有问题, 中心的签名用的是 "${userId}"${what}。多半: 中心登记的本机构公钥不对; 若 center.userId 不是它, 先填入再试。${ownKeyAdvice(ownPublicKey)}`,
      }
    : { ...found, wrongKey: null, text: `签名用的是 "${userId}"${what}: 填入 center.userId 后保存` }
}

type Signs = {
  readonly isSuccess: boolean
  readonly isRefused: boolean
  readonly isWhole: boolean
  readonly hasData: boolean
}

/** `hasData`: encData was opened, so that the secret is the center's own. */
const explainNone = ({ isSuccess, isRefused, isWhole, hasData }: Signs) => {
  const tried = isWhole ? '各用户标识、各签名形式都验不过' : '试到上限, 都验不过 (用户标识请少填几个再试)'
  const certain = hasData ? '确定: 应用密钥 (appSecret) 没有问题, encData 解得开' : `不能确定: ${secretUntried}`
  const begin = `${tried}。${certain}`
  if (isRefused) {
    return hasData
      ? {
          wrongKey: 'both' as const,
          text: `${begin}; 中心也验不过本机构的签名。多半: 用户标识不对, 或双方的公钥都不对, 请互换公钥核对`,
        }
      : {
          wrongKey: null,
          text: `${begin}。中心也验不过本机构的签名: 一个不对的 appSecret 就足以使双方都验不过, 先核对它; 再核对用户标识, 并与中心互换公钥`,
        }
  }
  if (!hasData)
    return { wrongKey: null, text: `${begin}。请核对 appSecret、中心公钥和用户标识, 或换一份有 encData 的应答再试` }
  const own = isSuccess ? '。多半: 中心接受了请求, 本机构的密钥没有问题' : ''
  return {
    wrongKey: 'center' as const,
    text: `${begin}${own}。多半: 中心公钥或 SM2 用户标识不对, 请向中心索取公钥、询问用户标识`,
  }
}

/** `reply`: the text of the whole envelope, relays' wrapping included. Never rejects. */
export const tryUserIds = async (reply: string, options: TrialOptions): Promise<UserIdTrialAnswer> => {
  const { appId, appSecret, centerPublicKey, ownPublicKey, candidates, charset, successCodes } = options
  const envelope = findEnvelope(reply)
  if (envelope === undefined) return failed('这不是中心的应答报文: 应为一段完整的 JSON')
  const read = readEnvelope({ appSecret, sm4Key: deriveSm4Key(appId, appSecret) }, envelope, { charset })
  if (read.kind === 'unsigned') return explainUnsigned(envelope, ownPublicKey)
  if (read.kind === 'bad') {
    return read.reason.startsWith('signData')
      ? explainUnsigned(envelope, ownPublicKey)
      : failed('确定: encData 解不开, 应用 ID (appId) 或应用密钥 (appSecret) 与这份应答不符; 两把公钥此时试不出')
  }
  const hasData = typeof envelope['encData'] === 'string' && envelope['encData'] !== ''
  const isSuccess = saysSuccess(envelope, successCodes)
  const isRefused = !isSuccess && aboutSignature.test(messageOf(envelope))
  if (base64(centerPublicKey) === base64(ownPublicKey)) {
    return failed('填的中心公钥就是本机构自己的公钥: 请换成中心给的那一把', 'center')
  }
  const found = await search(read, centerPublicKey, candidates, atMostVerifications)
  const { tried, isWhole } = found
  if (found.fit !== undefined) return { tried, ...explainFit(found.fit, isRefused, ownPublicKey) }
  const asOurs = await search(read, ownPublicKey, candidates, atMostVerifications)
  if (asOurs.fit !== undefined) return failed('这是本机构发出的请求, 不是中心的应答: 请换一份应答', null, tried)
  return { userId: null, form: null, tried, ...explainNone({ isSuccess, isRefused, isWhole, hasData }) }
}
