// Owns the endpoint of the agent's status: library, scanners, center, journal.
import { okAnswer } from '../answers/answer.ts'
import { agentEndpoint } from './tools.ts'

export const status = agentEndpoint({
  method: 'GET',
  path: '/v1/status',
  scope: 'read',
  summary: '动态库、扫码枪、中心、账本的状态',
  answer: (_request, tools) => okAnswer(tools.status()),
})
