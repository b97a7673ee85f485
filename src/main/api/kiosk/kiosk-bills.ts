// Owns the endpoint that lists the unpaid bills of the patient who was just decoded.
import { Strict, Text } from '../../../contract/check/fields.ts'
import type { KioskBillsView } from '../../../contract/local-api/kiosk.ts'
import { maskName } from '../../../contract/mask-patient.ts'
import { listBills } from '../../usecases/kiosk/list-bills.ts'
import { okAnswer } from '../answers/answer.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'
import { presentBill } from './present.ts'

export const kioskBills = kioskEndpoint({
  method: 'POST',
  path: '/v1/kiosk/bills',
  scope: 'decode',
  summary: '刚解码的患者在 HIS 的待缴费账单',
  body: Strict({ decodeOperationId: Text('解码操作编号', 40) }),
  answer: async ({ caller, body }, { onBehalfOf }) => {
    const { patient, bills } = await listBills(onBehalfOf(caller), caller.orgCodg, body.decodeOperationId)
    return okAnswer({
      patient: { name: maskName(patient.userName) },
      bills: bills.map(presentBill),
    } satisfies KioskBillsView)
  },
})
