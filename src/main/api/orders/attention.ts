// Owns the endpoint that lists the orders that need a person, with the reasons and what to do.
import { attentionOf } from '../../../core/domain/words/attention.ts'
import { listForAttention } from '../../usecases/order/file-order.ts'
import { okAnswer } from '../answers/answer.ts'
import { presentAttention } from '../answers/present-order.ts'
import { endpoint } from '../endpoint/tools.ts'

export const attention = endpoint({
  method: 'GET',
  path: '/v1/attention',
  scope: 'read',
  summary: '需要人工处理的订单, 原因和建议',
  call: { code: 'attention' },
  answer: ({ caller }, { dependencies: { clock, journal, settings } }) => {
    const nowMs = clock.wallMs()
    const orders = listForAttention(journal, caller.orgCodg).flatMap((listed) => {
      const reasons = attentionOf(listed, nowMs, settings)
      return reasons.length === 0 ? [] : [presentAttention(listed, reasons, nowMs)]
    })
    return okAnswer({ orders })
  },
})
