// Owns telling the HIS what became of a kiosk's bill: booked once it is paid, unlocked once it ended unpaid. When it is due, and
// how often it is tried, core/domain/order/next-step.ts says; after that a person is called.
import type { AttentionReason } from '../../../core/domain/order/attention-reasons.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { billOf, billTask, unlockReasonOf } from '../../../core/domain/order/kiosk-bill.ts'
import type { Legs } from '../../../core/domain/money/legs.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import type { BillAnswer, BookRequest } from '../../../contract/his-bills.ts'
import { bookOrder } from '../order/book-order.ts'
import { callPerson } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { HisAnswer, OrderKey } from '../base/ports.ts'
import { findOrder } from '../order/read-order.ts'
import { askHis } from './ask-his.ts'
import { holdsItsBill, othersOfNumber } from './same-number.ts'

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

const bookRequestOf = ({ medOrgOrd, upload, settlement = {} }: Order, legs: Legs): BookRequest => ({
  medOrgOrd,
  payOrdId: upload?.payOrdId ?? '',
  feeSumamt: formatFen(legs.feeSumamtFen),
  fundPay: formatFen(legs.fundPayFen),
  psnAcctPay: formatFen(legs.psnAcctPayFen),
  ownPayAmt: formatFen(legs.ownPayAmtFen),
  othFeeAmt: formatFen(legs.othFeeAmtFen),
  hiDocSn: textOf(settlement['hiDocSn']),
  hiRgstSn: textOf(settlement['hiRgstSn']),
  traceTime: textOf(settlement['traceTime']),
})

/** The order and its bill when it is still due: while it waited for its turn, that may have changed. */
const readDue = ({ journal }: Dependencies, key: OrderKey, kind: 'bookBill' | 'unlockBill') => {
  const order = findOrder(journal, key)
  const bill = order === undefined ? undefined : billOf(order)
  const task = order === undefined ? undefined : billTask(order)
  if (order === undefined || bill === undefined || task?.kind !== kind) return undefined
  return { order, billId: bill.billId, attempts: task.attempts.length + 1 }
}

const noteBooking = (dependencies: Dependencies, key: OrderKey, success: boolean, remark: string): void => {
  const { log, kiosk } = dependencies
  try {
    bookOrder(dependencies, key, { success, remark, caller: kiosk?.settings.tokenName ?? '', mayRefund: false })
  } catch (error) {
    // A refund began meanwhile, or somebody reported the booking: both are on record.
    if (!(error instanceof AgentError)) throw error
    log('warn', 'his.booking-not-noted', { medOrgOrd: key.medOrgOrd, error: error.code })
  }
}

/** A refusal is the HIS's last word, and so is silence after the last attempt: a person's turn. */
const callWhenOver = (
  dependencies: Dependencies,
  key: OrderKey,
  answer: HisAnswer<unknown>,
  attempts: number,
  reason: AttentionReason,
): void => {
  const isOver =
    answer.kind !== 'done' && (answer.kind === 'refused' || attempts >= dependencies.settings.billRetriesMs.length)
  if (isOver) callPerson(dependencies, key, reason)
}

/** Books a settled order at the HIS and notes what it said, as if the HIS had reported it (RULES 8). */
export const bookBill = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  const { kiosk, journal } = dependencies
  await kiosk?.inTurn(key, async () => {
    const due = readDue(dependencies, key, 'bookBill')
    const legs = due?.order.legs
    if (due === undefined || legs === undefined) return
    const { order, billId, attempts } = due
    const request = bookRequestOf(order, legs)
    const answer = await askHis(dependencies, key, 'billBooking', { billId }, () => kiosk.bills.book(billId, request))
    if (answer.kind === 'done') noteBooking(dependencies, key, true, answer.value.receiptNo)
    // `booking-failed` calls the person by itself.
    else if (answer.kind === 'refused') noteBooking(dependencies, key, false, answer.message || answer.code)
    else callWhenOver(dependencies, key, answer, attempts, 'his-booking-unclear')
    await journal.durable()
  })
}

const heldByOther: HisAnswer<BillAnswer> = {
  kind: 'refused',
  code: 'BILL_LOCKED',
  message: '同一单号的另一订单仍占用账单, 没有请求解锁',
}

/** Unlocks the bill of an order that ended unpaid, so that it may be paid elsewhere; a person's turn where another order holds it. */
export const unlockBill = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  const { kiosk, journal } = dependencies
  await kiosk?.inTurn(key, async () => {
    const due = readDue(dependencies, key, 'unlockBill')
    const reason = due === undefined ? undefined : unlockReasonOf(due.order)
    if (due === undefined || reason === undefined) return
    const { billId, attempts } = due
    const { medOrgOrd } = key
    const isOthers = othersOfNumber(dependencies, key).some(holdsItsBill)
    const answer = await askHis<BillAnswer>(dependencies, key, 'billUnlock', { billId }, async () =>
      isOthers ? heldByOther : await kiosk.bills.unlock(billId, { medOrgOrd, reason }),
    )
    callWhenOver(dependencies, key, answer, attempts, 'his-bill-locked')
    await journal.durable()
  })
}
