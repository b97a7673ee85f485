// Owns the endpoint that takes the payAuthNo of a patient who agreed on the phone.
import { OptionalText, Strict, Text } from '../../../contract/check/fields.ts'
import { authorizeOrder } from '../../usecases/order/authorize-order.ts'
import { readOrder } from '../../usecases/order/read-order.ts'
import { okAnswer, presentStatus } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const authorization = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/authorization',
  scope: 'pay',
  summary: '提交患者手机授权得到的 payAuthNo',
  call: { code: 'authorization', names: 'order' },
  // payOrdId says which upload is meant (RULES 2.4).
  body: Strict({ payAuthNo: Text('支付授权码', 40), payOrdId: OptionalText('支付订单号', 40) }),
  answer: async (request, { dependencies, onBehalfOf }) => {
    const order = orderOf(request)
    await authorizeOrder(onBehalfOf(request.caller), order, request.body)
    return okAnswer(presentStatus(readOrder(dependencies.journal, order)))
  },
})
