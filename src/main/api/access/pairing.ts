// Owns the endpoint that tells how the last pairing stands.
import type { PairingState } from '../../../contract/local-api/access.ts'
import { okAnswer } from '../answers/answer.ts'
import { accessEndpoint, mayManage } from './tools.ts'

const none: PairingState = {
  state: 'none',
  name: '',
  scopes: [],
  origin: '',
  application: '',
  expiresAt: '',
  triesLeft: 0,
}

export const pairing = accessEndpoint({
  method: 'GET',
  path: '/v1/pairings',
  scope: 'admin',
  summary: '最近一次配对的状态',
  answer: ({ caller }, { pairings }) => okAnswer(mayManage(caller, pairings.orgCodg()) ? pairings.state() : none),
})
