// Owns how an interface acts in the simulated center, and the checks that several of them share.
import type { InputOf, InterfaceCode } from '../../contract/interfaces.ts'
import { isSamePatient } from '../ledger/authorizations.ts'
import type { Center } from '../center.ts'
import type { Order, Patient } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import type { Behaviour } from '../script.ts'
import type { WireFields } from '../ledger/settlement-fields.ts'

/** What was done: to which order, and the reply as it is when it is sent. */
export type Done = { readonly order: Order; readonly reply: () => WireFields }

/** Acts on checked input in one go, without waiting; throws a Refusal with nothing changed. */
export type Act<Code extends InterfaceCode> = (center: Center, input: InputOf<Code>, behaviour: Behaviour) => Done

/** The order of a payOrdId. Throws a Refusal. */
export const requireOrder = (center: Center, payOrdId: string): Order =>
  center.ledger.find(payOrdId) ?? refuse('orderNotFound', '支付订单不存在')

/** The order, when the token is the one its upload got. Throws a Refusal. */
export const requireTokenOrder = (
  center: Center,
  { payOrdId, payToken }: { readonly payOrdId: string; readonly payToken: string },
): Order => {
  const order = requireOrder(center, payOrdId)
  if (order.payToken !== payToken) refuse('wrongToken', '支付 token 与费用上传返回的不一致')
  return order
}

/** Throws a Refusal unless the request names the patient of the upload. */
export const requirePatient = (order: Order, patient: Patient): void => {
  if (!isSamePatient(order.patient, patient)) refuse('wrongPatient', '证件号码、姓名或证件类别与费用上传不一致')
}
