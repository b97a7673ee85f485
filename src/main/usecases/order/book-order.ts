// Owns the HIS's report of its own booking (RULES 8): the last word is kept, a success is final. It moves no money.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { CalledBy } from '../../../core/domain/order/entries.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { holdsSettlement, isBookedAhead, stateOf } from '../../../core/domain/order/order-state.ts'
import { announceSoon } from './announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder, wrongState } from './read-order.ts'

export type Booking = CalledBy & {
  readonly success: boolean
  readonly remark: string
  /** The caller's token may refund (RULES 8.2). */
  readonly mayRefund: boolean
}

/** Also of a settlement whose cash went back in part before the HIS had booked it. */
const isBookable = (order: Order): boolean => {
  const state = stateOf(order)
  return state === 'paid' || (state === 'partlyRefunded' && holdsSettlement(order))
}

/**
 * Records a booking of a settled order. The same report again changes nothing; a failure may become a success, never the
 * other way. Throws ORDER_NOT_FOUND, WRONG_STATE (not settled), KEY_CONFLICT (booked before).
 */
export const bookOrder = (dependencies: Dependencies, key: OrderKey, booking: Booking): void => {
  const { journal, watch } = dependencies
  const order = readOrder(journal, key)
  if (!isBookable(order) && !isBookedAhead(order)) throw wrongState(order)
  if (order.booking?.success === true && !booking.success) {
    throw new AgentError('KEY_CONFLICT', { addition: '已回报记账成功' })
  }
  const isSame = order.booking?.success === booking.success && order.booking.remark === booking.remark
  if (!isSame) {
    journal.note(key, { kind: 'booking', facts: booking })
    announceSoon(dependencies, key)
  }
  watch(key)
}
