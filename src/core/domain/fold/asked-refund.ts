// Owns a refund as it is judged when nobody knows what became of it: from where it started, and where it leads when it is done.
import { statusesAfterRefund } from '../order/center-status.ts'
import type { IntentEntry, RefundFacts } from '../order/entries.ts'
import { cashDueFen } from '../money/legs.ts'
import {
  hasNoCash,
  openOperation,
  refundedCashFen,
  refundStatusIn,
  undecidedRefunds,
  type Operation,
  type Order,
} from '../order/order.ts'
import { settleRefund, type AskedRefund } from '../order/settle.ts'

/**
 * True when the center refused another refund of the kind at the same status: it knew of something that we did not, and what the status
 * shows later may be that.
 */
const wasRefusedBefore = ({ operations }: Order, { refdType, ordStasBefore }: RefundFacts): boolean =>
  operations.some(
    ({ intent, outcome, refusal }) =>
      intent.verb === 'refund' &&
      outcome?.outcome === 'declined' &&
      refusal?.signed === true &&
      intent.facts.refdType === refdType &&
      intent.facts.ordStasBefore === ordStasBefore,
  )

const wordOf = (order: Order, operation: Operation | undefined, facts: RefundFacts): AskedRefund['said'] => {
  if (operation?.refusal?.signed === true || wasRefusedBefore(order, facts)) return 'FAIL'
  const said = refundStatusIn(operation?.outcome?.facts.output)
  return said === 'SUCC' || said === 'EXP' ? said : ''
}

/** `operation`: the refund itself, which 6203 may have answered already. */
export const askedRefund = (order: Order, operation: Operation | undefined, facts: RefundFacts): AskedRefund => {
  const { refdType, ordStasBefore: before, cashRefdFen } = facts
  const dueFen = order.legs === undefined ? Number.POSITIVE_INFINITY : cashDueFen(order.legs)
  const noCash = hasNoCash(order)
  const isWhole = refundedCashFen(order) + cashRefdFen >= dueFen
  return {
    refdType,
    before,
    noCash,
    leadsTo: statusesAfterRefund(refdType, before, { isWhole, noCash }),
    said: wordOf(order, operation, facts),
  }
}

/** What 6203 would have said of a refund that 6301 shows at `ordStas`. */
export const outputOfRefund = ({ refdType }: RefundFacts, ordStas: string) => ({
  refStatus: refdType === 'ALL' && (ordStas === '8' || ordStas === '11') ? 'EXP' : 'SUCC',
  ordStas,
})

/** Some of the cash went back: how much, these do not say. */
const partsOfCash: ReadonlySet<string> = new Set(['10', '11'])

/** True when the status can have come of what we did since: it proves nothing of an older refund then. */
const hasRefundedSince = ({ operations }: Order, { seq }: IntentEntry): boolean =>
  operations.some(
    ({ intent, outcome }) => intent.verb === 'refund' && outcome?.outcome === 'accepted' && outcome.seq > seq,
  )

/**
 * A refund of ours that 6301 once saw nothing of, and that the status shows as done now, or on its way there (RULES 3.5). A part of the
 * cash is never shown: it may be another's part, of another amount.
 */
export const lateRefund = (order: Order): Operation | undefined => {
  if (order.movedElsewhere || openOperation(order) !== undefined) return undefined
  const evidence = { ordStas: order.ordStas ?? '', late: true }
  return undecidedRefunds(order).find(
    ({ intent }) =>
      intent.verb === 'refund' &&
      !hasRefundedSince(order, intent) &&
      !(intent.facts.refdType === 'CASH' && partsOfCash.has(evidence.ordStas)) &&
      settleRefund(evidence, askedRefund(order, undefined, intent.facts)).kind === 'accepted',
  )
}
