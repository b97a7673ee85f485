// Owns what operations are called on a screen, and which interface each speaks.
import type { OrderEntry, Verb } from '../order/entries.ts'

/** `interface` is "" where nothing goes to the center. */
export const verbTexts: Readonly<Record<Verb, { readonly title: string; readonly interface: string }>> = {
  decode: { title: '解码医保码', interface: '6101' },
  upload: { title: '费用明细上传', interface: '6201' },
  placement: { title: '支付下单', interface: '6202' },
  bankPlacement: { title: '银行卡支付下单', interface: '6205' },
  cashierUrl: { title: '打开收银台', interface: '' },
  refund: { title: '退费', interface: '6203' },
  revocation: { title: '撤销上传', interface: '6401' },
  query: { title: '排队的查询', interface: '6301' },
  rebill: { title: '全退重收', interface: '' },
  billLock: { title: 'HIS 锁定账单', interface: '' },
  billBooking: { title: 'HIS 记账 (自助机)', interface: '' },
  billUnlock: { title: 'HIS 解锁账单', interface: '' },
}

type OtherKind = Exclude<OrderEntry['kind'], 'intent' | 'outcome'>

export const kindTitles: Readonly<Record<OtherKind, string>> = {
  observation: '查询结果有变化',
  authorization: '患者授权',
  notification: '中心通知',
  booking: 'HIS 记账',
  attention: '列入人工处理',
  resolution: '登记人工处理',
  newer: '由更新的版本写入',
}
