// Owns the endpoint of 退费 (6203).
import Type from 'typebox'
import { asSent, Strict } from '../../../contract/check/fields.ts'
import { RefundOrderInput } from '../../../contract/interfaces/refund-order.ts'
import { refundOrder } from '../../usecases/operations/refund-order.ts'
import { orderOf } from '../callers/reach.ts'
import { operator, queue, splitOperator, splitQueue } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'

export const refundFields = {
  ...asSent(RefundOrderInput.properties, ['payOrdId']),
  appRefdTime: Type.Optional(RefundOrderInput.properties.appRefdTime),
}

export const refunds = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/refunds',
  scope: 'refund',
  summary: '退费',
  interface: '6203',
  call: { code: '6203', names: 'order' },
  body: Strict({ ...refundFields, operator, queue }),
  answer: (request, { onBehalfOf, answerWhenDone }) => {
    const { operator: name, fields: sent } = splitOperator(request.body)
    const { fields, origin } = splitQueue(sent)
    const performed = refundOrder(onBehalfOf(request.caller), orderOf(request), fields, { ...origin, operator: name })
    return answerWhenDone(performed, request.caller)
  },
})
