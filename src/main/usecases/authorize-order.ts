// Owns taking a payAuthNo for an order from the hospital's H5 back end (RULES 4.3). It is single-use and lives minutes;
// where it comes from is checked by the caller's token.
import { AgentError } from '../domain/errors.ts'
import { stateOf } from '../domain/order-state.ts'
import type { Dependencies } from './dependencies.ts'
import type { NotificationResult, OrderKey } from './ports.ts'
import { readOrder, wrongState } from './read-order.ts'

/** Keeps the payAuthNo for the next placement; a later one replaces it. Throws ORDER_NOT_FOUND or WRONG_STATE. */
export const authorizeOrder = ({ journal, by }: Dependencies, key: OrderKey, payAuthNo: string): void => {
  const order = readOrder(journal, key)
  if (stateOf(order) !== 'uploaded') throw wrongState(order)
  const facts = by === undefined ? { payAuthNo } : { payAuthNo, by }
  if (order.payAuthNo !== payAuthNo) journal.note(key, { kind: 'authorization', facts })
}

/** The same from the hospital's H5 back end through the callback listener: the answer is a value, on the disk when it leaves. */
export const takeAuthorization = async (
  dependencies: Dependencies,
  key: OrderKey,
  payAuthNo: string,
): Promise<NotificationResult> => {
  try {
    authorizeOrder(dependencies, key, payAuthNo)
    await dependencies.journal.durable()
    return { success: true, message: '成功' }
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    return { success: false, message: error.message }
  }
}
