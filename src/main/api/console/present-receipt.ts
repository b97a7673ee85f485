// Owns a receipt as it is answered: texts and amounts, the patient's name masked.
import type { ReceiptAnswer } from '../../../contract/local-api/console.ts'
import { maskName } from '../../../contract/mask-patient.ts'
import { sumLegs } from '../../../core/domain/reports/day-report.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { isPaid, stateOf } from '../../../core/domain/order/order-state.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Receipt } from '../../usecases/reading/read-receipt.ts'
import { lastUploadOf, legsText } from './present-row.ts'

export const presentReceipt = (receipt: Receipt): ReceiptAnswer => {
  const { order, settlement, refunds, deptName, categories, patientCashFen } = receipt
  const upload = lastUploadOf(order)
  const { orgName } = order.settlement ?? {}
  return {
    orgCodg: order.orgCodg,
    orgName: typeof orgName === 'string' ? orgName : '',
    medOrgOrd: order.medOrgOrd,
    payOrdId: order.upload?.payOrdId ?? '',
    state: stateOf(order),
    paid: isPaid(order),
    hiDocSn: settlement?.hiDocSn ?? '',
    hiRgstSn: settlement?.hiRgstSn ?? '',
    psnPaySn: settlement?.psnPaySn ?? '',
    chrgBchno: upload?.chrgBchno ?? '',
    settledAt: shanghaiIso(settlement?.atMs),
    settledAtFrom: settlement?.timeFrom ?? '',
    way: order.way ?? '',
    operator: upload?.operator ?? '',
    patient: maskName(upload?.userName ?? ''),
    deptName,
    legs: settlement === undefined ? null : legsText(settlement.legs),
    patientCash: patientCashFen === undefined ? '' : formatFen(patientCashFen),
    depositExcess: formatFen(receipt.depositExcessFen),
    feeLines: {
      count: categories.reduce((sum, { count }) => sum + count, 0),
      sum: formatFen(categories.reduce((sum, { sumFen }) => sum + sumFen, 0)),
      byCategory: categories.map(({ medType, count, sumFen }) => ({ medType, count, sum: formatFen(sumFen) })),
    },
    refunds: refunds.map(({ appRefdSn, refdType, atMs, refdSn, operator, legs }) => ({
      appRefdSn,
      refdType,
      at: shanghaiIso(atMs),
      refdSn,
      operator,
      legs: legsText(legs),
    })),
    net: settlement === undefined ? null : legsText(sumLegs([settlement, ...refunds])),
  }
}
