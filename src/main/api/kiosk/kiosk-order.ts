// Owns the endpoint that shows the kiosk an order that it began, without a word about the patient.
import { readKioskOrder } from '../../usecases/kiosk/abandon-order.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import type { ApiRequest } from '../endpoint/definition.ts'
import type { Tools } from '../endpoint/tools.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'
import { presentKioskOrder } from './present.ts'

export const answerKioskOrder = (
  request: Pick<ApiRequest, 'caller' | 'parameters'>,
  { dependencies }: Tools,
): Answer => {
  const order = readKioskOrder(dependencies, orderOf(request))
  return okAnswer(presentKioskOrder(order, dependencies.settings.fundIncludesAccount))
}

export const kioskOrder = kioskEndpoint({
  method: 'GET',
  path: '/v1/kiosk/orders/:medOrgOrd',
  scope: 'pay',
  summary: '自助机发起的订单, 不含患者信息',
  answer: answerKioskOrder,
})
