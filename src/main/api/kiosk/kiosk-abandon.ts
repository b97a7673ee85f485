// Owns the endpoint by which a patient gives up: the unpaid order is revoked, the bill is unlocked.
import { Strict } from '../../../contract/check/fields.ts'
import { abandonKioskOrder } from '../../usecases/kiosk/abandon-order.ts'
import { orderOf } from '../callers/reach.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'
import { answerKioskOrder } from './kiosk-order.ts'

export const kioskAbandon = kioskEndpoint({
  method: 'POST',
  path: '/v1/kiosk/orders/:medOrgOrd/abandon',
  scope: 'pay',
  summary: '患者放弃: 撤销未支付的订单, 解锁账单',
  body: Strict({}),
  answer: async (request, tools) => {
    await abandonKioskOrder(tools.onBehalfOf(request.caller), orderOf(request))
    return answerKioskOrder(request, tools)
  },
})
