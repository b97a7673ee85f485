// Owns the report of a day for an institution: finding its orders without reading the others, and adding them up. What one
// order contributes is core/domain/reports/day-report.ts; writing it down is api/.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import {
  boundsOfDay,
  groupRows,
  mayHaveMoved,
  movementsOf,
  sumLegs,
  type DayRow,
} from '../../../core/domain/reports/day-report.ts'
import type { Legs } from '../../../core/domain/money/legs.ts'
import { aheadMs, knownWithinMs } from '../../../core/domain/time/center-time.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'

const atMostOrders = 50_000
/** Orders read in one turn of the event loop, so that a cashier's call need not wait for the whole report. */
const ordersPerTurn = 50

export type DayGroup = {
  readonly key: string
  readonly settlements: number
  readonly refunds: number
  /** Refunds subtracted. */
  readonly legs: Legs
}

export type DayReport = {
  readonly orgCodg: string
  /** `yyyy-MM-dd` in Asia/Shanghai. */
  readonly date: string
  readonly madeAtMs: number
  /** In the order of time. */
  readonly rows: readonly DayRow[]
  readonly settled: Legs
  /** Negative. */
  readonly refunded: Legs
  readonly net: Legs
  readonly byOperator: readonly DayGroup[]
  readonly byInsutype: readonly DayGroup[]
  readonly byInsuplcAdmdvs: readonly DayGroup[]
  /** Orders of the day of which money may have moved that no row shows. */
  readonly unclear: readonly Order[]
  /** The head of the journal's chain when the report was made. */
  readonly journal: { readonly seq: number; readonly chain: string }
}

const isSettlement = ({ kind }: DayRow): boolean => kind === 'settlement'

const groupsOf = (rows: readonly DayRow[], by: Parameters<typeof groupRows>[1]): readonly DayGroup[] =>
  groupRows(rows, by).map(({ key, rows: own }) => {
    const settlements = own.filter(isSettlement).length
    return { key, settlements, refunds: own.length - settlements, legs: sumLegs(own) }
  })

/** `date`: an existing `yyyy-MM-dd`. Throws REPORT_TOO_LARGE. */
export const reportDay = async (
  { journal, clock, timers }: Dependencies,
  orgCodg: string,
  date: string,
): Promise<DayReport> => {
  const { fromMs, toMs } = boundsOfDay(date)
  const isOfDay = ({ atMs }: { readonly atMs: number }): boolean => atMs >= fromMs && atMs < toMs
  // What moved on the day became known on it, or later: then its order had begun before the day was over. A PC whose clock was
  // slow wrote it down before.
  const span = { fromMs: fromMs - aheadMs, toMs: toMs + aheadMs, untilMs: toMs + knownWithinMs }
  const keys = journal.readOrdersBetween(orgCodg, span, atMostOrders + 1)
  if (keys.length > atMostOrders) throw new AgentError('REPORT_TOO_LARGE', { detail: { atMostOrders } })
  const found: DayRow[] = []
  const unclear: Order[] = []
  for (const [index, key] of keys.entries()) {
    if (index % ordersPerTurn === ordersPerTurn - 1) await new Promise<void>((resolve) => timers.after(0, resolve))
    const entries = journal.readEntries(key)
    const order = foldOrder(key.orgCodg, key.medOrgOrd, entries)
    const movements = movementsOf(order)
    const ofDay = movements.filter(isOfDay)
    found.push(...ofDay)
    if ((ofDay.length > 0 || entries.some(isOfDay)) && mayHaveMoved(order, movements)) unclear.push(order)
  }
  const rows = found.toSorted((one, other) => one.atMs - other.atMs)
  return {
    orgCodg,
    date,
    madeAtMs: clock.wallMs(),
    rows,
    settled: sumLegs(rows.filter(isSettlement)),
    refunded: sumLegs(rows.filter((row) => !isSettlement(row))),
    net: sumLegs(rows),
    byOperator: groupsOf(rows, 'operator'),
    byInsutype: groupsOf(rows, 'insutype'),
    byInsuplcAdmdvs: groupsOf(rows, 'insuplcAdmdvs'),
    unclear,
    journal: journal.readHead(),
  }
}
