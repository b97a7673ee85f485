// Owns the endpoint by which the kiosk calls the staff.
import Type from 'typebox'
import { OptionalText, Strict } from '../../../contract/check/fields.ts'
import { kioskAlerts, type KioskAlertKind } from '../../../contract/local-api/kiosk.ts'
import { kioskOf } from '../../usecases/kiosk/list-bills.ts'
import { okAnswer } from '../answers/answer.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'

const kinds = Object.keys(kioskAlerts) as [KioskAlertKind, ...KioskAlertKind[]]

export const kioskAlert = kioskEndpoint({
  method: 'POST',
  path: '/v1/kiosk/alert',
  scope: 'decode',
  summary: '自助机通知工作人员',
  body: Strict({ kind: Type.Enum(kinds, { title: '告警种类' }), medOrgOrd: OptionalText('医疗机构订单号', 40) }),
  answer: ({ caller, body }, { dependencies, reach }) => {
    const { orgCodg } = caller
    const { kind, medOrgOrd = '' } = body
    const { terminalNo } = kioskOf(dependencies).settings
    if (medOrgOrd !== '') reach.assertOrder({ orgCodg, medOrgOrd }, caller)
    const text = kioskAlerts[kind]
    dependencies.announce({ type: 'kiosk', orgCodg, terminalNo, kind, text, medOrgOrd })
    dependencies.log('warn', 'kiosk.alert', { terminalNo, kind, medOrgOrd })
    return okAnswer({})
  },
})
