// Owns the endpoint that reads one operation, and may wait for its end.
import { isOpenOutcome } from '../../../core/domain/order/entries.ts'
import { endpoint } from '../endpoint/tools.ts'

export const operation = endpoint({
  method: 'GET',
  path: '/v1/operations/:id',
  scope: 'read',
  own: ['decode', 'pay', 'refund'],
  summary: '一次操作的结果',
  call: { code: 'operation', names: 'operation', texts: ['wait'] },
  texts: {
    wait: {
      description: '最多等几秒, 有了最终结果立即应答',
      pattern: /^(1?\d|2[0-5])$/,
      problem: '应为 0 到 25 的整数, 单位秒',
    },
  },
  answer: async ({ caller, parameters, texts, whenCallerLeft }, { dependencies, waits, recordOf, answerOf }) => {
    const operationId = parameters['id'] ?? ''
    const { intent, outcome } = recordOf(operationId, caller)
    // A decode that no longer runs never ends; an order's operation may be settled by a rule or a person.
    const mayEnd = intent.verb !== 'decode' || dependencies.running.find(operationId) !== undefined
    const waitMs = Number(texts['wait'] ?? 0) * 1_000
    if (waitMs > 0 && mayEnd && isOpenOutcome(outcome?.outcome)) {
      await waits.untilEnded(operationId, waitMs, whenCallerLeft)
    }
    return answerOf(operationId, caller)
  },
})
