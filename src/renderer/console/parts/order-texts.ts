// Owns what the states of an order, what to do next, the ways to pay and the kinds of refund are called on a cashier's screen.
// The states themselves are the agent's.
import { computed } from 'vue'
import { language } from '../../shared/language.ts'

type Tone = 'calm' | 'good' | 'waiting' | 'bad'
type Name = { readonly zh: string; readonly en: string }

const states: Readonly<Record<string, Name & { readonly tone: Tone }>> = {
  new: { zh: '未上传', en: 'Not uploaded', tone: 'calm' },
  uploading: { zh: '上传中', en: 'Uploading', tone: 'waiting' },
  uploaded: { zh: '已上传', en: 'Uploaded', tone: 'calm' },
  placing: { zh: '下单中', en: 'Placing', tone: 'waiting' },
  pending: { zh: '结算中', en: 'Settling', tone: 'waiting' },
  cashPending: { zh: '待付自费', en: 'Cash to pay', tone: 'waiting' },
  halfDone: { zh: '部分完成', en: 'Half done', tone: 'waiting' },
  paid: { zh: '已结算', en: 'Paid', tone: 'good' },
  queued: { zh: '排队中', en: 'Queued', tone: 'waiting' },
  refunding: { zh: '退费中', en: 'Refunding', tone: 'waiting' },
  refunded: { zh: '已全退', en: 'Refunded', tone: 'calm' },
  partlyRefunded: { zh: '部分退费', en: 'Partly refunded', tone: 'calm' },
  revoking: { zh: '撤销中', en: 'Revoking', tone: 'waiting' },
  revoked: { zh: '已撤销', en: 'Revoked', tone: 'calm' },
  failed: { zh: '结算失败', en: 'Failed', tone: 'bad' },
  needsPerson: { zh: '需人工', en: 'Needs a person', tone: 'bad' },
}

const nexts: Readonly<Record<string, Name>> = {
  upload: { zh: '请在 HIS 上传费用', en: 'Upload from the HIS' },
  authorize: { zh: '请患者手机授权', en: 'The patient authorises on the phone' },
  place: { zh: '可以下单', en: 'Ready to be placed' },
  payCash: { zh: '请患者付自费', en: 'The patient pays the cash part' },
  wait: { zh: '请稍候, 在核实', en: 'Wait, the agent is finding out' },
  book: { zh: '请在 HIS 记账', en: 'Book it in the HIS' },
  refundCash: { zh: '请退还现金部分', en: 'Refund the cash part' },
  none: { zh: '无', en: 'Nothing' },
  person: { zh: '见「待处理」', en: 'See "Needs a person"' },
}

const ways: Readonly<Record<string, Name>> = {
  '': { zh: '—', en: '—' },
  order: { zh: '移动支付', en: 'Mobile payment' },
  bankCard: { zh: '银行卡', en: 'Bank card' },
  cashier: { zh: '收银台', en: 'Payment page' },
}

export const refundTypes = {
  ALL: { zh: '全部退', en: 'Everything' },
  CASH: { zh: '只退现金', en: 'Cash only' },
  HI: { zh: '只退医保', en: 'Insurance only' },
} as const

const outcomes: Readonly<Record<string, Name & { readonly tone: Tone }>> = {
  running: { zh: '进行中', en: 'Running', tone: 'waiting' },
  accepted: { zh: '成功', en: 'Accepted', tone: 'good' },
  declined: { zh: '被拒', en: 'Declined', tone: 'bad' },
  notSent: { zh: '未发出', en: 'Not sent', tone: 'bad' },
  unknown: { zh: '结果未知', en: 'Unknown', tone: 'waiting' },
  queued: { zh: '排队', en: 'Queued', tone: 'waiting' },
}

/** The center's own statuses (ordStas), in the words of its dictionary. */
const ordStas: Readonly<Record<string, string>> = {
  '0': '已保存',
  '1': '预结算完成',
  '2': '待支付或结算中',
  '3': '自费完成',
  '4': '医保支付完成',
  '5': '院内结算完成',
  '6': '结算完成',
  '7': '已退款',
  '8': '已医保全部退款',
  '9': '仅自费全部退款',
  '10': '仅自费部分退款',
  '11': '医保全部退, 自费部分退',
  '12': '已撤销',
  '13': '医保已撤销, 自费未撤销',
  '14': '异常',
  '15': '结算失败',
  '16': '医保结算失败, 自费冲正失败',
}

/** '6' as '6 结算完成'. */
export const writeOrdStas = (code: string): string => (code === '' ? '—' : `${code} ${ordStas[code] ?? ''}`.trim())

export const legTexts = {
  feeSumamt: { zh: '费用总额', en: 'Total' },
  fundPay: { zh: '医保基金支付', en: 'Insurance fund' },
  psnAcctPay: { zh: '个人账户支付', en: 'Personal account' },
  othFeeAmt: { zh: '其他抵扣金额', en: 'Other deductions' },
  ownPayAmt: { zh: '现金支付', en: 'Cash' },
  deposit: { zh: '其中住院押金', en: 'Deposit therein' },
} as const
export type LegName = keyof typeof legTexts
/** What the patients paid themselves: cash without the deposit (RULES 4.9). */
export const patientCashText: Name = { zh: '患者支付现金', en: 'Cash from the patient' }
export const legNames = Object.keys(legTexts) as readonly LegName[]

/** Names of the agent in the language that is spoken now; one that this page does not know is shown as it is. */
export const orderTexts = computed(() => {
  const spoken = language.value
  const find = (names: Readonly<Record<string, Name>>, name: string): string => names[name]?.[spoken] ?? name
  return {
    state: (name: string) => find(states, name),
    next: (name: string) => find(nexts, name),
    way: (name: string) => find(ways, name),
    refundType: (name: string) => find(refundTypes, name),
    outcome: (name: string) => find(outcomes, name),
  }
})

export const toneOfState = (name: string): Tone => states[name]?.tone ?? 'bad'
export const toneOfOutcome = (name: string): Tone => outcomes[name]?.tone ?? 'calm'

/** What a cashier looks for, as the states it covers. */
export const stateGroups = {
  all: [],
  open: ['uploading', 'uploaded', 'placing', 'pending', 'cashPending', 'halfDone', 'queued', 'refunding', 'revoking'],
  paid: ['paid'],
  refunded: ['refunded', 'partlyRefunded'],
  revoked: ['revoked', 'failed'],
  person: ['needsPerson'],
} as const satisfies Readonly<Record<string, readonly string[]>>
export type StateGroup = keyof typeof stateGroups
