// Owns the endpoint by which an administrator accepts a vendor library that has changed.
import Type from 'typebox'
import { Strict, Text } from '../../../contract/check/fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { endpoint } from '../endpoint/tools.ts'
import { assertOwnInstitution } from './own-institution.ts'

export const acceptLibrary = endpoint({
  method: 'POST',
  path: '/v1/doctor/accept-library',
  scope: 'admin',
  owner: true,
  summary: '管理员核对后接受变化了的动态库',
  body: Strict({
    fingerprint: Type.String({
      title: '动态库指纹',
      pattern: '^[0-9a-f]{64}$',
      description: 'GET /v1/doctor 中 libraryManifest 的 fingerprint; 须与此刻的文件一致',
    }),
    operator: Text('管理员工号', 40),
  }),
  answer: async ({ caller, body }, { dependencies }) => {
    assertOwnInstitution(dependencies, caller)
    const accepted = await dependencies.doctor.acceptLibrary(body)
    const { fingerprint, changes } = accepted
    dependencies.log('warn', 'library.accepted', { caller: caller.name, fingerprint, count: changes.length })
    return okAnswer(accepted)
  },
})
