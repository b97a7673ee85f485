// Owns the endpoint of the day report: its query, and whether JSON or a file answers. What is in it is
// usecases/reading/report-day.ts.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isExistingDate } from '../../../contract/check/fields.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { reportDay } from '../../usecases/reading/report-day.ts'
import { okAnswer, type Answer } from './answer.ts'
import { dayReportFile, presentDayReport, type CsvCharset } from './present-day-report.ts'
import type { Texts } from '../requests/read-query.ts'

/** Throws INVALID_FIELDS, REPORT_TOO_LARGE. */
export const answerDayReport = async (dependencies: Dependencies, orgCodg: string, texts: Texts): Promise<Answer> => {
  const { date = '', format = 'json', charset } = texts
  if (!isExistingDate(date)) {
    throw invalidFields([{ path: 'date', name: '查询参数', problem: '必填, 应为存在的日期 yyyy-MM-dd' }])
  }
  if (charset !== undefined && format !== 'csv') {
    throw invalidFields([{ path: 'charset', name: '查询参数', problem: '只用于 format=csv' }])
  }
  const report = await reportDay(dependencies, orgCodg, date)
  if (format !== 'csv') return okAnswer(presentDayReport(report))
  return { ...okAnswer({}), file: dayReportFile(report, (charset ?? 'gbk') as CsvCharset) }
}
