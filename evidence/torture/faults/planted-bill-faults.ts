// Owns faults that are planted in an agent's dealings with the HIS whose bills a kiosk pays; none of it exists in the product.
import type { PortWraps } from '../../../src/main/wiring/port-wraps.ts'
import type { HisBills } from '../../../src/main/usecases/base/ports.ts'
import type { BillFault } from '../agent-order.ts'

const zero = '0.00'
const neverSettled = { payOrdId: 'PAYORD-NONE', psnAcctPay: zero, ownPayAmt: zero }
const noNumbers = { othFeeAmt: zero, hiDocSn: '', hiRgstSn: '', traceTime: '' }

/** Lets a bill go as soon as its payment was asked for. */
const freeEarly = (): PortWraps => {
  const locked = new Map<string, string>()
  let bills: HisBills | undefined
  return {
    bills: (own) => {
      bills = own
      return {
        ...own,
        lock: (billId, request) => {
          locked.set(billId, request.medOrgOrd)
          return own.lock(billId, request)
        },
      }
    },
    center: (center) => ({
      ...center,
      send: async (code, input) => {
        const answer = await center.send(code, input)
        if (code !== '6202') return answer
        for (const [billId, medOrgOrd] of locked) await bills?.unlock(billId, { medOrgOrd, reason: 'revoked' })
        return answer
      },
    }),
  }
}

/** Books a bill as soon as it is locked, with the amount that it was listed with. */
const bookUnpaid = (): PortWraps => {
  const amounts = new Map<string, string>()
  return {
    bills: (bills) => ({
      ...bills,
      list: async (request) => {
        const answer = await bills.list(request)
        if (answer.kind === 'done') for (const { billId, amount } of answer.value) amounts.set(billId, amount)
        return answer
      },
      lock: async (billId, request) => {
        const { medOrgOrd } = request
        const answer = await bills.lock(billId, request)
        const feeSumamt = amounts.get(billId) ?? zero
        await bills.book(billId, { medOrgOrd, ...neverSettled, feeSumamt, fundPay: feeSumamt, ...noNumbers })
        return answer
      },
    }),
  }
}

/** The ports of an agent with this fault. */
export const portsWithBillFault = (fault: BillFault): PortWraps => {
  switch (fault) {
    case 'frees-early':
      return freeEarly()
    case 'books-unpaid':
      return bookUnpaid()
    case 'books-nothing':
      return {
        bills: (bills) => ({
          ...bills,
          book: (billId) => Promise.resolve({ kind: 'done', value: { billId, receiptNo: 'R00000000' } }),
        }),
      }
    case 'keeps-locked':
      return {
        bills: (bills) => ({ ...bills, unlock: (billId) => Promise.resolve({ kind: 'done', value: { billId } }) }),
      }
  }
}
