// Owns the endpoints of doctor: what is wrong with this machine, and accepting a changed library.
import Type, { type Static } from 'typebox'
import { Strict, Text } from '../../../contract/check/fields.ts'

export const AcceptanceBody = Strict({
  fingerprint: Type.String({
    title: '动态库指纹',
    pattern: '^[0-9a-f]{64}$',
    description: 'GET /v1/doctor 中 libraryManifest 的 fingerprint; 须与此刻的文件一致',
  }),
  operator: Text('管理员工号', 40),
})
export type AcceptanceBody = Static<typeof AcceptanceBody>

export type DoctorRouteName = 'doctor' | 'acceptLibrary'

export const doctorRoutes = [
  { name: 'doctor', method: 'GET', path: '/v1/doctor', scope: 'admin', summary: '体检: 各项状态、处理办法、联系谁' },
  {
    name: 'acceptLibrary',
    method: 'POST',
    path: '/v1/doctor/accept-library',
    scope: 'admin',
    owner: true,
    summary: '管理员核对后接受变化了的动态库',
    body: AcceptanceBody,
  },
] as const
