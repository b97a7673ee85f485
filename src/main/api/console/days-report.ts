// Owns the endpoint of the totals of several days.
import type { DayFigures, DaysAnswer } from '../../../contract/local-api/console.ts'
import { boundsOfDay, readableTime } from '../../../core/domain/reports/day-report.ts'
import { okAnswer } from '../answers/answer.ts'
import { date } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'
import { dateOf, presentTotals, refuseText } from './totals.ts'

const dayMs = 86_400_000
const atMostDays = 31
/** The rest of 300 ms is for the answer itself. */
const catchUpBudgetMs = 150

export const daysReport = endpoint({
  method: 'GET',
  path: '/v1/reports/days',
  scope: 'read',
  summary: '逐日合计, 最多 31 天',
  texts: { from: date, to: date },
  answer: async ({ caller, texts }, { dayTotals }) => {
    const [from, to] = [dateOf(texts, 'from'), dateOf(texts, 'to')]
    const firstMs = boundsOfDay(from).fromMs
    const count = (boundsOfDay(to).fromMs - firstMs) / dayMs + 1
    if (count < 1 || count > atMostDays) throw refuseText('to', `应为 from 当天起 ${atMostDays} 天以内`)
    await dayTotals.catchUp(catchUpBudgetMs)
    const days = Array.from({ length: count }, (_, index): DayFigures => {
      const day = readableTime(firstMs + index * dayMs).slice(0, 10)
      return { date: day, ...presentTotals(dayTotals.read(caller.orgCodg, day)) }
    })
    const progress = dayTotals.progress()
    return okAnswer({ from, to, days, complete: progress === 1, progress } satisfies DaysAnswer)
  },
})
