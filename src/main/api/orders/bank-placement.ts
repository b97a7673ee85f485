// Owns the endpoint of 银行卡支付下单 (6205).
import { asSent, Strict } from '../../../contract/check/fields.ts'
import { PlaceBankOrderInput } from '../../../contract/interfaces/place-bank-order.ts'
import { placeBankOrder } from '../../usecases/operations/place-order.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const bankPlacement = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/bank-placement',
  scope: 'pay',
  summary: '银行卡支付下单',
  interface: '6205',
  call: { code: '6205', names: 'order' },
  body: Strict(asSent(PlaceBankOrderInput.properties, ['payAuthNo', 'payOrdId', 'payToken', 'orgCodg', 'orgBizSer'])),
  answer: async (request, { dependencies: { link }, onBehalfOf, answerWhenDone }) => {
    await link.check()
    return answerWhenDone(placeBankOrder(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
  },
})
