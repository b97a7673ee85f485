// Owns the endpoint of an order's timeline: every request and answer with its time, its length and its outcome.
import type { TimelineAnswer } from '../../../contract/local-api/console.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { notKept, timelineOf } from '../../../core/domain/words/timeline.ts'
import { okAnswer } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { assertScope } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'

export const timeline = endpoint({
  method: 'GET',
  path: '/v1/orders/:medOrgOrd/timeline',
  scope: 'read',
  summary: '一笔订单的经过: 每次请求和应答的时间、时长、结果',
  query: { raw: 'true: 连同记录的字段 (须有 admin 权限; 姓名、证件、令牌、授权码已隐去)' },
  answer: (request, { dependencies: { journal } }) => {
    const order = orderOf(request)
    const { medOrgOrd } = order
    const raw = request.flags['raw'] === true
    if (raw) assertScope(request.caller, 'admin')
    const entries = journal.readEntries(order)
    if (entries.length === 0) throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd } })
    return okAnswer({
      medOrgOrd,
      entries: timelineOf(entries, { raw, bodyOf: journal.readBody }),
      notKept,
    } satisfies TimelineAnswer)
  },
})
