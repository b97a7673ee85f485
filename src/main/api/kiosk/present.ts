// Owns how the kiosk's page is shown a bill and its order: no id number, the name masked, nothing that only the HIS needs.
import type { HisBill } from '../../../contract/his-bills.ts'
import type { KioskBill, KioskBillLine, KioskBooking, KioskOrderView } from '../../../contract/local-api/kiosk.ts'
import { billOf, unlockReasonOf } from '../../../core/domain/order/kiosk-bill.ts'
import { cashDueFen, presentLegs } from '../../../core/domain/money/legs.ts'
import { formatFen, parseFen } from '../../../core/domain/money/money.ts'
import { isPaid, nextOf, stateOf } from '../../../core/domain/order/order-state.ts'
import type { Order } from '../../../core/domain/order/order.ts'

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

export const presentKioskOrder = (order: Order): KioskOrderView => {
  const { medOrgOrd, upload, ordStas = '', legs, payAuthNo } = order
  const bill = billOf(order)
  return {
    medOrgOrd,
    billId: bill?.billId ?? '',
    payOrdId: upload?.payOrdId ?? '',
    state: stateOf(order),
    ordStas,
    paid: isPaid(order),
    next: nextOf(order),
    legs: legs === undefined ? null : presentLegs(legs),
    cashDue: formatFen(legs === undefined ? 0 : cashDueFen(legs)),
    authorized: payAuthNo !== undefined,
    booking: bookingOf(order),
    receiptNo: bill?.receiptNo ?? '',
  }
}
