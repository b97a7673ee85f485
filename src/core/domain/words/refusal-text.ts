// Owns how a refusal of the center reads. A refund that failed comes in an answer whose own message is 成功: that message speaks of
// the call, not of the refund. What the center said stays in the journal as it was.
import type { OutcomeFacts } from '../order/entries.ts'
import { refundStatusIn } from '../order/order.ts'

const successWords = /^(操作|处理|交易|请求)?(成功|success|ok)[。.!！]?$/iu

/** Never a word of success; "" when there was no refusal. */
export const refusalText = ({ refusal, output = {} }: Pick<OutcomeFacts, 'refusal' | 'output'>): string => {
  if (refusal === undefined) return ''
  const { code } = refusal
  const message = refusal.message.trim()
  if (message !== '' && !successWords.test(message)) return message
  const refStatus = refundStatusIn(output)
  if (refStatus !== '') return `退费未成功 (refStatus ${refStatus})`
  if (output['success'] === false) return '撤销未成功 (success false)'
  return code === '' || code === '0' ? '中心没有说明原因' : code
}

const settledTexts: Readonly<Record<string, string>> = {
  'not placed': '已查询, 没有下单',
  'no address': '已查询, 没有得到支付地址',
  'not revoked: the order was paid': '已查询, 订单已付款或在结算中, 没有撤销',
}

/** What 6301 settled without a refusal, in words, with the engineer's behind it; any other reason as it is. */
export const settledText = (reason: string | undefined): string | undefined => {
  const text = settledTexts[reason ?? '']
  return text === undefined ? reason : `${text} (${reason ?? ''})`
}
