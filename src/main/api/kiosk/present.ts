// Owns how the kiosk's page is shown a bill and its order: no id number, the name masked, nothing that only the HIS needs.
import type { HisBill } from '../../../contract/his-bills.ts'
import type { KioskBill, KioskBillLine, KioskBooking, KioskOrderView } from '../../../contract/local-api/kiosk.ts'
import { depositExcessFen, patientCashFen } from '../../../core/domain/order/deposit.ts'
import { billOf, unlockReasonOf } from '../../../core/domain/order/kiosk-bill.ts'
import { presentLegs } from '../../../core/domain/money/legs.ts'
import { formatFen, parseFen } from '../../../core/domain/money/money.ts'
import { isPaid, nextOf, stateOf } from '../../../core/domain/order/order-state.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'

const presentLine = (line: NonNullable<HisBill['upload']['feedetailList']>[number]): KioskBillLine => ({
  name: line.medListName,
  specification: line.medListSpc,
  count: line.cnt,
  price: line.pric,
  amount: line.detItemFeeSumamt,
})

export const presentBill = ({ billId, title, department, amount, lockedBy = '', upload }: HisBill): KioskBill => {
  const { medOrgOrd = '', begntime = '', medType = '', diseName = '', diseinfoList = [], feedetailList = [] } = upload
  return {
    billId,
    title,
    department,
    amount,
    time: begntime === '' ? '' : `${begntime.replace(' ', 'T')}+08:00`,
    payable: (lockedBy === '' || lockedBy === medOrgOrd) && parseFen(amount) > 0,
    medOrgOrd,
    medType,
    diagnoses: diseinfoList.map(({ diagName }) => diagName),
    disease: diseName,
    lines: feedetailList.map(presentLine),
  }
}

const bookingOf = (order: Order): KioskBooking => {
  const { booking, attention } = order
  if (booking !== undefined) return booking.success ? 'booked' : 'failed'
  if (attention.includes('his-booking-unclear')) return 'failed'
  if (isPaid(order)) return 'booking'
  const isReleased = unlockReasonOf(order) !== undefined && billOf(order)?.isHeld === false
  return isReleased ? 'released' : 'waiting'
}

export const presentKioskOrder = (order: Order, fundIncludesAccount: boolean): KioskOrderView => {
  const { medOrgOrd, upload, ordStas = '', legs, payAuthNo, placedAt } = order
  const bill = billOf(order)
  const cashDue = legs === undefined ? 0 : patientCashFen(order, fundIncludesAccount)
  return {
    medOrgOrd,
    billId: bill?.billId ?? '',
    payOrdId: upload?.payOrdId ?? '',
    state: stateOf(order),
    ordStas,
    paid: isPaid(order),
    next: nextOf(order),
    legs: legs === undefined ? null : presentLegs(legs),
    placedAt: shanghaiIso(placedAt?.atMs),
    cashDue: cashDue === undefined ? '' : formatFen(cashDue),
    depositExcess: formatFen(depositExcessFen(order, fundIncludesAccount)),
    authorized: payAuthNo !== undefined,
    booking: bookingOf(order),
    receiptNo: bill?.receiptNo ?? '',
  }
}
