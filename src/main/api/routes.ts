// Owns the table of endpoints: address, scope, body, and which use case answers. Parsing and status codes are app.ts and
// answer.ts; the use cases know nothing of HTTP.
import type { TSchema } from 'typebox'
import { Strict } from '../../contract/check/fields.ts'
import type { tables } from '../../contract/interfaces.ts'
import { doctorRoutes, type DoctorRouteName } from './doctor/routes.ts'
import { consoleRoutes, type ConsoleRouteName } from './console/routes.ts'
import { settingsRoutes, type SettingsRouteName } from './console/settings-routes.ts'
import { kioskRoutes, type KioskRouteName } from './kiosk/routes.ts'
import { accessRoutes, type AccessRouteName } from './access/routes.ts'
import type { KnownQuery } from './requests/read-query.ts'
import {
  AuthorizationBody,
  bankFields,
  cashierFields,
  BookingBody,
  decodeBody,
  operator,
  placeFields,
  queue,
  refundFields,
  ResolutionBody,
  revokeFields,
  uploadExtras,
  uploadFields,
} from './route-bodies.ts'
import type { ScopeRule } from './callers/tokens.ts'

export type RouteName =
  | DoctorRouteName
  | 'health'
  | 'openapi'
  | 'status'
  | 'decode'
  | 'upload'
  | 'authorization'
  | 'placement'
  | 'bankPlacement'
  | 'cashierUrl'
  | 'refunds'
  | 'revocation'
  | 'order'
  | 'orders'
  | 'booking'
  | 'attention'
  | 'resolve'
  | 'rebill'
  | 'dayReport'
  | 'operation'
  | 'cancel'
  | 'events'
  | ConsoleRouteName
  | SettingsRouteName
  | KioskRouteName
  | AccessRouteName

export type Route = {
  readonly name: RouteName
  readonly method: 'GET' | 'POST'
  /** Fastify's form; OpenAPI's is made of it. */
  readonly path: string
  readonly summary: string
  readonly interface?: keyof typeof tables
  /** Members of the body that hold a table's fields each. */
  readonly parts?: Readonly<Record<string, keyof typeof tables>>
  readonly body?: TSchema
} & KnownQuery &
  /** Without a scope: public, holds no secret. */
  ScopeRule

const order = '/v1/orders/:medOrgOrd'

