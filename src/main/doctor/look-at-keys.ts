// Owns doctor's question to the center: one signed 6301 about an order that cannot exist, which moves no money, and what the answer
// to it proves of both sides' keys. Sending it is center/.
import type { InputOf } from '../../contract/interfaces.ts'
import { explainConnection } from '../../core/domain/words/connection-reason.ts'
import type { CenterRefusal } from '../../core/domain/order/entries.ts'
import type { CenterAnswer } from '../usecases/base/ports.ts'
import { find, type FindingOf } from './tables/check-table.ts'

/** What the engineer at the center finds in his log. */
export const doctorMark = 'MIPAGENTDOCTOR'

/** No order, no patient: the id number fails its check digit, and no center gives a payOrdId of this kind. */
export const doctorQuestion = (orgCodg: string): InputOf<'6301'> => ({
  payOrdId: doctorMark,
  orgCodg,
  payToken: doctorMark,
  idNo: '000000190001010000',
  userName: '体检',
  idType: '01',
})

/** What a refusal says that is about the envelope and not about the order. */
const aboutEnvelope = /验签|签名|解密|signature|decrypt/i

/** The settings that may be wrong, by the reason that reply.ts and envelope.ts give. */
const suspects: Readonly<Record<string, string>> = {
  'the signature does not verify': '应答验签不通过: 核对 center.centerPublicKey, 其次 center.userId、center.appSecret',
  'signData is not an SM2 signature': '应答的 signData 不是 SM2 签名: 核对中心地址和接口版本',
  'encData cannot be decrypted or read': '应答解密不了: 核对 center.appSecret 和 center.appId',
  'appId is another one': '应答的 appId 是另一个: 核对 center.appId',
}

const said = ({ code, message }: CenterRefusal): string =>
  `中心答复 [${code}] ${message.replaceAll(/\p{Cc}/gu, ' ').slice(0, 200)}`

/** What is proven by the answer to `doctorQuestion`; undefined: none came in time. */
export const judgeKeys = (answer: CenterAnswer<'6301'> | undefined): FindingOf<'centerKeys'> => {
  if (answer === undefined) return find('centerKeys', 'noAnswer')
  if (answer.kind === 'notSent') return find('centerKeys', 'notSent', explainConnection(answer.reason))
  const refusal = 'refusal' in answer ? answer.refusal : undefined
  const words = refusal === undefined ? '' : said(refusal)
  if (refusal !== undefined && aboutEnvelope.test(refusal.message)) return find('centerKeys', 'ownRefused', words)
  if (answer.verified !== undefined) {
    return find('centerKeys', 'ok', ['应答验签通过, 双方密钥正确', words].filter((text) => text !== '').join('; '))
  }
  if (refusal !== undefined) return find('centerKeys', 'unsigned', words)
  const reason = answer.kind === 'unknown' ? answer.reason : ''
  if (suspects[reason] !== undefined) return find('centerKeys', 'unverified', suspects[reason])
  return reason === 'ERR_CANCELED' ? find('centerKeys', 'noAnswer') : find('centerKeys', 'strange', reason)
}
