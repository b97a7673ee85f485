// Owns the rows of the console's endpoints; the table of all is ../routes.ts.
import { OrderSearchSchema } from '../../../contract/local-api/console-bodies.ts'

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
    name: 'timeline',
    method: 'GET',
    path: '/v1/orders/:medOrgOrd/timeline',
    scope: 'read',
    summary: '一笔订单的经过: 每次请求和应答的时间、时长、结果',
    query: { raw: 'true: 连同记录的字段 (须有 admin 权限; 姓名、证件、令牌、授权码已隐去)' },
  },
] as const

export type ConsoleRouteName = (typeof consoleRoutes)[number]['name']
