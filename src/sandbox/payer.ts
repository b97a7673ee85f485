// Owns what the payer does with a placed order, as POST /_sandbox/orders/{payOrdId}/payer asks.
import Type, { type Static } from 'typebox'
import { createCheck } from '../contract/check/check.ts'
import { Strict } from '../contract/check/fields.ts'
import type { Center } from './center.ts'
import { collectCash, moveOrder, type Order, recordEvent, stopSettling } from './ledger/order.ts'
import { refuse } from './ledger/refusal.ts'
import { settleOrder } from './ledger/settlement.ts'

const PayerAct = Strict({
  action: Type.Enum(['pay', 'abandon', 'partial', 'insuranceFails']),
  /** With insuranceFails: whether the cash comes back (15) or not (16). Default works. */
  cashReversal: Type.Optional(Type.Enum(['works', 'fails'])),
  /** With abandon: the page is gone too. Default false. */
  expires: Type.Optional(Type.Boolean()),
  /** Answer only when 6302 is delivered or given up. Default false. */
  wait: Type.Optional(Type.Boolean()),
})
export type PayerAct = Static<typeof PayerAct>
export const checkPayerAct = createCheck<PayerAct>(PayerAct)

const payableStates = new Set(['2', '3'])

const failInsurance = (order: Order, cashReturns: boolean): void => {
  stopSettling(order)
  collectCash(order)
  order.cashReturnedFen = cashReturns ? order.cashCollectedFen : 0
  const what = cashReturns ? 'insurance failed, cash reversed' : 'insurance failed, cash reversal failed too'
  moveOrder(order, cashReturns ? '15' : '16', what)
}

/** Moves a placed order to where the payer's act leads. Throws a Refusal when there is nothing to pay. */
export const actAsPayer = (center: Center, order: Order, act: PayerAct): void => {
  const { placement } = order
  if (placement === undefined || !payableStates.has(order.ordStas)) {
    return refuse('wrongState', `订单状态 ${order.ordStas}, 没有等待支付`)
  }
  // Only a forced state stands at 2 or 3 with more than the cash moved.
  if (order.insurance !== 'none' || order.cashReturnedFen > 0) refuse('wrongState', '订单已结算过')
  if (act.action === 'abandon') {
    placement.expired = act.expires === true
    recordEvent(order, placement.expired ? 'the payer left and the page expired' : 'the payer left')
    return
  }
  if (placement.expired) refuse('wrongState', '支付页面已过期')
  if (act.action === 'insuranceFails') failInsurance(order, act.cashReversal !== 'fails')
  else if (act.action === 'pay') settleOrder(center, order)
  else if (order.ordStas === '3') refuse('wrongState', '现金已付')
  else {
    stopSettling(order)
    collectCash(order)
    moveOrder(order, '3', 'cash paid, insurance not yet')
  }
}
