// Owns the reasons why an order needs a person: what they mean, what to do, whether the agent still asks the center meanwhile,
// and what ends them. Finding them is order.ts, attention.ts and the use cases; nothing here acts.

/**
 * What ends a reason by itself. `outcome`: the open operation got its final outcome. `settled`: 6301 saw the order come to
 * rest. `resolution`: only a person's word.
 */
type EndedBy = 'outcome' | 'settled' | 'resolution'

export type AttentionText = {
  readonly zh: string
  readonly en: string
  /** What the cashier or the clerk should do, in Chinese. */
  readonly suggestion: string
  readonly endedBy: EndedBy
  /** True: the agent leaves the order alone until somebody asks or decides. */
  readonly stops: boolean
}

export const attentionTexts = {
  'upload-unclear': {
    zh: '费用上传结果不明',
    en: 'It is not known whether the upload reached the center',
    suggestion: '请中心按医院订单号查询; 若已上传, 由中心撤销, 然后登记处理结果',
    endedBy: 'outcome',
    stops: true,
  },
  'pay-order-of-another': {
    zh: '中心返回了属于另一订单的支付订单号',
    en: 'The center answered with the payOrdId of another order',
    suggestion: '停止该订单, 联系中心核对',
    endedBy: 'resolution',
    stops: true,
  },
  'unexpected-status': {
    zh: '中心的订单状态与所做的操作不符',
    en: 'The status at the center does not follow from what was asked',
    suggestion: '在医保门户核对该订单, 确认后登记处理结果',
    endedBy: 'outcome',
    stops: true,
  },
  'cash-refund-unclear': {
    zh: '现金退费结果不明',
    en: 'It is not known whether the cash refund happened',
    suggestion: '在支付渠道核对该笔退款是否到账, 勿直接再退',
    endedBy: 'outcome',
    stops: true,
  },
  'cash-still-held': {
    zh: '医保已撤销, 现金未退',
    en: 'The insurance part was revoked, the cash is still held',
    suggestion: '在支付渠道核对并退还现金',
    endedBy: 'outcome',
    stops: true,
  },
  'revocation-unclear': {
    zh: '撤销结果不明',
    en: 'It is not known whether the revocation happened',
    suggestion: '稍后刷新订单; 仍不明时联系中心',
    endedBy: 'outcome',
    stops: true,
  },
  'not-found': {
    zh: '中心查不到该订单',
    en: 'The center does not find the order',
    suggestion: '联系中心核对支付订单号',
    endedBy: 'settled',
    stops: true,
  },
  'day-end': {
    zh: '日终仍无结果',
    en: 'No result by the end of the day',
    suggestion: '在医保门户核对该订单, 或刷新订单再问一次中心',
    endedBy: 'settled',
    stops: true,
  },
  'placed-without-amounts': {
    zh: '下单的应答丢失, 中心已收到订单, 迟迟没有付清',
    en: 'The answer to the placement was lost; the center holds the order, and it is not paid for too long',
    suggestion: '请患者在手机上查看并付清自费部分; 不付的由收费员撤销后重新收费, 勿另收现金',
    endedBy: 'settled',
    stops: false,
  },
  'settling-while-idle': {
    zh: '患者可能已离开, 订单仍在结算',
    en: 'The order is being settled though it was taken for abandoned',
    suggestion: '联系患者; 结算完成后在 HIS 记账或退费',
    endedBy: 'settled',
    stops: false,
  },
  'notice-differs': {
    zh: '中心通知的金额与查询结果不一致',
    en: 'The amounts of a notice differ from those of the query',
    suggestion: '以查询结果为准, 与中心核对差额',
    endedBy: 'resolution',
    stops: false,
  },
  'notice-without-upload': {
    zh: '中心通知了一笔上传结果不明的订单',
    en: 'The center notified of an order whose upload is of unknown outcome',
    suggestion: '支付订单号已由通知得知, 但没有 payToken 无法查询; 在医保门户核对后登记处理结果',
    endedBy: 'resolution',
    stops: true,
  },
  'earlier-upload-open': {
    zh: '该单号撤销过的那一笔, 中心仍未撤销或已付款',
    en: 'The center still holds fees of this number that were revoked, open or paid',
    suggestion: '勿让患者再付; 在医保门户按撤销前的支付订单号核对资金去向, 多付的退还, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'refunded-elsewhere': {
    zh: '该订单有不是由本机发起的退费',
    en: 'Money went back that this agent did not ask for',
    suggestion: '核实是谁在医保门户退费, 在 HIS 冲账后登记处理结果',
    endedBy: 'resolution',
    stops: true,
  },
  'status-went-back': {
    zh: '中心的订单状态与已结算的结果矛盾',
    en: 'The status at the center contradicts what was settled before',
    suggestion: '停止该订单, 在医保门户核对资金去向后登记处理结果',
    endedBy: 'resolution',
    stops: true,
  },
  'refunded-whole-elsewhere': {
    zh: '该订单已全额退费, 不是由本机发起',
    en: 'Everything went back, and this agent did not ask for it',
    suggestion: '核实是谁在医保门户退费, 在 HIS 冲账后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'refunded-late': {
    zh: '退费曾答复没有发生, 中心后来还是做了',
    en: 'A refund was answered as not done, and the center did it later all the same',
    suggestion: '这是本机的退费, 已按原流水号登记: 在 HIS 按该流水号冲账, 勿再退, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'refund-undecided': {
    zh: '退费已发出, 查询没有看到, 中心仍可能办理',
    en: 'A refund was sent and 6301 saw nothing of it; the center may still do it',
    suggestion:
      '用原流水号原样再退一次; 不再退的, 在医保门户核对这一笔后登记已发生或未发生, 在此之前勿换流水号; 同时列有不是本机发起的退费时, 可能就是这一笔',
    endedBy: 'resolution',
    stops: false,
  },
  'refund-unauthorised': {
    zh: '应自动退费, 但没有有效的退费授权',
    en: 'A refund is due by rule, and there is no valid authorisation for it',
    suggestion: '请患者重新扫码授权, 再由收费员退费',
    endedBy: 'resolution',
    stops: false,
  },
  'automatic-refund-failed': {
    zh: '自动退费未成功',
    en: 'A refund that was due by rule did not succeed',
    suggestion: '查看退费被拒的原因, 由收费员用新的流水号退费',
    endedBy: 'resolution',
    stops: false,
  },
  'revocation-failed': {
    zh: '无人支付的订单未能撤销',
    en: 'An abandoned order could not be revoked',
    suggestion: '刷新订单, 由收费员撤销; 仍不成功时联系中心',
    endedBy: 'settled',
    stops: false,
  },
  'queue-dropped': {
    zh: '排队的操作轮到时已不能再做',
    en: 'What waited in the queue could no longer be done when its turn came',
    suggestion: '查看该操作的结果和原因, 需要时重新发起',
    endedBy: 'resolution',
    stops: false,
  },
  'legs-mismatch': {
    zh: '各部分金额之和与总额不符',
    en: 'The legs do not add up to the total',
    suggestion: '与中心核对结算金额, 勿自行调整',
    endedBy: 'resolution',
    stops: false,
  },
  'deposit-unclear': {
    zh: '住院押金抵扣了多少不能确定',
    en: 'It is not clear what was taken of the deposit',
    suggestion: '与中心核对现金支付是否已扣除押金, 核实患者应付金额后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'amounts-wrong': {
    zh: '结算金额与账单不符, 或有负数',
    en: 'The settlement is of another sum than the bill, or has a negative part',
    suggestion: '暂勿记账, 与中心核对结算金额; 已付的按核对结果处理, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'amounts-missing': {
    zh: '已结算, 中心没有给出可用的金额',
    en: 'Settled, and the center tells no amounts that can be read',
    suggestion: '暂勿记账, 在医保门户查清各部分金额, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'amounts-changed': {
    zh: 'HIS 记账以后, 中心改了结算金额',
    en: 'The center changed the amounts after the HIS had booked',
    suggestion: '与中心核对, 按核对结果在 HIS 调整, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'half-done-went-back': {
    zh: '中心先说已付一部分, 又说没有付',
    en: 'The center said that a part was paid, and then that nothing was',
    suggestion: '勿再收费; 在支付渠道核对患者是否已付, 等待结算结果',
    endedBy: 'settled',
    stops: false,
  },
  'status-needs-person': {
    zh: '中心的订单状态需要人工处理',
    en: 'The status at the center needs a person (13, 14, 16 or unknown)',
    suggestion: '按订单状态在医保门户或支付渠道处理, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'booking-failed': {
    zh: '已结算, HIS 记账失败',
    en: 'Settled, and the HIS could not book it',
    suggestion: '在 HIS 补记账; 确实无法记账时退费',
    endedBy: 'resolution',
    stops: false,
  },
  'booked-not-settled': {
    zh: 'HIS 已记账, 但中心最终没有结算',
    en: 'Booked by the HIS, and the center did not settle it after all',
    suggestion: '在 HIS 冲销该笔记账, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  'journal-unreadable': {
    zh: '账本记录有损坏, 显示的内容不完整',
    en: 'A record of this order is damaged; what is shown is not everything',
    suggestion: '与中心和 HIS 核对; 用 npm run journal -- quarantine 查看',
    endedBy: 'resolution',
    stops: true,
  },
  'newer-version': {
    zh: '该订单含有由更新的版本写入的记录',
    en: 'The order holds an entry that a newer version of this program wrote',
    suggestion: '升级本程序后再办理该订单; 在此之前本机不会对它做任何操作',
    endedBy: 'resolution',
    stops: true,
  },
  'his-booking-unclear': {
    zh: '已结算, 不知 HIS 是否已记账',
    en: 'Settled; the HIS did not say whether it has booked',
    suggestion: '在 HIS 核对该账单, 未记账则补记, 然后回报记账结果',
    endedBy: 'resolution',
    stops: false,
  },
  'his-bill-locked': {
    zh: '订单未支付, HIS 的账单可能仍被锁定',
    en: 'The order ended unpaid and the HIS did not unlock its bill',
    suggestion: '在 HIS 解除该账单的锁定, 然后登记处理结果',
    endedBy: 'resolution',
    stops: false,
  },
  unbooked: {
    zh: '已结算, HIS 迟迟没有记账',
    en: 'Settled, and not booked by the HIS for too long',
    suggestion: '在 HIS 补记账, 然后回报记账结果',
    endedBy: 'resolution',
    stops: false,
  },
} as const satisfies Record<string, AttentionText>

export type AttentionReason = keyof typeof attentionTexts

/** True for a reason of this table. */
export const isAttentionReason = (text: string): text is AttentionReason => Object.hasOwn(attentionTexts, text)

const textOf = (reason: string): AttentionText | undefined =>
  isAttentionReason(reason) ? attentionTexts[reason] : undefined

/** The reasons that outlive an event of this kind. */
export const keepReasons = (reasons: readonly string[], event: 'outcome' | 'settled'): readonly string[] =>
  reasons.some((reason) => textOf(reason)?.endedBy === event)
    ? reasons.filter((reason) => textOf(reason)?.endedBy !== event)
    : reasons

/** True when the agent leaves the order alone. A reason it does not know is a reason to keep still. */
export const isStopped = (reasons: readonly string[]): boolean =>
  reasons.some((reason) => textOf(reason)?.stops !== false)