export const routes: readonly Route[] = [
  {
    name: 'health',
    method: 'GET',
    path: '/v1/health',
    scope: undefined,
    summary: '助手是否在运行; 可要求它证明知道令牌',
    texts: {
      challenge: { description: '随机文本', pattern: /^[\w-]{16,64}$/, problem: '应为 16 到 64 个字母、数字、_、-' },
      keyId: {
        description: '令牌的 keyId (docs/security.md)',
        pattern: /^[0-9a-f]{32}$/,
        problem: '应为 32 位十六进制',
      },
    },
  },
  { name: 'openapi', method: 'GET', path: '/openapi.json', scope: undefined, summary: '本接口的 OpenAPI 文档' },
  { name: 'status', method: 'GET', path: '/v1/status', scope: 'read', summary: '动态库、扫码枪、中心、账本的状态' },
  {
    name: 'decode',
    method: 'POST',
    path: '/v1/vouchers/decode',
    scope: 'decode',
    summary: '解码医保码',
    interface: '6101',
    body: decodeBody,
  },
  {
    name: 'upload',
    method: 'POST',
    path: '/v1/orders',
    scope: 'pay',
    summary: '费用明细上传',
    interface: '6201',
    body: Strict({ ...uploadFields, ...uploadExtras, operator }),
    query: { dryRun: 'true: 只检查, 不发送, 不记账' },
  },
  {
    name: 'authorization',
    method: 'POST',
    path: `${order}/authorization`,
    scope: 'pay',
    summary: '提交患者手机授权得到的 payAuthNo',
    body: AuthorizationBody,
  },
  {
    name: 'placement',
    method: 'POST',
    path: `${order}/placement`,
    scope: 'pay',
    summary: '支付下单 (只是下单, 不等于已收款)',
    interface: '6202',
    body: Strict(placeFields),
  },
  {
    name: 'bankPlacement',
    method: 'POST',
    path: `${order}/bank-placement`,
    scope: 'pay',
    summary: '银行卡支付下单',
    interface: '6205',
    body: Strict(bankFields),
  },
  {
    name: 'cashierUrl',
    method: 'POST',
    path: `${order}/cashier-url`,
    scope: 'pay',
    summary: '收银台地址 (chnlAppId, chnlEncData)',
    body: Strict(cashierFields),
  },
  {
    name: 'refunds',
    method: 'POST',
    path: `${order}/refunds`,
    scope: 'refund',
    summary: '退费',
    interface: '6203',
    body: Strict({ ...refundFields, operator, queue }),
  },
  {
    name: 'revocation',
    method: 'POST',
    path: `${order}/revocation`,
    scope: 'pay',
    summary: '费用明细上传撤销',
    interface: '6401',
    body: Strict({ ...revokeFields, queue }),
  },
  {
    name: 'order',
    method: 'GET',
    path: order,
    scope: 'read',
    own: ['pay'],
    summary: '订单记录',
    query: { refresh: 'true: 先向中心查询 (6301)', queue: 'true: 中心连不上时排队查询' },
  },
  {
    name: 'orders',
    method: 'GET',
    path: '/v1/orders',
    scope: 'read',
    summary: '已结算而 HIS 尚未记账的订单',
    query: { paid: '只能为 true', booked: '只能为 false' },
  },
  {
    name: 'rebill',
    method: 'POST',
    path: `${order}/rebill`,
    scope: 'refund',
    also: 'pay',
    summary: '全退重收: 全额退费后把剩余明细作为新订单上传',
    parts: { refund: '6203', upload: '6201' },
    body: Strict({ refund: Strict(refundFields), upload: Strict(uploadFields), operator }),
  },
  {
    name: 'booking',
    method: 'POST',
    path: `${order}/booking`,
    scope: 'pay',
    summary: '回报 HIS 自己的记账结果',
    body: BookingBody,
  },
  { name: 'attention', method: 'GET', path: '/v1/attention', scope: 'read', summary: '需要人工处理的订单, 原因和建议' },
  {
    name: 'resolve',
    method: 'POST',
    path: '/v1/attention/:medOrgOrd/resolve',
    scope: 'refund',
    summary: '登记人工处理结果',
    body: ResolutionBody,
  },
  {
    name: 'dayReport',
    method: 'GET',
    path: '/v1/reports/day',
    scope: 'read',
    summary: '日报: 按支付通道、操作员、险种、参保地',
    texts: {
      date: { description: '日期, 东八区', pattern: /^\d{4}-\d{2}-\d{2}$/, problem: '应为日期 yyyy-MM-dd' },
      format: { description: '默认 json', pattern: /^(json|csv)$/, problem: '应为 json 或 csv' },
      charset: { description: 'CSV 的字符集, 默认 gbk', pattern: /^(gbk|utf-8)$/, problem: '应为 gbk 或 utf-8' },
    },
  },
  {
    name: 'operation',
    method: 'GET',
    path: '/v1/operations/:id',
    scope: 'read',
    own: ['decode', 'pay', 'refund'],
    summary: '一次操作的结果',
    texts: {
      wait: {
        description: '最多等几秒, 有了最终结果立即应答',
        pattern: /^(1?\d|2[0-5])$/,
        problem: '应为 0 到 25 的整数, 单位秒',
      },
    },
  },
  {
    name: 'cancel',
    method: 'POST',
    path: '/v1/operations/:id/cancel',
    scope: 'decode',
    own: ['pay', 'refund'],
    summary: '取消进行中的扫码解码; 撤回还没有发出的排队操作',
    body: Strict({}),
  },
  {
    name: 'events',
    method: 'GET',
    path: '/v1/events',
    scope: 'read',
    own: ['decode', 'pay', 'refund'],
    summary: '事件流 (SSE)',
  },
  ...accessRoutes,
  ...doctorRoutes,
  ...consoleRoutes,
  ...settingsRoutes,
  ...kioskRoutes,
]

/** False for what only asks, a scan included: there a request that lost its end, or has another behind it, does no harm. */
export const changesSomething = ({ name, method }: Pick<Route, 'name' | 'method'>): boolean =>
  method !== 'GET' && name !== 'decode'
