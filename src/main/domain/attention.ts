// Owns what stands on the list that needs a person: the reasons, what they mean, and what to do. Finding them is order.ts and
// usecases/; nothing here acts.
import { stateOf } from './order-state.ts'
import type { Order } from './order.ts'

export type AttentionText = { readonly zh: string; readonly en: string; readonly suggestion: string }

export const attentionTexts = {
  'upload-unclear': {
    zh: '费用上传结果不明',
    en: 'It is not known whether the upload reached the center',
    suggestion: '请中心按医院订单号查询; 若已上传, 由中心撤销或提供支付订单号',
  },
  'pay-order-of-another': {
    zh: '中心返回了属于另一订单的支付订单号',
    en: 'The center answered with the payOrdId of another order',
    suggestion: '停止该订单, 联系中心核对',
  },
  'unexpected-status': {
    zh: '中心的订单状态与所做的操作不符',
    en: 'The status at the center does not follow from what was asked',
    suggestion: '在医保门户核对该订单, 确认后登记处理结果',
  },
  'cash-refund-unclear': {
    zh: '现金退费结果不明',
    en: 'It is not known whether the cash refund happened',
    suggestion: '在支付渠道核对该笔退款是否到账, 勿直接再退',
  },
  'cash-still-held': {
    zh: '医保已撤销, 现金未退',
    en: 'The insurance part was revoked, the cash is still held',
    suggestion: '在支付渠道核对并退还现金',
  },
  'revocation-unclear': {
    zh: '撤销结果不明',
    en: 'It is not known whether the revocation happened',
    suggestion: '稍后刷新订单; 仍不明时联系中心',
  },
  'not-found': {
    zh: '中心查不到该订单',
    en: 'The center does not find the order',
    suggestion: '联系中心核对支付订单号',
  },
  'notice-differs': {
    zh: '中心通知的金额与查询结果不一致',
    en: 'The amounts of a notice differ from those of the query',
    suggestion: '以查询结果为准, 与中心核对差额',
  },
  'status-needs-person': {
    zh: '中心的订单状态需要人工处理',
    en: 'The status at the center needs a person (13, 14, 16 or unknown)',
    suggestion: '按订单状态在医保门户或支付渠道处理, 见 RULES 5',
  },
  'booking-failed': {
    zh: '已结算, HIS 记账失败',
    en: 'Settled, and the HIS could not book it',
    suggestion: '在 HIS 补记账; 确实无法记账时退费',
  },
  unbooked: {
    zh: '已结算, HIS 迟迟没有记账',
    en: 'Settled, and not booked by the HIS for too long',
    suggestion: '在 HIS 补记账, 然后回报记账结果',
  },
  'journal-unreadable': {
    zh: '账本记录有损坏, 显示的内容不完整',
    en: 'A record of this order is damaged; what is shown is not everything',
    suggestion: '与中心和 HIS 核对; 用 npm run journal -- quarantine 查看',
  },
} as const satisfies Record<string, AttentionText>

export type AttentionReason = keyof typeof attentionTexts

const isReason = (text: string): text is AttentionReason => text in attentionTexts

/** True for a settlement that the HIS has not booked; a refund ends the wait. */
export const isUnbooked = (order: Order): boolean => order.ordStas === '6' && order.booking?.success !== true

/**
 * Why an order needs a person now; empty when it does not. `unbookedAfterMs`: how long the HIS may take (RULES 8.1).
 */
export const attentionOf = (order: Order, nowMs: number, unbookedAfterMs: number): readonly AttentionReason[] => {
  const reasons = order.attention.filter(isReason)
  if (stateOf(order) === 'needsPerson') reasons.push('status-needs-person')
  if (isUnbooked(order)) {
    if (order.booking?.success === false) reasons.push('booking-failed')
    else if (order.paidAtMs !== undefined && nowMs - order.paidAtMs >= unbookedAfterMs) reasons.push('unbooked')
  }
  return reasons
}
