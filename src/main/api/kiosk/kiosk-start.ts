// Owns the endpoint that locks a bill at the HIS and uploads its fees (6201).
import { Strict, Text } from '../../../contract/check/fields.ts'
import { BillId } from '../../../contract/his-bills.ts'
import { readKioskOrder } from '../../usecases/kiosk/abandon-order.ts'
import { startKioskOrder } from '../../usecases/kiosk/start-order.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'
import { presentKioskOrder } from './present.ts'

export const kioskStart = kioskEndpoint({
  method: 'POST',
  path: '/v1/kiosk/orders',
  scope: 'pay',
  summary: '锁定一张账单并上传费用明细 (6201)',
  body: Strict({ decodeOperationId: Text('解码操作编号', 40), billId: BillId }),
  answer: async ({ caller, body }, { dependencies, onBehalfOf, answerWhenDone }) => {
    await dependencies.link.check()
    const { key, performed } = await startKioskOrder(onBehalfOf(caller), caller.orgCodg, body)
    const answer = await answerWhenDone(performed, caller)
    if (answer.body.code !== '0') return answer
    const { fundIncludesAccount } = dependencies.settings
    const view = presentKioskOrder(readKioskOrder(dependencies, key), fundIncludesAccount)
    return { ...answer, body: { ...answer.body, data: { ...answer.body.data, ...view } } }
  },
})
