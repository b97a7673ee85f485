// Owns the endpoint that checks the staff's PIN, by which they leave the kiosk's page.
import Type from 'typebox'
import { Strict } from '../../../contract/check/fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { kioskEndpoint } from './kiosk-endpoint.ts'

export const kioskStaff = kioskEndpoint({
  method: 'POST',
  path: '/v1/kiosk/staff',
  scope: 'decode',
  summary: '核对管理密码, 用于退出自助机页面',
  body: Strict({ pin: Type.String({ title: '管理密码', pattern: '^[0-9]{4,12}$' }) }),
  answer: async ({ body }, { dependencies, checkStaffPin }) => {
    await checkStaffPin(body.pin)
    dependencies.log('warn', 'kiosk.staff', {})
    return okAnswer({})
  },
})
