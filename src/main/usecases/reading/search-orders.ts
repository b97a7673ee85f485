// Owns finding orders for a person at a window: by number, by the keyed hash of a name or id number, by time (RULES 10).
// What a row shows is api/.
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Lookup, UploadPlace } from '../base/look-ups.ts'
import type { Journal, OrderKey } from '../base/ports.ts'

export type OrderSearch = {
  readonly orgCodg: string
  readonly medOrgOrd?: string | undefined
  readonly psnName?: string | undefined
  readonly idNo?: string | undefined
  /** Of the first upload, milliseconds since the epoch: at or after, and before. */
  readonly fromMs: number
  readonly toMs: number
  /** undefined: every state. */
  readonly states?: ReadonlySet<string> | undefined
  readonly before?: UploadPlace | undefined
  readonly limit: number
}

export type FoundOrder = { readonly order: Order; readonly createdMs: number; readonly updatedMs: number }

export type FoundPage = {
  readonly orders: readonly FoundOrder[]
  /** Where the next page begins; undefined at the end. */
  readonly next: UploadPlace | undefined
}

/** Orders read for one page: a rare state is looked for over several pages, not for seconds in one. */
const atMostRead = 2_000
/** Orders read in one turn of the event loop, so that a cashier's call need not wait. */
const ordersPerTurn = 50

const same = (one: string, other: string): boolean => one.trim().toUpperCase() === other.trim().toUpperCase()

const matches = ({ psnName, idNo, states }: OrderSearch, order: Order): boolean => {
  if (states !== undefined && !states.has(stateOf(order))) return false
  // The hash found one of both; the other is compared with what the same upload said.
  return (
    (psnName === undefined && idNo === undefined) ||
    order.operations.some(
      ({ intent }) =>
        intent.verb === 'upload' &&
        (psnName === undefined || same(intent.facts.userName, psnName)) &&
        (idNo === undefined || same(intent.facts.idNo, idNo)),
    )
  )
}

/** The order with its first and last time; undefined when there is none. */
export const readFound = (journal: Journal, key: OrderKey): FoundOrder | undefined => {
  const entries = journal.readEntries(key)
  const [first] = entries
  if (first === undefined) return undefined
  const order = foldOrder(key.orgCodg, key.medOrgOrd, entries)
  return { order, createdMs: first.atMs, updatedMs: entries.at(-1)?.atMs ?? first.atMs }
}

const lookupOf = ({ idNo, psnName }: OrderSearch): { readonly lookup?: Lookup } => {
  if (idNo !== undefined) return { lookup: { kind: 'idNo', value: idNo } }
  return psnName === undefined ? {} : { lookup: { kind: 'userName', value: psnName } }
}

const findByNumber = ({ journal }: Dependencies, search: OrderSearch, medOrgOrd: string): FoundPage => {
  const key = { orgCodg: search.orgCodg, medOrgOrd }
  const found = readFound(journal, key)
  const isWanted =
    found !== undefined &&
    found.createdMs >= search.fromMs &&
    found.createdMs < search.toMs &&
    matches(search, found.order)
  return { orders: isWanted ? [found] : [], next: undefined }
}

/** A page of orders, newest first. It may be short, even empty, while `next` leads on. */
export const searchOrders = async (dependencies: Dependencies, search: OrderSearch): Promise<FoundPage> => {
  const { journal, timers } = dependencies
  const { orgCodg, medOrgOrd, fromMs, toMs, limit } = search
  if (medOrgOrd !== undefined) return findByNumber(dependencies, search, medOrgOrd)
  const orders: FoundOrder[] = []
  let { before } = search
  for (let read = 0; read < atMostRead;) {
    const range = { fromMs, toMs, atMost: limit, ...lookupOf(search), ...(before === undefined ? {} : { before }) }
    const listed = journal.listUploads(orgCodg, range)
    for (const { order: key, place } of listed) {
      if (++read % ordersPerTurn === 0) await new Promise<void>((resolve) => timers.after(0, resolve))
      before = place
      const found = readFound(journal, key)
      if (found !== undefined && matches(search, found.order)) orders.push(found)
      if (orders.length === limit) return { orders, next: place }
    }
    if (listed.length < limit) return { orders, next: undefined }
  }
  return { orders, next: before }
}
