// Owns the endpoint of the log's newest lines, and how the log stands.
import type { LogLevel } from '../../../contract/log-line.ts'
import type { LogAnswer, LogStanding } from '../../../contract/local-api/log.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { OwnLog } from '../../../core/log/open-log.ts'
import { okAnswer } from '../answers/answer.ts'
import { endpoint, type Tools } from '../endpoint/tools.ts'
import { assertOwnInstitution } from './own-institution.ts'

const atMostLines = 200

/** Throws INTERNAL where no files are written. */
export const logOf = ({ ownLog }: Tools): OwnLog => {
  if (ownLog === undefined) throw new AgentError('INTERNAL')
  return ownLog
}

export const standingOf = ({ level, fault }: OwnLog): LogStanding => {
  const { untilMs, ...standing } = level()
  return { ...standing, until: shanghaiIso(untilMs), fault: fault() }
}

export const log = endpoint({
  method: 'GET',
  path: '/v1/log',
  scope: 'admin',
  summary: '助手日志的最后 200 行, 新的在前, 可以筛选',
  texts: {
    // The alphabet of a line and of an order's number: whatever else is asked for, a name above all, stands in none, and does not belong in an address.
    text: {
      description: '行中的一段文字, 或医院订单号',
      pattern: /^[\w .:/-]{1,64}$/,
      problem: '应为 1 到 64 个字母、数字、空格、_ . : / -',
    },
    level: {
      description: '这一级及以上',
      pattern: /^(debug|info|warn|error)$/,
      problem: '应为 debug、info、warn、error',
    },
    operationId: { description: '操作编号', pattern: /^[0-9a-f]{32}$/, problem: '应为 32 位十六进制' },
    order: { description: '订单标记', pattern: /^[0-9a-f]{12}$/, problem: '应为 12 位十六进制' },
  },
  answer: async ({ caller, texts }, tools) => {
    assertOwnInstitution(tools.dependencies, caller)
    const own = logOf(tools)
    const { text, level, operationId, order } = texts
    const filter = { text, level: level as LogLevel | undefined, operationId, order }
    const lines = await own.readNewest(filter, atMostLines)
    return okAnswer({ ...standingOf(own), lines } satisfies LogAnswer)
  },
})
