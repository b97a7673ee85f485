// Owns 6205 银行卡支付下单: gives the page where the payer pays with a bank card, again if asked again.
import { hasMoved } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import { openPayerPage, planPlacement } from '../ledger/settlement.ts'
import { type Act, requireTokenOrder } from './act.ts'
import { authorizePlacing } from './place-order.ts'

export const placeBankOrder: Act<'6205'> = (center, input) => {
  const order = requireTokenOrder(center, input)
  if (!['0', '1', '2'].includes(order.ordStas) || hasMoved(order))
    refuse('wrongState', `订单状态 ${order.ordStas}, 不能下单`)
  if ((order.placement?.way ?? 'bankCard') !== 'bankCard') refuse('wrongState', '订单已用另一种方式下单')
  const placement = planPlacement(center, order, { way: 'bankCard' })
  authorizePlacing(center, order, input)
  openPayerPage(order, placement)
  return { order, reply: () => ({ medBankPayUrl: `${center.url()}/bank?payOrdId=${order.payOrdId}` }) }
}
