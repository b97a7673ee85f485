// Owns the endpoint that opens a session for a link, to the agent's own pages alone.
import { Strict, Text } from '../../../contract/check/fields.ts'
import type { SessionAnswer } from '../../../contract/local-api/access.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { okAnswer } from '../answers/answer.ts'
import { isOwnOrigin } from '../callers/guard.ts'
import { accessEndpoint } from './tools.ts'

export const exchangeLink = accessEndpoint({
  method: 'POST',
  path: '/v1/links/exchange',
  scope: undefined,
  summary: '用一次性链接换会话令牌, 只限助手自己的网页',
  body: Strict({ link: Text('一次性链接', 100) }),
  answer: ({ body, origin, port = 0 }, { links }) => {
    if (!isOwnOrigin(origin, port)) throw new AgentError('ORIGIN_REFUSED', { addition: '只限助手自己的网页' })
    const { token, name, scopes, expiresAtMs } = links.exchange(body.link)
    return okAnswer({ token, name, scopes, expiresAt: shanghaiIso(expiresAtMs) } satisfies SessionAnswer)
  },
})
