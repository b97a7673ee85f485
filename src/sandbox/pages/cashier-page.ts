// Owns the pages that a payer sees: the cashier page of 6201's cashierUrl, the bank page of 6205's medBankPayUrl, and the
// hospital's H5 behind a kiosk's QR.
import { createCheck } from '../../contract/check/check.ts'
import { CashierUrlParameters } from '../../contract/envelope-fields.ts'
import { parseJsonText } from '../../contract/check/json-text.ts'
import type { Center } from '../center.ts'
import { formatYuan } from '../ledger/fen.ts'
import { cashDueFen, type Order } from '../ledger/order.ts'
import { refuse } from '../ledger/refusal.ts'
import { openPayerPage, planPlacement } from '../ledger/settlement.ts'

const checkParameters = createCheck<CashierUrlParameters>(CashierUrlParameters)

const readParameters = (center: Center, query: URLSearchParams): CashierUrlParameters => {
  if (query.get('chnlAppId') !== center.channel.appId) refuse('wrongAppId', '渠道 chnlAppId 不存在')
  let parsed: unknown
  try {
    parsed = parseJsonText(center.channel.decrypt(query.get('chnlEncData') ?? ''))
  } catch {
    return refuse('undecipherable', 'chnlEncData 解密失败')
  }
  const { value, faults } = checkParameters(parsed)
  if (faults.length > 0) refuse('badFields', 'chnlEncData 内容有误')
  return value
}

const requireOrder = (center: Center, query: URLSearchParams): Order =>
  center.ledger.find(query.get('payOrdId') ?? '') ?? refuse('orderNotFound', '支付订单不存在')

/** Places the order as the address says; opened again, it shows the same. Throws a Refusal. */
const placeByCashier = (center: Center, query: URLSearchParams): Order => {
  const order = requireOrder(center, query)
  const { payAuthNo, deposit } = readParameters(center, query)
  const open = order.placement
  if (open?.way === 'cashier' && !open.expired) return order
  if (!['0', '1', '2'].includes(order.ordStas)) refuse('wrongState', `订单状态 ${order.ordStas}, 不能支付`)
  if (open !== undefined && open.way !== 'cashier') refuse('wrongState', '订单已用另一种方式下单')
  const placement = planPlacement(center, order, { way: 'cashier', deposit })
  center.authorizations.use(payAuthNo, order.patient)
  openPayerPage(order, placement)
  return order
}

const escapeHtml = (text: string): string =>
  text.replaceAll(/[&<>"']/g, (character) => `&#${character.codePointAt(0) ?? 0};`)

const page = (body: string): string => `<!doctype html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>医保收银台（沙箱）</title>
<style>body{font:18px/1.8 sans-serif;max-width:26em;margin:2em auto;color:#303133}
dt{color:#909399;float:left;clear:left;width:9em}dd{margin:0 0 0 9em;text-align:right}
button{font:inherit;color:#fff;background:#3b71e8;border:0;border-radius:8px;padding:.4em 2em;margin-right:1em}</style>
</head><body><h1>医保收银台（沙箱）</h1>${body}</body></html>
`

const postButton = (path: string, label: string, body: object = {}): string =>
  `<button onclick="fetch('${path}',{method:'POST',headers:{'content-type':'application/json'},` +
  `body:'${escapeHtml(JSON.stringify(body))}'}).then(()=>location.reload())">${label}</button>`

/** What the patient's phone shows before the order is placed. */
const renderAuthorization = (order: Order): string =>
  page(
    `<p>医院订单号 ${escapeHtml(order.medOrgOrd)}</p><dl><dt>费用总额</dt><dd>${formatYuan(order.totalFen)} 元</dd></dl>` +
      `<p>授权后请在自助机上继续。</p>` +
      postButton(`/_sandbox/orders/${encodeURIComponent(order.payOrdId)}/authorization`, '授权医保支付'),
  )

const renderOrder = (order: Order): string => {
  const { placement } = order
  if (placement === undefined) return page('<p>订单还没有下单。</p>')
  const rows: readonly (readonly [string, number])[] = [
    ['费用总额', order.totalFen],
    ['医保基金支付', placement.split.fundFen],
    ['个人账户支付', placement.split.accountFen],
    ['其他抵扣金额', placement.split.otherFen],
    ['住院押金抵扣', placement.depositFen ?? 0],
    ['现金支付', cashDueFen(placement)],
  ]
  const list = rows.map(([name, amountFen]) => `<dt>${name}</dt><dd>${formatYuan(amountFen)} 元</dd>`).join('')
  const path = `/_sandbox/orders/${encodeURIComponent(order.payOrdId)}/payer`
  const button = (action: string, label: string): string => postButton(path, label, { action })
  const buttons = order.ordStas === '2' ? `${button('pay', '去支付')}${button('insuranceFails', '模拟医保失败')}` : ''
  return page(
    `<p>医院订单号 ${escapeHtml(order.medOrgOrd)}，订单状态 ${escapeHtml(order.ordStas)}</p><dl>${list}</dl>${buttons}`,
  )
}

export type PayerPath = '/cashier' | '/bank' | '/h5'
const payerPaths: ReadonlySet<string> = new Set<PayerPath>(['/cashier', '/bank', '/h5'])
export const isPayerPath = (path: string): path is PayerPath => payerPaths.has(path)

/** The HTML of a payer's page. Throws a Refusal. */
export const openPage = (center: Center, path: PayerPath, query: URLSearchParams): string => {
  const order = path === '/cashier' ? placeByCashier(center, query) : requireOrder(center, query)
  return path === '/h5' && order.placement === undefined ? renderAuthorization(order) : renderOrder(order)
}

/** The HTML that says why a page is refused. */
export const renderRefusal = (message: string): string => page(`<p>${escapeHtml(message)}</p>`)
