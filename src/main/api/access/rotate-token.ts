// Owns the endpoint that gives a new token in place of an old one, which may be used for some minutes more.
import Type from 'typebox'
import { Strict } from '../../../contract/check/fields.ts'
import type { RotatedAnswer } from '../../../contract/local-api/access.ts'
import { okAnswer } from '../answers/answer.ts'
import { assertMayGive } from '../callers/tokens.ts'
import { Days } from './fields.ts'
import { accessEndpoint, isoOf, refuseField, tokenNameOf } from './tools.ts'

const minuteMs = 60_000
const dayMs = 24 * 3_600_000
const defaultOverlapMinutes = 10

export const rotateToken = accessEndpoint({
  method: 'POST',
  path: '/v1/tokens/:name/rotate',
  scope: 'admin',
  summary: '更换令牌 (新令牌只显示这一次)',
  body: Strict({
    overlapMinutes: Type.Optional(
      Type.Integer({
        title: '旧令牌再用几分钟',
        minimum: 0,
        maximum: 1_440,
        description: `默认 ${defaultOverlapMinutes}; 0: 立即失效`,
      }),
    ),
    expiresInDays: Type.Optional(Days),
  }),
  answer: (request, tools) => {
    const { book, clock } = tools
    const name = tokenNameOf(request, tools)
    const { overlapMinutes = defaultOverlapMinutes, expiresInDays } = request.body
    const nowMs = clock.wallMs()
    const row = book.rows(nowMs).find((listed) => listed.name === name)
    // Whoever gets the new token has all that it may.
    assertMayGive(request.caller, row?.scopes ?? [])
    if (row?.state === 'expired' && expiresInDays === undefined) {
      throw refuseField('expiresInDays', '有效天数', '令牌已过期, 须填写')
    }
    const endsMs = expiresInDays === undefined ? undefined : nowMs + expiresInDays * dayMs
    const { token, expiresAtMs, previousUntilMs } = book.rotate(name, overlapMinutes * minuteMs, endsMs, nowMs)
    const previousUntil = isoOf(previousUntilMs)
    return okAnswer({ name, token, expiresAt: isoOf(expiresAtMs), previousUntil } satisfies RotatedAnswer)
  },
})
