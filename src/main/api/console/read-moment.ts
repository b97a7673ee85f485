// Owns the times that a person asks for: a day, or a moment with its offset. Text to milliseconds and its faults.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isExistingDate } from '../../../contract/check/fields.ts'
import { boundsOfDay } from '../../../core/domain/reports/day-report.ts'

const withOffset = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}([.]\d{1,3})?)?(Z|[+-]\d{2}:\d{2})$/

const fault = (path: string, problem: string) => invalidFields([{ path, name: '时间', problem }])

const momentOf = (path: string, text: string, ofDay: 'fromMs' | 'toMs'): number => {
  if (isExistingDate(text)) return boundsOfDay(text)[ofDay]
  const epochMs = withOffset.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(epochMs)) throw fault(path, '应为日期 yyyy-MM-dd, 或带时区的时间, 如 2026-11-21T08:00:00+08:00')
  return epochMs
}

/** From and to in milliseconds since the epoch; a day as `to` is included. All there is without them. Throws INVALID_FIELDS. */
export const readSpan = (
  from: string | undefined,
  to: string | undefined,
): { readonly fromMs: number; readonly toMs: number } => {
  const fromMs = from === undefined ? 0 : momentOf('from', from, 'fromMs')
  const toMs = to === undefined ? Number.MAX_SAFE_INTEGER : momentOf('to', to, 'toMs')
  if (fromMs > toMs) throw fault('to', '不能早于 from')
  return { fromMs, toMs }
}
