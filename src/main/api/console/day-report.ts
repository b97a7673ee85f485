// Owns the endpoint of the day report: its query, and whether JSON or a file answers. What is in it is
// usecases/reading/report-day.ts.
import { reportDay } from '../../usecases/reading/report-day.ts'
import { okAnswer } from '../answers/answer.ts'
import { dayReportFile, presentDayReport, type CsvCharset } from '../answers/present-day-report.ts'
import { date } from '../endpoint/own-fields.ts'
import { endpoint } from '../endpoint/tools.ts'
import { dateOf, refuseText } from './totals.ts'

export const dayReport = endpoint({
  method: 'GET',
  path: '/v1/reports/day',
  scope: 'read',
  summary: '日报: 按支付通道、操作员、险种、参保地',
  texts: {
    date,
    format: { description: '默认 json', pattern: /^(json|csv)$/, problem: '应为 json 或 csv' },
    charset: { description: 'CSV 的字符集, 默认 gbk', pattern: /^(gbk|utf-8)$/, problem: '应为 gbk 或 utf-8' },
  },
  answer: async ({ caller, texts }, { dependencies }) => {
    const day = dateOf(texts, 'date')
    const { format = 'json', charset } = texts
    if (charset !== undefined && format !== 'csv') throw refuseText('charset', '只用于 format=csv')
    const report = await reportDay(dependencies, caller.orgCodg, day)
    if (format !== 'csv') return okAnswer(presentDayReport(report))
    return { ...okAnswer({}), file: dayReportFile(report, (charset ?? 'gbk') as CsvCharset) }
  },
})
