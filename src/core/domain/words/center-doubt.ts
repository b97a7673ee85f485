// Owns what an answer of the center says of the center itself: whether it does what is asked, refuses one order, or refuses this whole
// installation; and how each doubt reads. Pure; counting them is usecases/base/center-link.ts.
import type { InterfaceCode } from '../../../contract/interfaces.ts'
import type { CenterRefusal } from '../order/entries.ts'
import { refusalText } from './refusal-text.ts'

export type DoubtCause = 'unverified' | 'timeout' | 'clock' | 'refused' | 'unusable'

/** Why the center is doubted. `words`: its own, or what is wrong with its answer, in Chinese. */
export type CenterDoubt = {
  readonly cause: DoubtCause
  readonly words: string
  /** The interfaces that it is about, where others work; left out for the center as a whole. */
  readonly only?: readonly InterfaceCode[]
}

/** The reasons of center/ for an answer that is not believed, the first that fits. */
const reasons: readonly (readonly [RegExp, DoubtCause, string])[] = [
  [/^the signature does not verify/, 'unverified', '应答验签不通过'],
  [/^signData is not/, 'unverified', '应答的 signData 不是 SM2 签名'],
  [/^encData cannot/, 'unverified', '应答解密不了'],
  [/^appId is another/, 'unverified', '应答的 appId 是另一个渠道的'],
  [/^unsigned success/, 'unverified', '应答说成功而没有签名'],
  [/^unsigned refusal/, 'refused', '中心的拒绝没有签名'],
  [/^the time of the reply/, 'clock', '应答的时间缺失或读不懂'],
  [/^the reply is too old/, 'clock', '应答的时间与本机相差太大'],
  [/^the reply was seen/, 'unusable', '应答是以前收到过的'],
  [/^the reply says neither/, 'unusable', '应答既不是成功也不是拒绝'],
  [/^the code is no known success/, 'unusable', '应答的代码不是成功, 内容却说已办成'],
  [/^(data is no object|a field of|payOrdId is not|refStatus is)/, 'unusable', '应答缺少内容或内容有误'],
  [/^HTTP \d+/, 'unusable', '应答不是医保接口的报文'],
  [/^(ERR_CANCELED|ETIMEDOUT|ECONNABORTED)$/, 'timeout', '中心没有按时应答'],
  [/^(ECONNRESET|EPIPE)$/, 'unusable', '中心没有应答就断开了连接'],
]

const reasonRow = (reason: string) => reasons.find(([form]) => form.test(reason))

/** Chinese for why an answer is not believed, with the engineer's own words in brackets. */
export const explainUnclear = (reason: string): string => `${reasonRow(reason)?.[2] ?? '应答不能确认'} (${reason})`

/** What refuses everybody who asks with this installation's settings, or everybody at this moment. */
const aboutInstallation = new RegExp(
  [
    '验签|签名|加签|解密|密钥|公钥|证书|时间戳|app_?id|网关|接入|繁忙|限流|流控|频繁|频率|配额|IP ?白名单',
    '渠道(?!订单|流水)|(调用|请求|访问)次数|机构(编码|代码|编号)?[^,，]{0,6}(不存在|未|不符|无权|停用)',
    '系统(忙|异常|错误|故障|内部|正在|维护|升级|超时|暂|无响应)|服务(器|忙|异常|错误|不可用|暂|维护|升级|超时)',
    '\\bsign|decrypt|certificate|timestamp|quota|\\bbusy|too many|unavailable|(system|internal|server) (error|exception)',
  ].join('|'),
  'iu',
)

/** What is about one order, patient or request; the rest of them are none the worse for it. */
const aboutOrder =
  /订单|退费|退款|费用|金额|余额|患者|人员|参保|医保待遇|就诊|处方|授权|证件|身份|姓名|批次|流水|参数|字段|不能为空|必填|重复|状态|结算|已支付|已上传|已撤销|token|order|amount|patient|field/iu

/** `installation` where a refusal is about both: 订单报文验签失败 is about no order. */
const scopeOf = ({ message, code }: CenterRefusal): 'installation' | 'order' | 'strange' => {
  const text = `${message} ${code}`
  return aboutInstallation.test(text) ? 'installation' : aboutOrder.test(text) ? 'order' : 'strange'
}

type Answered = {
  readonly kind: 'accepted' | 'declined' | 'notSent' | 'unknown'
  readonly reason?: string
  readonly refusal?: CenterRefusal
}

export type Judged =
  | { readonly says: 'works' }
  /** A refusal that proves nothing: one order's, unsigned. */
  | { readonly says: 'nothing' }
  /** `perOrder`: a refusal that nobody knows, which may be this order's alone. */
  | { readonly says: 'doubt'; readonly perOrder: boolean; readonly doubt: CenterDoubt }

const spoken = (refusal: CenterRefusal): string =>
  `[${refusal.code}] ${refusalText({ refusal })
    .replaceAll(/\p{Cc}/gu, ' ')
    .slice(0, 200)}`

/** `isVerified`: its signature held. */
export const judgeAnswer = ({ kind, reason = '', refusal }: Answered, isVerified: boolean): Judged => {
  if (refusal !== undefined) {
    const scope = scopeOf(refusal)
    if (scope === 'order') return { says: isVerified ? 'works' : 'nothing' }
    const doubt = { cause: 'refused', words: spoken(refusal) } as const
    return { says: 'doubt', perOrder: scope === 'strange' && isVerified, doubt }
  }
  if (kind === 'accepted' && isVerified) return { says: 'works' }
  const [, cause, words] = reasonRow(reason) ?? ['', 'unusable' as const, '应答不能确认']
  return { says: 'doubt', perOrder: false, doubt: { cause, words } }
}

/** How a doubt reads, Chinese and English, and what to look at. */
export const doubtTexts: Readonly<Record<DoubtCause, readonly [text: string, english: string, call: string]>> = {
  unverified: [
    '中心的应答连续验签不通过',
    'the answers do not verify',
    '信息科: 在控制台运行诊断, 核对渠道 id、应用密钥、中心公钥; 都对则联系省医保移动支付中心',
  ],
  timeout: [
    '中心连续没有按时应答',
    'the center does not answer in time',
    '信息科: 检查医保专网和前置机; 专网正常时联系省医保移动支付中心',
  ],
  clock: [
    '应答的时间与电脑时间相差太大',
    'the clock of the center differs too much',
    '信息科: 校准电脑时间, 打开自动对时; 电脑时间准确则通知中心',
  ],
  refused: [
    '中心连续拒绝, 不只是某一笔订单',
    'the center refuses whatever it is asked',
    '信息科: 把中心的代码和原文告诉省医保移动支付中心; 提到验签、密钥、渠道时先运行诊断核对配置',
  ],
  unusable: [
    '中心的应答连续不能用',
    'the answers cannot be used',
    '信息科: 核对中心地址、端口和网关路径; 都对则联系省医保移动支付中心',
  ],
}
