// Owns the endpoint by which the HIS tells whether it booked an order.
import { Flag, OptionalText, Strict } from '../../../contract/check/fields.ts'
import { bookOrder } from '../../usecases/order/book-order.ts'
import { readOrder } from '../../usecases/order/read-order.ts'
import { okAnswer, presentStatus } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { calledBy } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'

export const booking = endpoint({
  method: 'POST',
  path: '/v1/orders/:medOrgOrd/booking',
  scope: 'pay',
  summary: '回报 HIS 自己的记账结果',
  call: { code: 'booking', names: 'order' },
  body: Strict({ success: Flag('HIS 记账是否成功'), remark: OptionalText('说明', 200, { prose: true }) }),
  answer: (request, { dependencies }) => {
    const { caller, body } = request
    const { success, remark = '' } = body
    const order = orderOf(request)
    const mayRefund = caller.scopes.includes('refund')
    bookOrder(dependencies, order, { success, remark, ...calledBy(caller), mayRefund })
    return okAnswer(presentStatus(readOrder(dependencies.journal, order)))
  },
})
