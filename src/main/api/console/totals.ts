// Owns how the totals of a shift and of a day are shown, and the day that a report's query names.
import { isExistingDate } from '../../../contract/check/fields.ts'
import type { ShiftTotals } from '../../../contract/local-api/console.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { AgentError } from '../../../core/domain/errors/errors.ts'
import { presentAmounts } from '../../../core/domain/money/legs.ts'
import type { Totals } from '../../../core/domain/reports/totals.ts'
import type { Texts } from '../requests/read-query.ts'

export const refuseText = (path: string, problem: string): AgentError =>
  invalidFields([{ path, name: '查询参数', problem }])

/** Throws INVALID_FIELDS for a day that is missing or does not exist. */
export const dateOf = (texts: Texts, name: string): string => {
  const text = texts[name] ?? ''
  if (!isExistingDate(text)) throw refuseText(name, '必填, 应为存在的日期 yyyy-MM-dd')
  return text
}

export const presentTotals = ({ settlements, settled, refunds, refunded, net }: Totals): ShiftTotals => ({
  settled: { count: settlements, legs: presentAmounts(settled) },
  refunded: { count: refunds, legs: presentAmounts(refunded) },
  net: presentAmounts(net),
})
