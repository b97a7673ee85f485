// Owns the endpoint that makes the address of the center's cashier page (chnlAppId, chnlEncData).
import { asSent, Strict } from '../../../contract/check/fields.ts'
import { CashierUrlParameters } from '../../../contract/envelope-fields.ts'
import { PlaceOrderInput } from '../../../contract/interfaces/place-order.ts'
import { buildCashierUrl } from '../../usecases/operations/place-order.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const cashierUrl = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/cashier-url',
  scope: 'pay',
  summary: '收银台地址 (chnlAppId, chnlEncData)',
  call: { code: 'cashierUrl', names: 'order' },
  // payOrdId says which upload is meant (RULES 2.4); it is no part of the address.
  body: Strict(
    asSent({ ...CashierUrlParameters.properties, payOrdId: PlaceOrderInput.properties.payOrdId }, [
      'payAuthNo',
      'payOrdId',
    ]),
  ),
  answer: async (request, { dependencies: { link }, onBehalfOf, answerWhenDone }) => {
    await link.check()
    return answerWhenDone(buildCashierUrl(onBehalfOf(request.caller), orderOf(request), request.body), request.caller)
  },
})
