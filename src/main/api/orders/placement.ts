// Owns the endpoint of 支付下单 (6202).
import { asSent, Strict } from '../../../contract/check/fields.ts'
import { PlaceOrderInput } from '../../../contract/interfaces/place-order.ts'
import { placeOrder } from '../../usecases/operations/place-order.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const placement = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/placement',
  scope: 'pay',
  summary: '支付下单 (只是下单, 不等于已收款)',
  interface: '6202',
  call: { code: '6202', names: 'order' },
  body: Strict(
    asSent(PlaceOrderInput.properties, [
      ...(['payAuthNo', 'payOrdId', 'payToken', 'orgCodg', 'orgBizSer', 'chrgBchno', 'feeType', 'mdtrtId'] as const),
    ]),
  ),
  answer: async (request, { dependencies: { link }, onBehalfOf, answerWhenDone }) => {
    await link.check()
    return answerWhenDone(placeOrder(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
  },
})
