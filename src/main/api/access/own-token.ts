// Owns the endpoint that tells a caller what its own token is.
import type { OwnTokenAnswer } from '../../../contract/local-api/access.ts'
import { okAnswer } from '../answers/answer.ts'
import { accessEndpoint } from './tools.ts'

export const ownToken = accessEndpoint({
  method: 'GET',
  path: '/v1/tokens/me',
  scope: 'read',
  own: ['decode', 'pay', 'refund', 'admin'],
  summary: '本令牌的名称、机构、权限',
  answer: ({ caller: { name, scopes, orgCodg } }) => okAnswer({ name, scopes, orgCodg } satisfies OwnTokenAnswer),
})
