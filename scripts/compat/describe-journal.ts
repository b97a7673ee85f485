// Owns the text of a journal's folded orders by which a later version shows that it reads an older one's journal as that did:
// what decides about money, one order after the other. Names that a later version adds are not in it.
import { attentionOf } from '../../src/core/domain/words/attention.ts'
import { foldOrder } from '../../src/core/domain/fold/fold-order.ts'
import { billOf } from '../../src/core/domain/order/kiosk-bill.ts'
import type { Order } from '../../src/core/domain/order/order.ts'
import { nextOf, stateOf } from '../../src/core/domain/order/order-state.ts'
import type { Journal, OrderKey } from '../../src/main/usecases/base/ports.ts'

const settings = { unbookedAfterMs: Number.POSITIVE_INFINITY, fundIncludesAccount: false, legsConfirmed: false }

const describeOrder = (order: Order): object => ({
  state: stateOf(order),
  next: nextOf(order),
  ordStas: order.ordStas ?? '',
  way: order.way ?? '',
  payOrdId: order.upload?.payOrdId ?? '',
  payAuthNo: order.payAuthNo ?? '',
  totalFen: order.legs?.feeSumamtFen ?? null,
  fundFen: order.legs?.fundPayFen ?? null,
  accountFen: order.legs?.psnAcctPayFen ?? null,
  ownFen: order.legs?.ownPayAmtFen ?? null,
  refunds: order.refunds.map(({ appRefdSn, refdType, cashRefdFen }) => `${appRefdSn} ${refdType} ${cashRefdFen}`),
  operations: order.operations.map(({ intent, outcome }) => `${intent.key} ${outcome?.outcome ?? 'running'}`),
  attention: attentionOf(order, 0, settings),
  booking: order.booking === undefined ? '' : `${String(order.booking.success)} ${order.booking.remark}`,
  decision: order.resolution?.decision ?? '',
  bill: billOf(order)?.billId ?? '',
})

/** The orders of a journal as text, each under its number. */
export const describeJournal = (journal: Pick<Journal, 'readEntries'>, keys: readonly OrderKey[]): string =>
  keys
    .map((key) => {
      const order = foldOrder(key.orgCodg, key.medOrgOrd, journal.readEntries(key))
      return `${key.medOrgOrd} ${JSON.stringify(describeOrder(order), null, 2)}\n`
    })
    .join('\n')
