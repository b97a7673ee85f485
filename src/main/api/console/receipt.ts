// Owns the endpoint of a receipt: texts and amounts, the patient's name masked.
import type { ReceiptAnswer } from '../../../contract/local-api/console.ts'
import { maskName } from '../../../contract/mask-patient.ts'
import { sumLegs } from '../../../core/domain/reports/day-report.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { isPaid, stateOf } from '../../../core/domain/order/order-state.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { readReceipt, type Receipt } from '../../usecases/reading/read-receipt.ts'
import { okAnswer } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { endpoint } from '../endpoint/tools.ts'
import { lastUploadOf, legsText } from './present-row.ts'

const presentReceipt = (receipt: Receipt): ReceiptAnswer => {
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

export const receipt = endpoint({
  method: 'GET',
  path: '/v1/orders/:medOrgOrd/receipt',
  scope: 'read',
  summary: '收据上的内容: 机构、号码、结算时间、各部分金额、费用分类合计、退费',
  call: { code: 'receipt', names: 'order' },
  answer: (request, { dependencies }) => okAnswer(presentReceipt(readReceipt(dependencies, orderOf(request)))),
})
