// Owns the endpoint that gives a list of orders as a spreadsheet's file: those of a search by time, newest first, at most 10,000.
import { encodeGb18030 } from '../../../contract/check/gb18030.ts'
import type { OrderExportBody, OrderRow } from '../../../contract/local-api/console.ts'
import { OrderExportSchema } from '../../../contract/local-api/console-bodies.ts'
import { readableTime } from '../../../core/domain/reports/day-report.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { searchOrders, type FoundOrder } from '../../usecases/reading/search-orders.ts'
import { okAnswer, type AnswerFile } from '../answers/answer.ts'
import { writeCsv, type Cell } from '../answers/csv.ts'
import { endpoint } from '../endpoint/tools.ts'
import { presentRow } from './present-row.ts'
import { readSpan } from './read-moment.ts'
import { readStates } from './order-search.ts'

export const atMostExported = 10_000
const perPage = 200
const byteOrderMark = '\ufeff'

const legNames = ['feeSumamt', 'fundPay', 'psnAcctPay', 'ownPayAmt', 'othFeeAmt', 'deposit'] as const
const legHeads = ['费用总额', '基金支付', '个人账户', '现金自付', '其他支付', '住院押金'] as const
const head = [
  ...['上传时间', '医院订单号', '支付订单号', '患者', '操作员', '支付方式', '状态', '中心订单状态', '是否结算'],
  ...legHeads,
  ...['下一步', '需人工处理', '最后变化'],
]
const wayTexts = { '': '', order: '支付下单', bankCard: '银行卡', cashier: '收银台' } as const

const yesOrNo = (value: boolean): string => (value ? '是' : '否')

const cellsOf = ({ createdMs, updatedMs }: FoundOrder, row: OrderRow): Cell[] => [
  readableTime(createdMs),
  row.medOrgOrd,
  row.payOrdId,
  row.patient,
  row.operator,
  wayTexts[row.way],
  row.state,
  row.ordStas,
  yesOrNo(row.paid),
  ...legNames.map((name): Cell => (row.legs === null ? '' : { amount: row.legs[name] })),
  row.next,
  yesOrNo(row.needsPerson),
  readableTime(updatedMs),
]

/** Throws INVALID_FIELDS, EXPORT_TOO_LARGE. */
const exportOrders = async (
  dependencies: Dependencies,
  orgCodg: string,
  body: OrderExportBody,
): Promise<AnswerFile> => {
  const { from, to, states, charset = 'gbk' } = body
  const search = { orgCodg, ...readSpan(from, to), states: readStates(states), limit: perPage }
  const nowMs = dependencies.clock.wallMs()
  const lines: Cell[][] = [[...head]]
  let page = await searchOrders(dependencies, search)
  for (;;) {
    lines.push(...page.orders.map((found) => cellsOf(found, presentRow(found, nowMs, dependencies.settings))))
    if (lines.length > atMostExported + 1) {
      throw new AgentError('EXPORT_TOO_LARGE', { detail: { atMostOrders: atMostExported } })
    }
    if (page.next === undefined) break
    page = await searchOrders(dependencies, { ...search, before: page.next })
  }
  const text = writeCsv(lines)
  return {
    contentType: `text/csv; charset=${charset}`,
    name: `mip-orders-${readableTime(nowMs).replaceAll(/\D/g, '')}.csv`,
    bytes: charset === 'gbk' ? Buffer.from(encodeGb18030(text)) : Buffer.from(byteOrderMark + text, 'utf8'),
  }
}

export const orderExport = endpoint({
  method: 'POST',
  path: '/v1/orders/export',
  scope: 'read',
  summary: '一段时间的订单, CSV 文件, 最多 10000 笔',
  body: OrderExportSchema,
  answer: async ({ caller, body }, { dependencies }) => ({
    ...okAnswer({}),
    file: await exportOrders(dependencies, caller.orgCodg, body),
  }),
})
