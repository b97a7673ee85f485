// Owns 6202 支付下单: places once, under a fresh authorisation of the same patient.
import type { InputOf } from '../../contract/interfaces.ts'
import type { Center } from '../center.ts'
import type { Order } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import { describeAmounts, describeOtherFee } from '../ledger/settlement-fields.ts'
import { planPlacement, startSettling } from '../ledger/settlement.ts'
import { type Act, requireTokenOrder } from './act.ts'

const requireSameBill = (order: Order, input: InputOf<'6202'>): void => {
  if (input.chrgBchno !== order.chrgBchno) refuse('differsFromUpload', '收费批次号与费用上传不一致')
  if (input.feeType !== order.feeType) refuse('differsFromUpload', '费用类别与费用上传不一致')
  // An upload may leave it out; then the placement names it first (RULES 4.4).
  if (order.mdtrtId !== undefined && input.mdtrtId !== order.mdtrtId) {
    refuse('differsFromUpload', '就诊事件ID与费用上传不一致')
  }
}

/** Takes the request's number and authorisation; the last check before something is done. Throws a Refusal. */
export const authorizePlacing = (
  center: Center,
  order: Order,
  { orgBizSer, payAuthNo }: { readonly orgBizSer: string; readonly payAuthNo: string },
): void => {
  center.authorizations.use(payAuthNo, order.patient)
  if (!center.ledger.takeSerial(orgBizSer)) refuse('repeatedSerial', '业务流水号重复, 每一次请求须唯一')
  order.bizSerials.push(orgBizSer)
}

export const placeOrder: Act<'6202'> = (center, input) => {
  const order = requireTokenOrder(center, input)
  if (order.placement !== undefined || !['0', '1'].includes(order.ordStas)) {
    refuse('wrongState', `订单状态 ${order.ordStas}, 不能下单`)
  }
  requireSameBill(order, input)
  const placement = planPlacement(center, order, {
    way: 'order',
    deposit: input.deposit,
    acctUsedFlag: input.acctUsedFlag,
  })
  authorizePlacing(center, order, input)
  startSettling(center, order, placement)
  return {
    order,
    reply: () => ({
      payOrdId: order.payOrdId,
      ordStas: order.ordStas,
      ...describeAmounts(order, 'ownPayAmt'),
      ...describeOtherFee(order),
    }),
  }
}
