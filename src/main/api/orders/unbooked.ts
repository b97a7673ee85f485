// Owns the endpoint that lists the orders that are settled and not yet booked by the HIS.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { listUnbooked } from '../../usecases/order/file-order.ts'
import { okAnswer } from '../answers/answer.ts'
import { presentWaiting } from '../answers/present-order.ts'
import { endpoint } from '../endpoint/tools.ts'

export const unbooked = endpoint({
  method: 'GET',
  path: '/v1/orders',
  scope: 'read',
  summary: '已结算而 HIS 尚未记账的订单',
  call: { code: 'unbooked', flags: { paid: true, booked: false } },
  query: { paid: '只能为 true', booked: '只能为 false' },
  answer: ({ caller, flags }, { dependencies }) => {
    if (flags['paid'] !== true || flags['booked'] !== false) {
      throw invalidFields([{ path: 'paid, booked', name: '查询条件', problem: '目前只支持 paid=true&booked=false' }])
    }
    const orders = listUnbooked(dependencies.journal, caller.orgCodg)
    return okAnswer({ orders: orders.map((order) => presentWaiting(order, {})) })
  },
})
