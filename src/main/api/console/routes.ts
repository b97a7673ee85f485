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
] as const

export type ConsoleRouteName = (typeof consoleRoutes)[number]['name']
