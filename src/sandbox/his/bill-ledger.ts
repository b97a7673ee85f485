// Owns what becomes of the HIS stub's bills: unpaid, locked, booked, each step repeatable. Sockets and faults are his-server.ts.
import type { BillRefusalCode, BillsRequest, BookRequest } from '../../contract/his-bills.ts'
import { formatYuan } from '../ledger/fen.ts'
import type { InventedBill } from './invented-bills.ts'

type Kept = InventedBill & {
  readonly patient: string
  /** "" when nobody has it; `window` when a cashier has. */
  lockedBy: string
  payOrdId: string
  receiptNo: string
  bookings: number
}

/** One bill as it really is, for tests and people. */
export type BillPicture = {
  readonly billId: string
  readonly medOrgOrd: string
  readonly state: 'unpaid' | 'locked' | 'booked'
  readonly lockedBy: string
  readonly payOrdId: string
  readonly receiptNo: string
  /** How often it was booked in truth: more than once would be a fault of the stub's. */
  readonly bookings: number
}

export class BillRefused extends Error {
  readonly code: BillRefusalCode

  constructor(code: BillRefusalCode, message: string) {
    super(message)
    this.name = 'BillRefused'
    this.code = code
  }
}

const refuse = (code: BillRefusalCode, message: string): never => {
  throw new BillRefused(code, message)
}

export type BillLedger = {
  /** The unpaid bills of a patient, invented when he comes for the first time. */
  readonly list: (request: BillsRequest) => Promise<readonly object[]>
  readonly lock: (billId: string, medOrgOrd: string) => void
  readonly book: (billId: string, request: BookRequest) => { readonly receiptNo: string; readonly repeated: boolean }
  readonly unlock: (billId: string, medOrgOrd: string) => void
  readonly picture: () => readonly BillPicture[]
}

const stateOf = ({ payOrdId, lockedBy }: Kept): BillPicture['state'] =>
  payOrdId !== '' ? 'booked' : lockedBy !== '' ? 'locked' : 'unpaid'

export type InventBills = (request: BillsRequest) => Promise<readonly InventedBill[]>

export const createBillLedger = (inventBills: InventBills): BillLedger => {
  const bills = new Map<string, Kept>()
  let receipts = 0

  const find = (billId: string): Kept => bills.get(billId) ?? refuse('BILL_NOT_FOUND', '没有这张账单')
  const assertUnpaid = ({ payOrdId }: Kept): void => {
    if (payOrdId !== '') refuse('BILL_PAID', '账单已缴费')
  }

  const invent = async (request: BillsRequest, patient: string): Promise<void> => {
    for (const bill of await inventBills(request)) {
      bills.set(bill.billId, { ...bill, patient, lockedBy: '', payOrdId: '', receiptNo: '', bookings: 0 })
    }
  }

  return {
    list: async (request) => {
      const patient = `${request.idNo}:${request.psnName}`
      if (![...bills.values()].some((bill) => bill.patient === patient)) await invent(request, patient)
      return [...bills.values()]
        .filter((bill) => bill.patient === patient && bill.payOrdId === '')
        .map(({ billId, title, department, amountFen, lockedBy, upload }) => ({
          billId,
          title,
          department,
          amount: formatYuan(amountFen),
          lockedBy,
          upload,
        }))
    },
    lock: (billId, medOrgOrd) => {
      const bill = find(billId)
      assertUnpaid(bill)
      if (bill.lockedBy !== '' && bill.lockedBy !== medOrgOrd) refuse('BILL_LOCKED', '账单正在别处缴费')
      bill.lockedBy = medOrgOrd
    },
    book: (billId, { medOrgOrd, payOrdId, feeSumamt }) => {
      const bill = find(billId)
      if (bill.payOrdId === payOrdId) return { receiptNo: bill.receiptNo, repeated: true }
      assertUnpaid(bill)
      if (bill.lockedBy !== '' && bill.lockedBy !== medOrgOrd) refuse('BILL_LOCKED', '账单正在别处缴费')
      if (feeSumamt !== formatYuan(bill.amountFen)) refuse('BILL_MISMATCH', '结算总额与账单不符')
      receipts += 1
      bill.payOrdId = payOrdId
      bill.bookings += 1
      bill.receiptNo = `R${String(receipts).padStart(8, '0')}`
      return { receiptNo: bill.receiptNo, repeated: false }
    },
    unlock: (billId, medOrgOrd) => {
      const bill = find(billId)
      assertUnpaid(bill)
      if (bill.lockedBy === medOrgOrd) bill.lockedBy = ''
    },
    picture: () =>
      [...bills.values()].map((bill) => {
        const { billId, medOrgOrd, lockedBy, payOrdId, receiptNo, bookings } = bill
        return { billId, medOrgOrd, state: stateOf(bill), lockedBy, payOrdId, receiptNo, bookings }
      }),
  }
}
