// Owns the endpoint that lists the tokens of an institution, without the tokens themselves.
import type { TokensAnswer } from '../../../contract/local-api/access.ts'
import { okAnswer } from '../answers/answer.ts'
import { accessEndpoint, mayManage } from './tools.ts'

export const tokens = accessEndpoint({
  method: 'GET',
  path: '/v1/tokens',
  scope: 'admin',
  summary: '全部令牌, 没有令牌本身',
  answer: ({ caller }, { book, clock }) => {
    const rows = book.rows(clock.wallMs()).filter(({ orgCodg }) => mayManage(caller, orgCodg))
    return okAnswer({ tokens: rows } satisfies TokensAnswer)
  },
})
