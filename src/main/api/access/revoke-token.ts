// Owns the endpoint that revokes a token.
import { Strict } from '../../../contract/check/fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { accessEndpoint, tokenNameOf } from './tools.ts'

export const revokeToken = accessEndpoint({
  method: 'POST',
  path: '/v1/tokens/:name/revoke',
  scope: 'admin',
  summary: '吊销令牌, 立即生效',
  body: Strict({}),
  answer: (request, tools) => {
    tools.book.revoke(tokenNameOf(request, tools), tools.clock.wallMs())
    return okAnswer({})
  },
})
