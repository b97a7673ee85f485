// Owns the words of the patient's display.
import type { Stage } from './current-order.ts'

type Notice = { readonly title: string; readonly text: string }

export type DisplayTexts = {
  readonly idle: Notice
  readonly away: string
  readonly orderNumber: string
  readonly stages: Readonly<Record<Exclude<Stage, 'checkPhone'>, Notice>>
}

export const displayTexts: { readonly zh: DisplayTexts; readonly en: DisplayTexts } = {
  zh: {
    idle: { title: '医保移动支付', text: '请向收费员出示医保码。' },
    away: '请稍候。',
    orderNumber: '订单尾号',
    stages: {
      confirm: { title: '请核对', text: '请在手机上授权医保支付。' },
      working: { title: '正在办理', text: '请稍候，不要离开。' },
      pay: { title: '请付款', text: '请付清“现金支付”一项。' },
      paid: { title: '支付成功', text: '请向收费员领取票据。' },
      refunded: { title: '已退费', text: '请与收费员核对退费金额。' },
      notPaid: { title: '没有支付', text: '这一笔没有收您的钱。' },
      askStaff: { title: '请稍候', text: '收费员正在核实，请不要重复付款。' },
    },
  },
  en: {
    idle: { title: 'Insurance payment', text: 'Please show your insurance code to the cashier.' },
    away: 'One moment.',
    orderNumber: 'Order ending in',
    stages: {
      confirm: { title: 'Please check', text: 'Authorise the payment on your phone.' },
      working: { title: 'In progress', text: 'Please stay here.' },
      pay: { title: 'Please pay', text: 'Please pay what "You pay" says.' },
      paid: { title: 'Paid', text: 'The cashier hands you the receipt.' },
      refunded: { title: 'Refunded', text: 'Please check the amount with the cashier.' },
      notPaid: { title: 'Not paid', text: 'Nothing was charged.' },
      askStaff: { title: 'One moment', text: 'The cashier is checking. Please do not pay again.' },
    },
  },
}
