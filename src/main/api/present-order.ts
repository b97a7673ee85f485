// Owns how an order's record is shown to the HIS: its amounts, its numbers, its operations. What every answer says of an
// order, and the answer's shape, are answer.ts.
import { cashDueFen, legsMismatchFen } from '../domain/legs.ts'
import { formatFen } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import { stateOf } from '../domain/order-state.ts'
import { refundableCashFen } from '../domain/refund-bounds.ts'
import { presentStatus } from './answer.ts'

type Presented = Readonly<Record<string, unknown>>

/** The whole record. `fundIncludesAccount` as the province counts (RULES 4.8). */
export const presentOrder = (order: Order, fundIncludesAccount: boolean): Presented => {
  const { legs, settlement = {}, refunds, operations, attention, way, booking } = order
  const amounts =
    legs === undefined
      ? {}
      : {
          cashDue: formatFen(stateOf(order) === 'cashPending' ? cashDueFen(legs) : 0),
          refundableCash: formatFen(Math.max(0, refundableCashFen(order, legs))),
          legsMismatch: formatFen(legsMismatchFen(legs, fundIncludesAccount)),
        }
  return {
    ...settlement,
    ...presentStatus(order),
    ...amounts,
    way: way ?? '',
    attention,
    booking: booking ?? null,
    refunds: refunds.map(({ appRefdSn, refdType, cashRefdFen, fundRefdFen, psnAcctRefdFen }) => ({
      appRefdSn,
      refdType,
      cashRefdAmt: formatFen(cashRefdFen),
      fundRefdAmt: formatFen(fundRefdFen),
      psnAcctRefdAmt: formatFen(psnAcctRefdFen),
    })),
    operations: operations.map(({ intent, outcome }) => ({
      operationId: intent.operationId,
      verb: intent.verb,
      attempt: intent.attempt,
      outcome: outcome?.outcome ?? '',
      at: new Date(intent.atMs).toISOString(),
      ...(intent.verb === 'upload' && intent.facts.overrideOperator !== ''
        ? { duplicateOverride: intent.facts.overrideOperator }
        : {}),
    })),
  }
}

const numberNames = ['hiDocSn', 'hiRgstSn', 'traceTime'] as const

/** A line of a list of orders that wait for somebody, with what is particular to the list. */
export const presentWaiting = (order: Order, more: Presented = {}): Presented => {
  const { paidAtMs, settlement = {} } = order
  const numbers = Object.fromEntries(numberNames.map((name) => [name, settlement[name] ?? '']))
  const paidAt = paidAtMs === undefined ? '' : new Date(paidAtMs).toISOString()
  return { ...presentStatus(order), ...numbers, paidAt, booking: order.booking ?? null, ...more }
}
