// Owns the endpoint that ends a decode that waits for a scan, and withdraws an operation that waits for the center.
import { Strict } from '../../../contract/check/fields.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isOpenOutcome } from '../../../core/domain/order/entries.ts'
import { withdrawQueued } from '../../usecases/operations/withdraw-queued.ts'
import { withdrawing } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'

export const cancel = endpoint({
  method: 'POST',
  path: '/v1/operations/:id/cancel',
  scope: 'decode',
  own: ['pay', 'refund'],
  summary: '取消进行中的扫码解码; 撤回还没有发出的排队操作',
  call: { code: 'cancel', names: 'operation' },
  body: Strict({}),
  answer: async ({ caller, parameters }, { dependencies, decodes, recordOf, answerOf }) => {
    const operationId = parameters['id'] ?? ''
    const record = recordOf(operationId, caller)
    if (record.intent.verb !== 'decode') {
      await withdrawQueued(dependencies, record, withdrawing(caller))
      return answerOf(operationId, caller)
    }
    if (!isOpenOutcome(record.outcome?.outcome)) throw new AgentError('NOT_CANCELLABLE')
    decodes.cancel(operationId)
    await dependencies.running.find(operationId)
    return answerOf(operationId, caller)
  },
})
