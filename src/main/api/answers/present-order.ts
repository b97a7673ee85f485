// Owns how an order's record is shown to the HIS: its amounts, its numbers, its operations. What every answer says of an
// order, and the answer's shape, are answer.ts.
import type { AttentionRow, OrderRecord, OrderStatus } from '../../../contract/local-api/orders.ts'
import { depositExcessFen, patientCashFen } from '../../../core/domain/order/deposit.ts'
import { legsMismatchFen } from '../../../core/domain/money/legs.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { attentionTexts, type AttentionReason } from '../../../core/domain/order/attention-reasons.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { decisionsOn } from '../../../core/domain/words/attention.ts'
import { reversalTokenEndsMs } from '../../usecases/following/refund-by-rule.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { cashOfAll, refundableCashFen, type RefundSettings } from '../../../core/domain/order/refund-bounds.ts'
import { presentStatus } from './answer.ts'

type Presented = Readonly<Record<string, unknown>>

const presentBooking = ({ booking }: Order): OrderRecord['booking'] =>
  booking === undefined ? null : { success: booking.success, remark: booking.remark }

/** The other half of a 全退重收. */
const presentLinks = ({ operations, upload }: Order): Pick<OrderRecord, 'replaces' | 'replacedBy'> => {
  const rebill = operations.findLast(({ intent }) => intent.verb === 'rebill')?.intent
  return {
    replaces: upload?.replaces ?? '',
    replacedBy: rebill?.verb === 'rebill' ? rebill.facts.newMedOrgOrd : '',
  }
}

/** How the province counts (RULES 4.8) and how refunds are (RULES 7.2). */
type CountedAs = RefundSettings

const presentAmounts = (order: Order, settings: CountedAs): Partial<OrderRecord> => {
  const { legs } = order
  if (legs === undefined) return {}
  const { fundIncludesAccount } = settings
  const patientCash = patientCashFen(order, fundIncludesAccount)
  const dueFen = stateOf(order) === 'cashPending' ? patientCash : 0
  const cashOfRefund = cashOfAll(order, legs, settings)
  return {
    cashDue: dueFen === undefined ? '' : formatFen(dueFen),
    patientCash: patientCash === undefined ? '' : formatFen(patientCash),
    depositExcess: formatFen(depositExcessFen(order, fundIncludesAccount)),
    refundableCash: formatFen(Math.max(0, refundableCashFen(order, legs))),
    refundAllCash: typeof cashOfRefund === 'string' ? '' : formatFen(cashOfRefund),
    legsMismatch: formatFen(legsMismatchFen(legs, fundIncludesAccount)),
  }
}

/** The whole record. */
export const presentOrder = (order: Order, settings: CountedAs): OrderRecord => {
  const { settlement = {}, refunds, operations, attention, way, depositOfferedFen } = order
  return {
    ...settlement,
    ...presentStatus(order),
    ...presentAmounts(order, settings),
    depositOffered: depositOfferedFen === undefined ? '' : formatFen(depositOfferedFen),
    refundTotal: settings.refundTotal,
    way: way ?? '',
    attention,
    booking: presentBooking(order),
    ...presentLinks(order),
    reversalTokenExpiresAt: shanghaiIso(reversalTokenEndsMs(order)),
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
      at: shanghaiIso(intent.atMs),
      ...(intent.verb === 'upload' && intent.facts.overrideOperator !== ''
        ? { duplicateOverride: intent.facts.overrideOperator }
        : {}),
    })),
  }
}

type WaitingOrder = OrderStatus & Pick<OrderRecord, 'booking'> & { readonly paidAt: string }

const numberNames = ['hiDocSn', 'hiRgstSn', 'traceTime'] as const

/** A line of a list of orders that wait for somebody, with what is particular to the list. */
export const presentWaiting = <More extends Presented>(order: Order, more: More): WaitingOrder & More => {
  const { paidAtMs, settlement = {} } = order
  const numbers = Object.fromEntries(numberNames.map((name) => [name, settlement[name] ?? '']))
  return { ...presentStatus(order), ...numbers, paidAt: shanghaiIso(paidAtMs), booking: presentBooking(order), ...more }
}

/** A line of the list that needs a person. `id` is what a decision on it is sent to. */
export const presentAttention = (order: Order, reasons: readonly AttentionReason[], nowMs: number): AttentionRow => {
  const sinceMs = order.attentionAt?.atMs ?? order.paidAtMs ?? order.uploadedAt?.atMs
  const texts = reasons.map((reason) => {
    const { zh, en, suggestion } = attentionTexts[reason]
    return { reason, zh, en, suggestion }
  })
  return presentWaiting(order, {
    id: order.medOrgOrd,
    reasons: texts,
    since: shanghaiIso(sinceMs),
    ageS: sinceMs === undefined ? 0 : Math.max(0, Math.floor((nowMs - sinceMs) / 1000)),
    // The authorisation of a reversal runs out (RULES 8.2); nothing else here has an end of its own.
    expiresAt: order.ordStas === '6' ? shanghaiIso(reversalTokenEndsMs(order)) : '',
    decisions: decisionsOn(order, reasons),
  })
}
