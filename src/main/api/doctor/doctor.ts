// Owns the endpoint of doctor: what is wrong with this machine. What is looked at is wired in compose-doctor.ts.
import { okAnswer } from '../answers/answer.ts'
import { endpoint } from '../endpoint/tools.ts'
import { assertOwnInstitution } from './own-institution.ts'

export const doctor = endpoint({
  method: 'GET',
  path: '/v1/doctor',
  scope: 'admin',
  summary: '体检: 各项状态、处理办法、联系谁',
  answer: async ({ caller }, { dependencies }) => {
    assertOwnInstitution(dependencies, caller)
    return okAnswer(await dependencies.doctor.examine())
  },
})
