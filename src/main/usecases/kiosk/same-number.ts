// Owns other institutions' orders of the same number, as a machine that changed its institution keeps them: the HIS knows a lock by
// medOrgOrd alone, so what one of them does to a bill it does to the other's.
import { billOf, unlockReasonOf } from '../../../core/domain/order/kiosk-bill.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey, OrderList } from '../base/ports.ts'
import { findOrder } from '../order/read-order.ts'

/** An order that still needs its bill stands on one of them. */
const lists: readonly OrderList[] = ['open', 'unbooked', 'attention']

export const othersOfNumber = ({ journal }: Dependencies, { orgCodg, medOrgOrd }: OrderKey): readonly Order[] => {
  const keys = lists.flatMap((list) => journal.readList(list))
  const others = keys.filter((key) => key.medOrgOrd === medOrgOrd && key.orgCodg !== orgCodg)
  return others.flatMap((key) => findOrder(journal, key) ?? [])
}

/** The bill is locked for an order that has not ended unpaid. */
export const holdsItsBill = (order: Order): boolean =>
  billOf(order)?.isHeld === true && unlockReasonOf(order) === undefined
