// Owns the endpoint that gives a token for the code of a pairing.
import Type from 'typebox'
import { shapeKey, Strict, Text } from '../../../contract/check/fields.ts'
import type { PairedAnswer } from '../../../contract/local-api/access.ts'
import { okAnswer } from '../answers/answer.ts'
import { isOwnOrigin } from '../callers/guard.ts'
import { application } from './fields.ts'
import { accessEndpoint, isoOf } from './tools.ts'

export const exchangePairing = accessEndpoint({
  method: 'POST',
  path: '/v1/pairings/exchange',
  scope: undefined,
  summary: '用配对码换令牌 (令牌只显示这一次)',
  body: Strict({
    code: Type.String({ title: '配对码', pattern: '^\\d{6}$', [shapeKey]: '应为六位数字' }),
    application: Text(application.title, application.length),
  }),
  answer: ({ body, origin, port = 0 }, { pairings }) => {
    // A pairing for nobody in particular is for the agent's own pages too.
    const { origin: page, application: program } = pairings.state()
    const from = isOwnOrigin(origin, port) && page === '' && program === '' ? undefined : origin
    const { token, pairing, expiresAtMs } = pairings.exchange({ ...body, origin: from })
    const { name, scopes, orgCodg } = pairing
    return okAnswer({ token, name, scopes, orgCodg, expiresAt: isoOf(expiresAtMs) } satisfies PairedAnswer)
  },
})
