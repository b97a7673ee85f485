// Owns a refund as it is judged when nobody knows what became of it: from where it started, and where it leads when it is done.
import { statusesAfterRefund } from './center-status.ts'
import type { RefundFacts } from './entries.ts'
import { cashDueFen } from './legs.ts'
import { hasNoCash, refundedCashFen, refundStatusIn, type Operation, type Order } from './order.ts'
import type { AskedRefund } from './settle.ts'

/** `operation`: the refund itself, whose last answer may already have been a success. */
export const askedRefund = (order: Order, operation: Operation | undefined, facts: RefundFacts): AskedRefund => {
  const { refdType, ordStasBefore: before, cashRefdFen } = facts
  const dueFen = order.legs === undefined ? Number.POSITIVE_INFINITY : cashDueFen(order.legs)
  const noCash = hasNoCash(order)
  const isWhole = refundedCashFen(order) + cashRefdFen >= dueFen
  return {
    refdType,
    before,
    noCash,
    leadsTo: statusesAfterRefund(refdType, before, { isWhole, noCash }),
    saidSuccess: refundStatusIn(operation?.outcome?.facts.output) === 'SUCC',
  }
}
