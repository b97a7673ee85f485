// Owns the simulated center's ledger: every order, the counters, and the picture of what really happened.
// What an order may do is order.ts and interfaces/.
import type { InterfaceCode } from '../../contract/interfaces.ts'
import { formatYuan } from './fen.ts'
import { listCollected, listReturned, type Order, stopSettling, sumSplit } from './order.ts'
import { refuse } from './refusal.ts'

const maxOrders = 100_000

export type OrderPicture = ReturnType<typeof picture>

const picture = (order: Order) => {
  const { settleTimer: _timer, delivery: _delivery, uploadDigest: _digest, placement, ...facts } = order
  const [collected, returned] = [listCollected(order), listReturned(order)]
  const legs = placement && { ...placement.split, totalFen: order.totalFen, depositFen: placement.depositFen ?? 0 }
  return {
    ...facts,
    bizSerials: [...order.bizSerials],
    refunds: [...order.refunds],
    callbacks: [...order.callbacks],
    history: [...order.history],
    way: placement?.way,
    legs,
    legsYuan: legs && {
      feeSumamt: formatYuan(legs.totalFen),
      fundPay: formatYuan(legs.fundFen),
      psnAcctPay: formatYuan(legs.accountFen),
      ownPayAmt: formatYuan(legs.cashFen),
      othFeeAmt: formatYuan(legs.otherFen),
      deposit: formatYuan(legs.depositFen),
    },
    collected,
    returned,
    collectedFen: sumSplit(collected),
    refundedFen: sumSplit(returned),
  }
}

export type LedgerPicture = {
  readonly orders: readonly OrderPicture[]
  /** Requests that arrived on each path, refused and lost ones included. */
  readonly requests: Readonly<Record<InterfaceCode, number>>
  /** Requests that were acted on, those whose reply was lost included. */
  readonly acted: Readonly<Record<InterfaceCode, number>>
  readonly refusedSignatures: number
  readonly collectedFen: number
  readonly refundedFen: number
}

export type Ledger = {
  readonly add: (order: Order) => void
  readonly find: (payOrdId: string) => Order | undefined
  /** The newest order of a medOrgOrd. */
  readonly findByHospital: (medOrgOrd: string) => Order | undefined
  /** Any order but this one. */
  readonly findOther: (order: Order) => Order | undefined
  /** The order that a refund number belongs to. */
  readonly findByRefund: (appRefdSn: string) => Order | undefined
  readonly bindRefund: (appRefdSn: string, order: Order) => void
  /** Registers an orgBizSer; false when it was used before (every request has its own). */
  readonly takeSerial: (orgBizSer: string) => boolean
  readonly count: (what: 'requests' | 'acted', code: InterfaceCode) => void
  readonly countRefusedSignature: () => void
  readonly size: () => number
  readonly picture: () => LedgerPicture
  readonly clear: () => void
}

const zeroCounts = (): Record<InterfaceCode, number> => ({
  '6201': 0,
  '6202': 0,
  '6203': 0,
  '6205': 0,
  '6301': 0,
  '6401': 0,
})

export const createLedger = (): Ledger => {
  const orders = new Map<string, Order>()
  const newest = new Map<string, Order>()
  const refunds = new Map<string, Order>()
  const serials = new Set<string>()
  let counts = { requests: zeroCounts(), acted: zeroCounts() }
  let refusedSignatures = 0
  return {
    add: (order) => {
      if (orders.size >= maxOrders) refuse('full', '沙箱订单过多, 请先重置沙箱')
      orders.set(order.payOrdId, order)
      newest.set(order.medOrgOrd, order)
    },
    find: (payOrdId) => orders.get(payOrdId),
    findByHospital: (medOrgOrd) => newest.get(medOrgOrd),
    findOther: (order) => {
      for (const other of orders.values()) if (other !== order) return other
      return undefined
    },
    findByRefund: (appRefdSn) => refunds.get(appRefdSn),
    bindRefund: (appRefdSn, order) => refunds.set(appRefdSn, order),
    takeSerial: (orgBizSer) => {
      if (serials.has(orgBizSer)) return false
      serials.add(orgBizSer)
      return true
    },
    count: (what, code) => {
      counts[what][code] += 1
    },
    countRefusedSignature: () => {
      refusedSignatures += 1
    },
    size: () => orders.size,
    picture: () => {
      const pictures = [...orders.values()].map(picture)
      return {
        orders: pictures,
        requests: { ...counts.requests },
        acted: { ...counts.acted },
        refusedSignatures,
        collectedFen: pictures.reduce((sum, { collectedFen }) => sum + collectedFen, 0),
        refundedFen: pictures.reduce((sum, { refundedFen }) => sum + refundedFen, 0),
      }
    },
    clear: () => {
      for (const order of orders.values()) stopSettling(order)
      orders.clear()
      newest.clear()
      refunds.clear()
      serials.clear()
      counts = { requests: zeroCounts(), acted: zeroCounts() }
      refusedSignatures = 0
    },
  }
}
