// Owns the refunds that a rule wants without anybody asking: CASH after EXP (RULES 7.4), CASH at 16 (RULES 5), everything when the
// HIS could not book (RULES 8.2). Each once, journalled before it is sent, after 6301; which is due is core/domain/order/next-step.ts.
import type { Fields } from '../../../contract/check/json-text.ts'
import { isStopped } from '../../../core/domain/order/attention-reasons.ts'
import type { RefundType, Rule } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { refundDue } from '../../../core/domain/order/next-step.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { cashOfAll, refundableCashFen } from '../../../core/domain/order/refund-bounds.ts'
import { callPerson, noteRefusal } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { observeOrder } from '../operations/query-order.ts'
import { readOrder } from '../order/read-order.ts'
import { refundOrder } from '../operations/refund-order.ts'

/** The standard gives the reversal token an hour. */
const reversalTokenMs = 3_600_000

/** When the reversal token of a settlement ends, milliseconds since the epoch; undefined when there is none. */
export const reversalTokenEndsMs = (order: Order): number | undefined => {
  const token = order.settlement?.['revsToken']
  if (typeof token !== 'string' || token === '' || order.paidAtMs === undefined) return undefined
  return order.paidAtMs + reversalTokenMs
}

/** The reversal token that is still good for a settlement which the HIS could not book; "" when there is none. */
const reversalTokenOf = ({ clock, settings }: Dependencies, order: Order, rule: Rule): string => {
  const endsMs = reversalTokenEndsMs(order)
  const counts = rule === '8.2' && settings.reversalToken !== 'none' && endsMs !== undefined && endsMs > clock.wallMs()
  return counts ? String(order.settlement?.['revsToken']) : ''
}

/**
 * A payAuthNo is used up by then, so it is the ecToken (RULES 7.3); after a failed booking the reversal token in its place or
 * beside it, as this center wants it, as long as it is good (RULES 8.2).
 */
const authorisationOf = (dependencies: Dependencies, order: Order, rule: Rule): Fields | undefined => {
  const ecToken = order.upload?.ecToken ?? ''
  const revsToken = reversalTokenOf(dependencies, order, rule)
  if (revsToken !== '' && dependencies.settings.reversalToken === 'asEcToken') return { ecToken: revsToken }
  if (ecToken === '') return undefined
  return revsToken === '' ? { ecToken } : { ecToken, expContent: JSON.stringify({ revsToken }) }
}

const amountsOf = ({ settings }: Dependencies, order: Order, refdType: RefundType): Fields | undefined => {
  const { legs } = order
  if (legs === undefined) return undefined
  if (refdType === 'ALL') {
    const cash = cashOfAll(order, legs, settings)
    // Refused then by the bounds, with the reason, and a person is called.
    const cashFen = typeof cash === 'string' ? legs.ownPayAmtFen : cash
    return {
      totlRefdAmt: formatFen(legs.feeSumamtFen),
      fundRefdAmt: formatFen(legs.fundPayFen),
      psnAcctRefdAmt: formatFen(legs.psnAcctPayFen),
      cashRefdAmt: formatFen(cashFen),
    }
  }
  const cashFen = refundableCashFen(order, legs)
  const totalFen = settings.refundTotal === 'original' ? legs.feeSumamtFen : cashFen
  return {
    totlRefdAmt: formatFen(totalFen),
    fundRefdAmt: '0.00',
    psnAcctRefdAmt: '0.00',
    cashRefdAmt: formatFen(cashFen),
  }
}

/** Starts the refund unless 6301 shows that it is no longer due. What cannot be refunded by itself is for a person. */
export const refundByRule = async (
  dependencies: Dependencies,
  key: OrderKey,
  rule: Rule,
  refdType: RefundType,
): Promise<void> => {
  const { journal, newId, settings } = dependencies
  const before = readOrder(journal, key)
  const { answer, fresh } = await observeOrder(dependencies, key)
  if (answer.kind === 'declined') noteRefusal(dependencies, key, before.operations.at(-1)?.intent)
  const order = readOrder(journal, key)
  if (answer.kind !== 'accepted' || !fresh || order.ordStas !== before.ordStas) return
  // Booked or handled while 6301 was asked, it is due no more.
  if (isStopped(order.attention) || refundDue(order, settings)?.rule !== rule) return
  const authorisation = authorisationOf(dependencies, order, rule)
  const amounts = amountsOf(dependencies, order, refdType)
  if (authorisation === undefined || amounts === undefined) {
    callPerson(dependencies, key, 'refund-unauthorised')
    return
  }
  try {
    const body = { appRefdSn: newId(), refdType, ...amounts, ...authorisation }
    // The cash that an EXP left is part of the refund that was asked for: it is that operator's.
    const operator = rule === '7.4' ? (order.refunds.at(-1)?.operator ?? '') : ''
    await refundOrder(dependencies, key, body, { rule, queue: true, operator }).done
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    callPerson(dependencies, key, 'automatic-refund-failed')
  }
}
