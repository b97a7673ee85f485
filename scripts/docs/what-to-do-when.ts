// Owns the text of docs/what-to-do-when.zh-CN.md: one page for every `next`, every ordStas and every error code. What an order's
// status leads to is asked of the domain, and the meaning of a code of the error table.
import { errorTable, type ErrorCode } from '../../src/core/domain/errors/error-table.ts'
import { foldOrder } from '../../src/core/domain/fold/fold-order.ts'
import { insuranceAfter } from '../../src/core/domain/order/center-status.ts'
import { readLegs } from '../../src/core/domain/money/legs.ts'
import type { Upload } from '../../src/core/domain/order/order.ts'
import { nextOf, stateOf } from '../../src/core/domain/order/order-state.ts'
import { guideError } from './error-guidance.ts'
import { nextGuidance, ordStasGuidance, type Guidance } from './order-guidance.ts'

const row = (...cells: readonly string[]): string => `| ${cells.join(' | ')} |`

const upload: Upload = {
  ...{ payOrdId: '', payToken: '', cashierUrl: '', chrgBchno: '', feeType: '', mdtrtId: '', medfeeSumamtFen: 0 },
  ...{ idNo: '', userName: '', idType: '', ecToken: '', payAuthNo: '', insutype: '', insuplcAdmdvs: '' },
  ...{ operator: '', overrideOperator: '' },
}

const amounts = { feeSumamt: '0', fundPay: '0', psnAcctPay: '0', ownPayAmt: '0' }

/** State and `next` of an order whose settlement went well, which the center shows with this status now. */
const followsFrom = (ordStas: string): string => {
  const way = ordStas === '2' ? ('order' as const) : undefined
  const insurance = insuranceAfter('settled', ordStas, true)
  const order = { ...foldOrder('', '', []), upload, ordStas, insurance, way, legs: readLegs(amounts, undefined) }
  return `\`${stateOf(order)}\` → \`${nextOf(order)}\``
}

const guidanceRow = (name: string, { meaning, program, cashier }: Guidance): string =>
  row(name, meaning, program, cashier)

const nextRows = Object.entries(nextGuidance).map(([next, guidance]) => guidanceRow(`\`${next}\``, guidance))

const statusRows = Object.entries(ordStasGuidance).map(([code, { meaning, program, cashier }]) =>
  row(`\`${code}\``, meaning, followsFrom(code), program, cashier),
)

const errorRows = Object.entries(errorTable).map(([code, { zh, hint }]) => {
  const { program, cashier } = guideError(code as ErrorCode)
  return row(`\`${code}\``, zh, `${program}。${hint}`, cashier)
})

/** The whole page. */
export const whatToDoWhen = (): string =>
  [
    '# 遇到什么, 做什么 (what to do when)',
    '',
    '先看 `code`, 再看 `next`, 然后才看 `ordStas`。三条铁律:',
    '',
    '1. **只有 `paid` 为 true (`ordStas` 6) 才是已收款。** 下单成功不是收款。',
    '2. **没有得到应答, 就原样再问一次**: 同一单号、同一内容。换单号、改内容都可能收两次、退两次。',
    '3. **结果未知不是失败。** 等结果, 不重收, 不让患者另外付钱。',
    '',
    '查不出原因时: 记下应答的 `requestId` (也在应答头 `X-Request-Id` 里), 信息科在控制台的“诊断”页输入它 (或医院订单号), 看助手日志里当时的经过',
    '([debugging.md](debugging.md))。',
    '',
    'Made by `npm run docs` from `scripts/docs/order-guidance.ts`, `scripts/docs/error-guidance.ts` and the error table.',
    '',
    '## next: 下一步',
    '',
    row('next', '含义', 'HIS 程序', '收费员'),
    row('---', '---', '---', '---'),
    ...nextRows,
    '',
    '## ordStas: 中心的订单状态',
    '',
    '"助手"一栏是只知道这个状态时助手给出的 `state` 和 `next`; 有操作在办、有授权码、已记账时以应答里的为准。',
    '',
    row('ordStas', '含义', '助手', 'HIS 程序', '收费员'),
    row('---', '---', '---', '---', '---'),
    ...statusRows,
    '',
    '## code: 错误码',
    '',
    '"HIS 程序"一栏后半句是给工程师的排查提示。客户端动态库自己的三个代码见 [client-library.zh-CN.md](client-library.zh-CN.md)。',
    '',
    row('code', '收费员看到的', 'HIS 程序', '收费员'),
    row('---', '---', '---', '---'),
    ...errorRows,
    '',
  ].join('\n')
