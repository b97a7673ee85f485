// Owns the endpoint that finds the SM2 user id by an answer of the center.
import { UserIdTrialSchema } from '../../../contract/local-api/console-bodies.ts'
import { endpoint } from '../endpoint/tools.ts'
import { ofMachine } from './machine.ts'

export const userIdTrial = endpoint({
  method: 'POST',
  path: '/v1/settings/user-id-trial',
  scope: 'admin',
  summary: '用一份中心的应答试出 SM2 用户标识',
  body: UserIdTrialSchema,
  answer: ofMachine((machine, { body: { reply, candidates = [], centerPublicKey = '' } }) =>
    machine.tryUserIds(reply, candidates, centerPublicKey),
  ),
})
