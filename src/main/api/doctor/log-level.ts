// Owns the endpoint by which an administrator has more logged for an hour.
import Type from 'typebox'
import { Strict } from '../../../contract/check/fields.ts'
import { okAnswer } from '../answers/answer.ts'
import { endpoint } from '../endpoint/tools.ts'
import { logOf, standingOf } from './log.ts'
import { assertOwnInstitution } from './own-institution.ts'

export const logLevel = endpoint({
  method: 'POST',
  path: '/v1/log/level',
  scope: 'admin',
  summary: '一小时内多写日志 (debug), 或恢复 (info)',
  body: Strict({
    level: Type.Enum(['info', 'debug'], { title: '日志级别', description: 'debug 一小时后自动恢复为 info' }),
  }),
  answer: ({ caller, body }, tools) => {
    assertOwnInstitution(tools.dependencies, caller)
    const own = logOf(tools)
    own.setLevel(body.level)
    const standing = standingOf(own)
    own.log('warn', 'log.level', { caller: caller.name, to: body.level, until: standing.until || undefined })
    return okAnswer(standing)
  },
})
