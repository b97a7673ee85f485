// Owns the endpoint of the report of a shift: each operator's totals by way, and what is not clear yet.
import type { ShiftAnswer } from '../../../contract/local-api/console.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { reportShift } from '../../usecases/reading/report-shift.ts'
import { readFound } from '../../usecases/reading/search-orders.ts'
import { okAnswer } from '../answers/answer.ts'
import { date } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'
import { presentRow } from './present-row.ts'
import { dateOf, presentTotals } from './totals.ts'

export const shiftReport = endpoint({
  method: 'GET',
  path: '/v1/reports/shift',
  scope: 'read',
  summary: '交班: 按操作员和支付方式的笔数和金额, 待核实的订单',
  texts: {
    date,
    operator: { description: '只要这一位', pattern: /^.{1,30}$/u, problem: '应为 1 到 30 个字符' },
  },
  answer: async ({ caller: { orgCodg }, texts }, { dependencies }) => {
    const { journal, clock, settings } = dependencies
    const day = dateOf(texts, 'date')
    const report = await reportShift(dependencies, orgCodg, day, texts['operator'])
    const nowMs = clock.wallMs()
    return okAnswer({
      date: day,
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
    } satisfies ShiftAnswer)
  },
})
