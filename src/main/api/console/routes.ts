// Owns the rows of the console's endpoints; the table of all is ../routes.ts.
import { OrderExportSchema, OrderSearchSchema } from '../../../contract/local-api/console-bodies.ts'

const date = { description: '日期, 东八区', pattern: /^\d{4}-\d{2}-\d{2}$/, problem: '应为日期 yyyy-MM-dd' }

export const consoleRoutes = [
  {
    name: 'orderSearch',
    method: 'POST',
    path: '/v1/orders/search',
    scope: 'read',
    summary: '查找订单: 按医院订单号、完整姓名或证件号码、时间、状态',
    body: OrderSearchSchema,
  },
  {
    name: 'orderExport',
    method: 'POST',
    path: '/v1/orders/export',
    scope: 'read',
    summary: '一段时间的订单, CSV 文件, 最多 10000 笔',
    body: OrderExportSchema,
  },
  {
    name: 'timeline',
    method: 'GET',
    path: '/v1/orders/:medOrgOrd/timeline',
    scope: 'read',
    summary: '一笔订单的经过: 每次请求和应答的时间、时长、结果',
    query: { raw: 'true: 连同记录的字段 (须有 admin 权限; 姓名、证件、令牌、授权码已隐去)' },
  },
  {
    name: 'receipt',
    method: 'GET',
    path: '/v1/orders/:medOrgOrd/receipt',
    scope: 'read',
    summary: '收据上的内容: 机构、号码、结算时间、各部分金额、费用分类合计、退费',
  },
  {
    name: 'shiftReport',
    method: 'GET',
    path: '/v1/reports/shift',
    scope: 'read',
    summary: '交班: 按操作员和支付方式的笔数和金额, 待核实的订单',
    texts: {
      date,
      operator: { description: '只要这一位', pattern: /^.{1,30}$/u, problem: '应为 1 到 30 个字符' },
    },
  },
  {
    name: 'daysReport',
    method: 'GET',
    path: '/v1/reports/days',
    scope: 'read',
    summary: '逐日合计, 最多 31 天',
    texts: { from: date, to: date },
  },
  {
    name: 'queue',
    method: 'GET',
    path: '/v1/queue',
    scope: 'read',
    summary: '等待中心恢复的操作, 上限, 中心是否连得上',
  },
] as const

export type ConsoleRouteName = (typeof consoleRoutes)[number]['name']
