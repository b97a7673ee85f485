// Owns the words of the order page and its details; the Chinese ones are the standard's own (002, chapter 3).
import type { KioskWay } from '../../contract/local-api/kiosk.ts'

export type OrderPageTexts = {
  readonly total: string
  readonly fund: string
  readonly account: string
  readonly other: string
  readonly deposit: string
  /** What the center did not use. */
  readonly depositExcess: string
  readonly cash: string
  /** In place of an amount that the center has not said yet. */
  readonly unknown: string
  readonly viewDetails: string
  readonly way: string
  readonly ways: Readonly<Record<KioskWay, string>>
  readonly pay: string
  readonly toPay: string
  readonly back: string
  readonly close: string
  readonly details: string
  readonly visit: string
  readonly medType: string
  /** By the codes of med_type that a kiosk meets. */
  readonly medTypes: Readonly<Record<string, string>>
  readonly bill: string
  readonly department: string
  readonly time: string
  readonly orderNumber: string
  readonly patient: string
  readonly diagnosis: string
  readonly special: string
  readonly none: string
  readonly lines: (count: number) => string
  readonly deductions: string
}

export const orderPageTexts: { readonly zh: OrderPageTexts; readonly en: OrderPageTexts } = {
  zh: {
    total: '费用总额',
    fund: '医保基金支付',
    account: '个人账户支付',
    other: '其他抵扣金额',
    deposit: '住院押金抵扣',
    depositExcess: '住院押金余额，由医院退还',
    cash: '现金支付',
    unknown: '授权后计算',
    viewDetails: '查看明细',
    way: '支付方式',
    ways: { order: '手机扫码，医保移动支付', cashier: '医保收银台', bankCard: '银行卡支付' },
    pay: '去支付',
    toPay: '支付金额',
    back: '返回',
    close: '关闭',
    details: '处方明细',
    visit: '就诊信息',
    medType: '门诊类别',
    medTypes: { 11: '普通门诊', 12: '门诊挂号', 13: '急诊', 14: '门诊慢特病', 19: '意外伤害门诊', 51: '生育门诊' },
    bill: '费用名称',
    department: '就诊科室',
    time: '就诊时间',
    orderNumber: '订单号',
    patient: '姓名',
    diagnosis: '诊断信息',
    special: '特殊信息',
    none: '无',
    lines: (count) => `费用明细（${count} 项）`,
    deductions: '其他抵扣金额',
  },
  en: {
    total: 'Total',
    fund: 'Paid by insurance fund',
    account: 'Paid by personal account',
    other: 'Other deductions',
    deposit: 'Covered by deposit',
    depositExcess: 'Rest of the deposit, returned by the hospital',
    cash: 'You pay',
    unknown: 'after authorisation',
    viewDetails: 'View details',
    way: 'Payment method',
    ways: { order: 'Insurance payment by phone', cashier: 'Insurance cashier page', bankCard: 'Bank card' },
    pay: 'Pay',
    toPay: 'Amount',
    back: 'Back',
    close: 'Close',
    details: 'Details',
    visit: 'Visit',
    medType: 'Type',
    medTypes: {
      11: 'Outpatient',
      12: 'Registration',
      13: 'Emergency',
      14: 'Chronic disease',
      19: 'Accident',
      51: 'Maternity',
    },
    bill: 'Bill',
    department: 'Department',
    time: 'Time',
    orderNumber: 'Order number',
    patient: 'Name',
    diagnosis: 'Diagnosis',
    special: 'Special treatment',
    none: 'None',
    lines: (count) => `Fees (${count})`,
    deductions: 'Other deductions',
  },
}
