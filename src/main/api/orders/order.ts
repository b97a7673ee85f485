// Owns the endpoint that reads one order; asked to refresh, it asks the center first (6301).
import { QueryOrderInput } from '../../../contract/interfaces/query-order.ts'
import { explainUnclear } from '../../../core/domain/words/center-doubt.ts'
import { explainConnection } from '../../../core/domain/words/connection-reason.ts'
import { refusalText } from '../../../core/domain/words/refusal-text.ts'
import { advanceOrder } from '../../usecases/following/advance-order.ts'
import { queueQuery } from '../../usecases/operations/queue-query.ts'
import { readOrder } from '../../usecases/order/read-order.ts'
import { errorAnswer, messageOf, okAnswer } from '../answers/answer.ts'
import { presentOrder } from '../answers/present-order.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const order = endpoint({
  method: 'GET',
  path: '/v1/orders/:medOrgOrd',
  scope: 'read',
  own: ['pay'],
  summary: '订单记录',
  call: { code: '6301', names: 'order', flags: { refresh: true }, repeats: QueryOrderInput.properties },
  query: { refresh: 'true: 先向中心查询 (6301)', queue: 'true: 中心连不上时排队查询' },
  answer: async (request, { dependencies, onBehalfOf, answerWhenDone }) => {
    const { journal, settings } = dependencies
    const key = orderOf(request)
    const recorded = readOrder(journal, key)
    if (request.flags['refresh'] !== true || recorded.upload === undefined) {
      return okAnswer(presentOrder(recorded, settings), messageOf(recorded))
    }
    const { answer, fresh } = await advanceOrder(dependencies, key)
    dependencies.watch(key)
    // A question moves nothing, so one whose answer got lost may wait as well as one that never left.
    const mayWait = request.flags['queue'] === true && (answer.kind === 'notSent' || answer.kind === 'unknown')
    if (mayWait) return answerWhenDone(queueQuery(onBehalfOf(request.caller), key), request.caller)
    const refreshed = readOrder(journal, key)
    const data = presentOrder(refreshed, settings)
    switch (answer.kind) {
      case 'accepted':
        // Overtaken twice: what the record says may be over by now (RULES 3.6).
        return okAnswer({ ...data, refreshed: fresh, ...(fresh ? {} : { next: 'query' }) }, messageOf(refreshed))
      case 'declined':
        return errorAnswer('CENTER_DECLINED', { ...data, center: answer.refusal }, refusalText(answer))
      case 'unknown':
        return errorAnswer('CENTER_UNCLEAR', data, explainUnclear(answer.reason))
      // The record itself stays valid; what failed is asking the center.
      case 'notSent':
        return errorAnswer('CENTER_UNREACHABLE', data, explainConnection(answer.reason))
    }
  },
})
