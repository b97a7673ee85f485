// Owns how an order moves to another status: by the answer to a request, which only moves it on, and whether a refund of ours explains
// it (RULES 3.5, 4.2, 5). Pure. Which entry brings the status is fold-order.ts.
import { stripped } from '../../../contract/check/one-form.ts'
import {
  afterAnswer,
  insuranceAfter,
  isFirmStatus,
  isSettledStatus,
  statusesAfterRefund,
} from '../order/center-status.ts'
import type { RefundFacts } from '../order/entries.ts'
import { cashDueFen } from '../money/legs.ts'
import {
  hasNoCash,
  refundedCashFen,
  refundedElsewhere,
  refundedWholeElsewhere,
  statusWentBack,
  type Operation,
  type Order,
} from '../order/order.ts'

export type Output = Readonly<Record<string, unknown>>

/** A field that is a text; "" for anything else. */
export const textIn = (value: unknown): string => (typeof value === 'string' ? value : '')

/** The order at a status, and what that says of its insurance. */
export const atStatus = (order: Order, ordStas: string, output: Output = {}): Order => ({
  ...order,
  ordStas,
  firmStas: isFirmStatus(ordStas) ? ordStas : order.firmStas,
  insurance: insuranceAfter(order.insurance, ordStas, stripped(textIn(output['hiDocSn'])) !== ''),
})

export const withReason = (order: Order, reason: string | undefined): Order =>
  reason === undefined || order.attention.includes(reason)
    ? order
    : { ...order, attention: [...order.attention, reason] }

/** What the answer to a request leaves: it was asked for before whatever 6301 said meanwhile (RULES 4.2). */
export const withAnswer = (order: Order, status: string): Order => {
  if (status === '') return order
  const { ordStas, contradicts } = afterAnswer(order.firmStas, status)
  if (ordStas === order.firmStas) return withReason(order, contradicts ? statusWentBack : undefined)
  return atStatus({ ...order, told: undefined }, ordStas)
}

const isWholeCash = (order: Order, { cashRefdFen }: RefundFacts): boolean =>
  order.legs !== undefined && refundedCashFen(order) + cashRefdFen >= cashDueFen(order.legs)

/** Where this refund leads to, from where the order stood when it was asked for and from where it stands. */
const explainedBy = (order: Order, refund: RefundFacts): ReadonlySet<string> => {
  const how = { isWhole: isWholeCash(order, refund), noCash: hasNoCash(order) }
  const from = (before: string): ReadonlySet<string> => statusesAfterRefund(refund.refdType, before, how)
  return new Set([...from(refund.ordStasBefore), ...from(order.ordStas ?? '')])
}

/** A refund that may have been done and is asked about: on its way, of unknown outcome, or to be repeated since nobody saw it. */
export const mayBeDone = ({ intent, outcome }: Operation): boolean =>
  intent.verb === 'refund' &&
  (outcome === undefined ||
    outcome.outcome === 'unknown' ||
    (outcome.outcome === 'queued' && outcome.facts.settledByQuery === true))

/** Money went back that nobody here asked for (RULES 5). */
export const wentElsewhere = (order: Order): Order => {
  const reason = order.ordStas === '7' ? refundedWholeElsewhere : refundedElsewhere
  return { ...withReason(order, reason), movedElsewhere: true }
}

/** The order after a status that no refund of ours led to; the same where one did. */
export const withExplanation = (before: Order, after: Order, refunds: readonly Operation[]): Order => {
  const ordStas = after.ordStas ?? ''
  if (ordStas === before.ordStas || ordStas === '6' || !isSettledStatus(ordStas)) return after
  if (hasNoCash(after) && ['7', '8'].includes(ordStas) && ['7', '8'].includes(before.ordStas ?? '')) return after
  const isOurs = refunds.some(
    ({ intent }) => intent.verb === 'refund' && explainedBy(before, intent.facts).has(ordStas),
  )
  return isOurs ? after : wentElsewhere(after)
}
