// Owns the same-day limit of refunds (RULES 7.5): a channel may take a refund only on the day of the settlement. Pure.
import type { Order, Way } from '../order/order.ts'
import { shanghaiDay, timeOfDayMs } from '../time/shanghai-time.ts'

/** Per way the last time of day, milliseconds since midnight in Shanghai; a way without one has no limit. */
export type SameDayLimits = Readonly<Partial<Record<Way, number>>>

/** The moment of the settlement: the center's traceTime as the report reads it (RULES 8.4), else when the agent first saw it. */
const settledAtMs = ({ dated, paidAtMs }: Order): number | undefined => dated?.atMs ?? paidAtMs

/** True when the order's way no longer takes a refund at `nowMs`. An order never settled has no limit. */
export const isTooLate = (order: Order, nowMs: number, limits: SameDayLimits): boolean => {
  const untilMs = order.way === undefined ? undefined : limits[order.way]
  const settledMs = settledAtMs(order)
  if (untilMs === undefined || settledMs === undefined) return false
  return shanghaiDay(settledMs) !== shanghaiDay(nowMs) || timeOfDayMs(nowMs) > untilMs
}
