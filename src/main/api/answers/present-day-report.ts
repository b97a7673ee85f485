// Owns how the report of a day is shown: as JSON and as CSV for the finance clerk's spreadsheet. What is in it is
// usecases/reading/report-day.ts.
import { encodeGb18030 } from '../../../contract/check/gb18030.ts'
import { readableTime, unseenCashRefunds, type DayRow } from '../../../core/domain/reports/day-report.ts'
import { cashDueFen, presentAmounts, type Legs } from '../../../core/domain/money/legs.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { openOperation, refundedCashFen, type Order } from '../../../core/domain/order/order.ts'
import type { DayGroup, DayReport } from '../../usecases/reading/report-day.ts'
import { presentStatus, type AnswerFile } from './answer.ts'
import { writeCsv, type Cell } from './csv.ts'

type Presented = Readonly<Record<string, unknown>>

const presentRow = ({ atMs, legs, ...row }: DayRow): Presented => ({
  ...row,
  at: readableTime(atMs),
  ...presentAmounts(legs),
})

const presentGroup =
  (name: string) =>
  ({ key, settlements, refunds, legs }: DayGroup): Presented => ({
    [name]: key,
    settlements,
    refunds,
    ...presentAmounts(legs),
  })

/** Cash that the agent gave back of an order that never settled, and so has no row, in fen. */
const refundedWithoutRowFen = (order: Order): number => (order.settledMs === undefined ? refundedCashFen(order) : 0)

/** What is known of an order that no row shows, for whoever compares the report with cash and bank. */
const noteOf = (order: Order): string => {
  const { legs, insurance, movedElsewhere } = order
  const refundedFen = refundedWithoutRowFen(order)
  return [
    ...(insurance === 'failed' ? ['医保未结算'] : []),
    ...(legs === undefined ? [] : [`自费 ${formatFen(cashDueFen(legs))}`]),
    ...(refundedFen === 0 ? [] : [`本机已退自费 ${formatFen(refundedFen)}`]),
    ...(movedElsewhere ? ['另有门户退费, 金额不明'] : []),
    ...unseenCashRefunds(order).map((number) => `现金退费 ${number} 是否办理, 查询看不出`),
    ...(openOperation(order) === undefined ? [] : ['有操作结果未知']),
  ].join('; ')
}

const presentUnclear = (order: Order): Presented => ({
  ...presentStatus(order),
  cashRefunded: formatFen(refundedWithoutRowFen(order)),
  note: noteOf(order),
})

/** Amounts as exact decimal texts, those of refunds negative. */
export const presentDayReport = (report: DayReport): Presented => ({
  date: report.date,
  orgCodg: report.orgCodg,
  madeAt: readableTime(report.madeAtMs),
  settled: presentAmounts(report.settled),
  refunded: presentAmounts(report.refunded),
  net: presentAmounts(report.net),
  byOperator: report.byOperator.map(presentGroup('operator')),
  byInsutype: report.byInsutype.map(presentGroup('insutype')),
  byInsuplcAdmdvs: report.byInsuplcAdmdvs.map(presentGroup('insuplcAdmdvs')),
  rows: report.rows.map(presentRow),
  unclear: report.unclear.map(presentUnclear),
  journal: report.journal,
})

const head = [
  '类型',
  '时间',
  '时间来源',
  '医院订单号',
  '支付订单号',
  '操作员',
  '险种',
  '参保地',
  '费用总额',
  '基金支付',
  '个人账户',
  '现金自付',
  '其他支付',
  '住院押金',
  '患者支付现金',
  '医保交易流水号 hiDocSn',
  '医保挂号流水号 hiRgstSn',
  '实账支付流水号 psnPaySn',
  '退费类型',
  '应用退款流水号 appRefdSn',
  '结算中心退款流水号 refdSn',
] as const

const legCells = (legs: Legs): Cell[] => Object.values(presentAmounts(legs)).map((amount) => ({ amount }))

const rowCells = (row: DayRow): Cell[] => [
  row.kind === 'settlement' ? '结算' : '退费',
  readableTime(row.atMs),
  row.timeFrom === 'center' ? '中心' : '本机',
  row.medOrgOrd,
  row.payOrdId,
  row.operator,
  row.insutype,
  row.insuplcAdmdvs,
  ...legCells(row.legs),
  row.hiDocSn,
  row.hiRgstSn,
  row.psnPaySn,
  row.refdType,
  row.appRefdSn,
  row.refdSn,
]

const firstLeg = head.indexOf('费用总额')
const blank = (count: number): Cell[] => Array.from({ length: count }, () => '')

const sumCells = (title: string, legs: Legs): Cell[] => [title, ...blank(firstLeg - 1), ...legCells(legs)]

const groupCells = (title: string, column: (typeof head)[number], { key, legs }: DayGroup): Cell[] => {
  const at = head.indexOf(column)
  return [title, ...blank(at - 1), key, ...blank(firstLeg - at - 1), ...legCells(legs)]
}

/** No amount stands in a column of its own: nothing of it is to be summed. */
const unclearCells = (order: Order): Cell[] => [
  '待核实',
  '',
  '',
  order.medOrgOrd,
  order.upload?.payOrdId ?? '',
  `ordStas ${order.ordStas ?? '未知'}`,
  noteOf(order),
]

/** Movements first, sums below them, then what is unclear and the journal's head. */
const dayReportLines = (report: DayReport): Cell[][] => [
  [...head],
  ...report.rows.map(rowCells),
  sumCells('结算合计', report.settled),
  sumCells('退费合计', report.refunded),
  sumCells('净额合计', report.net),
  ...report.byOperator.map((group) => groupCells('按操作员', '操作员', group)),
  ...report.byInsutype.map((group) => groupCells('按险种', '险种', group)),
  ...report.byInsuplcAdmdvs.map((group) => groupCells('按参保地', '参保地', group)),
  ...report.unclear.map(unclearCells),
  ['机构', report.orgCodg, '日期', report.date, '制表时间', readableTime(report.madeAtMs)],
  ['账本序号', String(report.journal.seq), '账本链头', report.journal.chain],
]

export const csvCharsets = ['gbk', 'utf-8'] as const
export type CsvCharset = (typeof csvCharsets)[number]

const byteOrderMark = '\ufeff'

/** A Chinese Windows opens GBK as it is; UTF-8 only with a byte order mark. */
export const dayReportFile = (report: DayReport, charset: CsvCharset): AnswerFile => {
  const text = writeCsv(dayReportLines(report))
  return {
    contentType: `text/csv; charset=${charset}`,
    name: `mip-day-${report.date}.csv`,
    bytes: charset === 'gbk' ? Buffer.from(encodeGb18030(text)) : Buffer.from(byteOrderMark + text, 'utf8'),
  }
}
