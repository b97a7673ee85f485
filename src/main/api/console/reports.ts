// Owns how the totals of a shift and of days are asked for and shown.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isExistingDate } from '../../../contract/check/fields.ts'
import type { DayFigures, DaysAnswer, ShiftAnswer, ShiftTotals } from '../../../contract/local-api/console.ts'
import { boundsOfDay, readableTime } from '../../../core/domain/reports/day-report.ts'
import { presentAmounts } from '../../../core/domain/money/legs.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Totals } from '../../../core/domain/reports/totals.ts'
import type { DayTotals } from '../../usecases/reading/day-totals.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { reportShift } from '../../usecases/reading/report-shift.ts'
import { readFound } from '../../usecases/reading/search-orders.ts'
import type { Texts } from '../requests/read-query.ts'
import { presentRow } from './present-row.ts'

const dayMs = 86_400_000
const atMostDays = 31
/** The rest of 300 ms is for the answer itself. */
const catchUpBudgetMs = 150

const fault = (path: string, problem: string) => invalidFields([{ path, name: '查询参数', problem }])

const dateOf = (texts: Texts, name: string): string => {
  const date = texts[name] ?? ''
  if (!isExistingDate(date)) throw fault(name, '必填, 应为存在的日期 yyyy-MM-dd')
  return date
}

const presentTotals = ({ settlements, settled, refunds, refunded, net }: Totals): ShiftTotals => ({
  settled: { count: settlements, legs: presentAmounts(settled) },
  refunded: { count: refunds, legs: presentAmounts(refunded) },
  net: presentAmounts(net),
})

/** Throws INVALID_FIELDS, REPORT_TOO_LARGE. */
export const answerShift = async (dependencies: Dependencies, orgCodg: string, texts: Texts): Promise<ShiftAnswer> => {
  const { journal, clock, settings } = dependencies
  const date = dateOf(texts, 'date')
  const report = await reportShift(dependencies, orgCodg, date, texts['operator'])
  const nowMs = clock.wallMs()
  return {
    date,
    orgCodg,
    madeAt: shanghaiIso(report.madeAtMs),
    ...presentTotals(report),
    operators: report.operators.map(({ operator, byWay, unclear, ...totals }) => ({
      operator,
      ...presentTotals(totals),
      byWay: byWay.map(({ way, ...own }) => ({ way, ...presentTotals(own) })),
      unclear: unclear
        .map(({ medOrgOrd }) => readFound(journal, { orgCodg, medOrgOrd }))
        .filter((found) => found !== undefined)
        .map((found) => presentRow(found, nowMs, settings)),
    })),
  }
}

/** Throws INVALID_FIELDS. */
export const answerDays = async (dayTotals: DayTotals, orgCodg: string, texts: Texts): Promise<DaysAnswer> => {
  const [from, to] = [dateOf(texts, 'from'), dateOf(texts, 'to')]
  const firstMs = boundsOfDay(from).fromMs
  const count = (boundsOfDay(to).fromMs - firstMs) / dayMs + 1
  if (count < 1 || count > atMostDays) throw fault('to', `应为 from 当天起 ${atMostDays} 天以内`)
  await dayTotals.catchUp(catchUpBudgetMs)
  const days = Array.from({ length: count }, (_, index): DayFigures => {
    const date = readableTime(firstMs + index * dayMs).slice(0, 10)
    return { date, ...presentTotals(dayTotals.read(orgCodg, date)) }
  })
  const progress = dayTotals.progress()
  return { from, to, days, complete: progress === 1, progress }
}
