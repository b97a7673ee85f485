// Owns what a receipt is made of: the settlement as the center told it, the fee lines as they were uploaded, the refunds since.
// How it looks is the page's.
import { movementsOf, type DayRow } from '../../../core/domain/reports/day-report.ts'
import { depositExcessFen, patientCashFen } from '../../../core/domain/order/deposit.ts'
import { parseFen } from '../../../core/domain/money/money.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder } from '../order/read-order.ts'

export type FeeCategory = { readonly medType: string; readonly count: number; readonly sumFen: number }

export type Receipt = {
  readonly order: Order
  /** undefined when nothing was settled. */
  readonly settlement: DayRow | undefined
  readonly refunds: readonly DayRow[]
  /** In fen; undefined where only a person can tell, or nothing was settled (RULES 4.9). */
  readonly patientCashFen: number | undefined
  readonly depositExcessFen: number
  readonly deptName: string
  /** In the order of the code. */
  readonly categories: readonly FeeCategory[]
}

type Line = { readonly medType: string; readonly detItemFeeSumamt: string }
type Body = { readonly deptName?: string; readonly feedetailList?: readonly Line[] }

const categoriesOf = (lines: readonly Line[]): readonly FeeCategory[] =>
  [...Map.groupBy(lines, ({ medType }) => medType)]
    .map(([medType, own]) => ({
      medType,
      count: own.length,
      sumFen: own.reduce((sum, { detItemFeeSumamt }) => sum + parseFen(detItemFeeSumamt), 0),
    }))
    .toSorted((one, other) => (one.medType < other.medType ? -1 : 1))

/** Throws ORDER_NOT_FOUND. */
export const readReceipt = ({ journal, settings }: Dependencies, key: OrderKey): Receipt => {
  const order = readOrder(journal, key)
  const [settlement, ...refunds] = movementsOf(order)
  const upload = order.operations.findLast(
    ({ intent, outcome }) => intent.verb === 'upload' && outcome?.outcome === 'accepted',
  )
  const body = (upload === undefined ? {} : (journal.readBody(upload.intent.operationId) ?? {})) as Body
  return {
    order,
    settlement,
    refunds,
    patientCashFen: settlement === undefined ? undefined : patientCashFen(order, settings.fundIncludesAccount),
    depositExcessFen: depositExcessFen(order, settings.fundIncludesAccount),
    deptName: body.deptName ?? '',
    categories: categoriesOf(body.feedetailList ?? []),
  }
}
