// Owns the endpoint that gives the OpenAPI document. How that is made is ../openapi.ts.
import { okAnswer } from '../answers/answer.ts'
import { agentEndpoint } from './tools.ts'

export const openapi = agentEndpoint({
  method: 'GET',
  path: '/openapi.json',
  scope: undefined,
  summary: '本接口的 OpenAPI 文档',
  answer: (_request, { openApi }) => ({ ...okAnswer({}), document: openApi }),
})
