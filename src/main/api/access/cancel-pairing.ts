// Owns the endpoint that ends a pairing that waits.
import { Strict } from '../../../contract/check/fields.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { okAnswer } from '../answers/answer.ts'
import { accessEndpoint, mayManage } from './tools.ts'

export const cancelPairing = accessEndpoint({
  method: 'POST',
  path: '/v1/pairings/cancel',
  scope: 'admin',
  summary: '取消等待中的配对',
  body: Strict({}),
  answer: ({ caller }, { pairings }) => {
    if (!mayManage(caller, pairings.orgCodg()) || !pairings.cancel()) throw new AgentError('PAIRING_NONE')
    return okAnswer({})
  },
})
