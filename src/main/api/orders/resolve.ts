// Owns the endpoint that takes what a person decided about an order (RULES 8).
import Type from 'typebox'
import { Strict, Text } from '../../../contract/check/fields.ts'
import { readOrder } from '../../usecases/order/read-order.ts'
import { resolveAttention } from '../../usecases/order/resolve-attention.ts'
import { okAnswer, presentStatus } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { calledBy } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'

export const resolve = endpoint({
  method: 'POST',
  path: '/v1/attention/:medOrgOrd/resolve',
  scope: 'refund',
  summary: '登记人工处理结果',
  call: { code: 'resolve', names: 'order' },
  body: Strict({
    decision: Type.Enum(['done', 'notDone', 'handled'], {
      title: '处理结果',
      description: 'done: 结果未明的操作已发生; notDone: 未发生; handled: 已处理',
    }),
    operator: Text('操作员', 40),
    remark: Text('处理说明', 200, { prose: true }),
  }),
  answer: (request, { dependencies }) => {
    const order = orderOf(request)
    resolveAttention(dependencies, order, { ...request.body, ...calledBy(request.caller) })
    return okAnswer(presentStatus(readOrder(dependencies.journal, order)))
  },
})
