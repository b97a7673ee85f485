// Owns taking a payAuthNo for an order from the hospital's H5 back end (RULES 4.3). It is single-use and lives minutes;
// where it comes from is checked by the caller's token.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { NotificationResult, OrderKey } from '../base/ports.ts'
import { assertAgrees, assertNotOfBefore } from './assert-agrees.ts'
import { readOrder, wrongState } from './read-order.ts'

/** `payOrdId`: which fees the patient agreed to, where the channel knows. */
export type Authorization = { readonly payAuthNo: string; readonly payOrdId?: string }

/**
 * Keeps the payAuthNo for the next placement and, once it is on the disk, tells the listeners: a kiosk places then. A later one
 * replaces it. Throws ORDER_NOT_FOUND, WRONG_STATE, or INVALID_FIELDS
 * when it is of fees that were revoked since.
 */
export const authorizeOrder = async (
  { journal, announce, by }: Dependencies,
  key: OrderKey,
  authorization: Authorization,
): Promise<void> => {
  const order = readOrder(journal, key)
  if (stateOf(order) !== 'uploaded') throw wrongState(order)
  const { payAuthNo } = authorization
  assertAgrees(authorization, { payOrdId: order.upload?.payOrdId })
  if (order.payAuthNo === payAuthNo) return
  assertNotOfBefore(order, authorization)
  journal.note(key, { kind: 'authorization', facts: by === undefined ? { payAuthNo } : { payAuthNo, by } })
  await journal.durable()
  announce({ type: 'order', ...key, state: 'uploaded', ordStas: order.ordStas ?? '' })
}

/** The same from the hospital's H5 back end through the callback listener: the answer is a value, on the disk when it leaves. */
export const takeAuthorization = async (
  dependencies: Dependencies,
  key: OrderKey,
  authorization: Authorization,
): Promise<NotificationResult> => {
  try {
    await authorizeOrder(dependencies, key, authorization)
    return { success: true, message: '成功' }
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    return { success: false, message: error.message }
  }
}
