// Owns the wire fields that 6202, 6301, 6302 and 6204 have in common: one order's amounts and settlement numbers.
import { formatYuan } from './fen.ts'
import { cashDueFen, type Order } from './order.ts'

/** Name and text of fields; undefined ones are left out by the canonical JSON. */
export type WireFields = Readonly<Record<string, unknown>>

/** The amounts of a placed order in yuan; empty before. `cashName`: 6302 spells it ownpayAmt, the others ownPayAmt. */
export const describeAmounts = (order: Order, cashName: 'ownPayAmt' | 'ownpayAmt'): WireFields => {
  if (order.placement === undefined) return {}
  const { split, depositFen } = order.placement
  return {
    feeSumamt: formatYuan(order.totalFen),
    [cashName]: formatYuan(split.cashFen),
    psnAcctPay: formatYuan(split.accountFen),
    fundPay: formatYuan(split.fundFen),
    ...(depositFen !== undefined && { deposit: formatYuan(depositFen) }),
  }
}

/** othFeeAmt: only 6202 and 6204 have it. */
export const describeOtherFee = (order: Order): WireFields =>
  order.placement === undefined ? {} : { othFeeAmt: formatYuan(order.placement.split.otherFen) }

/** What 6301 and 6302 tell of an order beside its amounts; numbers of the settlement only when there was one. */
export const describeSettlement = (order: Order, orgName: string): WireFields => {
  const { settlement, placement } = order
  return {
    callType: '02',
    payOrdId: order.payOrdId,
    medOrgOrd: order.medOrgOrd,
    orgCodg: order.orgCodg,
    orgName,
    ...(placement !== undefined && { setlType: cashDueFen(placement) > 0 ? 'ALL' : 'HI' }),
    ...(settlement !== undefined && {
      traceTime: settlement.traceTime,
      hiChrgTime: settlement.hiChrgTime,
      hiDocSn: settlement.hiDocSn,
      hiRgstSn: settlement.hiRgstSn,
      revsToken: settlement.revsToken,
      ...(settlement.psnPaySn !== undefined && { extData: { psnPaySn: settlement.psnPaySn } }),
    }),
  }
}
