// Owns the totals of a shift (交班): the movements of a day, by operator and by way of payment. What moved is report-day.ts.
import type { DayRow } from '../../../core/domain/reports/day-report.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { totalsOf, type Totals } from '../../../core/domain/reports/totals.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { reportDay } from './report-day.ts'

export type OperatorShift = Totals & {
  readonly operator: string
  readonly byWay: readonly (Totals & { readonly way: DayRow['way'] })[]
  /** Orders of which money may have moved that no sum shows. */
  readonly unclear: readonly Order[]
}

export type ShiftReport = Totals & { readonly madeAtMs: number; readonly operators: readonly OperatorShift[] }

const byKey = <Row>(rows: readonly Row[], keyOf: (row: Row) => string): readonly string[] =>
  [...new Set(rows.map(keyOf))].toSorted()

const operatorOf = ({ upload }: Order): string => upload?.operator ?? ''

/** `operator`: that one alone. `date`: an existing `yyyy-MM-dd`. Throws REPORT_TOO_LARGE. */
export const reportShift = async (
  dependencies: Dependencies,
  orgCodg: string,
  date: string,
  operator: string | undefined,
): Promise<ShiftReport> => {
  const report = await reportDay(dependencies, orgCodg, date)
  const isWanted = (name: string): boolean => operator === undefined || name === operator
  const rows = report.rows.filter((row) => isWanted(row.operator))
  const unclear = report.unclear.filter((order) => isWanted(operatorOf(order)))
  const names = new Set([...byKey(rows, (row) => row.operator), ...byKey(unclear, operatorOf)])
  const operators = [...names].toSorted().map((name) => {
    const own = rows.filter((row) => row.operator === name)
    return {
      operator: name,
      ...totalsOf(own),
      byWay: byKey(own, ({ way }) => way).map((way) => ({
        way: way as DayRow['way'],
        ...totalsOf(own.filter((row) => row.way === way)),
      })),
      unclear: unclear.filter((order) => operatorOf(order) === name),
    }
  })
  return { madeAtMs: report.madeAtMs, ...totalsOf(rows), operators }
}
