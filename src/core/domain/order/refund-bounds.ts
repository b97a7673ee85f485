// Owns what may be refunded of an order, per type and in fen (RULES 7). Authorisation and sending are
// usecases/operations/refund-order.ts.
import { refundedCashFen, type Order } from './order.ts'
import { isOpenOutcome, type RefundFacts } from './entries.ts'
import { formatFen } from '../money/money.ts'
import { isDepositUnclear } from './deposit.ts'
import { cashDueFen, type Legs } from '../money/legs.ts'

type Amounts = Omit<RefundFacts, 'appRefdSn' | 'ordStasBefore' | 'operator'>

/** How totlRefdAmt is counted for CASH and HI: the original total, as the table says, or the sum of the parts (RULES 7.2). */
export type RefundTotal = 'original' | 'parts'

const cashAllowed = new Set(['6', '8', '10', '11', '13', '16'])
const insuranceAllowed = new Set(['6', '9', '10'])

export type RefundSettings = {
  readonly refundTotal: RefundTotal
  readonly fundIncludesAccount: boolean
  /** cashRefdAmt of an ALL includes the deposit that covered cash; undefined: nobody has said, so there is no such ALL. */
  readonly refundIncludesDeposit?: boolean | undefined
}

/** cashRefdAmt of an ALL in fen; a Chinese text where nobody can tell it (RULES 4.9). */
export const cashOfAll = (order: Order, legs: Legs, settings: RefundSettings): number | string => {
  if (isDepositUnclear(order, settings.fundIncludesAccount)) return '住院押金抵扣了多少不能确定, 先由人工核实'
  if (legs.depositFen === 0) return legs.ownPayAmtFen
  if (settings.refundIncludesDeposit === undefined) {
    return '订单抵扣了住院押金, 尚未设置 orders.refundIncludesDeposit (ALL 的 cashRefdAmt 是否含押金), 不能发起 ALL 退费'
  }
  return settings.refundIncludesDeposit ? legs.ownPayAmtFen : cashDueFen(legs)
}

/**
 * Collected cash (a deposit is not) that can still go back, in fen, at most: of what went back elsewhere nobody knows how much it
 * was, unless the center says that it is all. Open refunds count as given back (RULES 7.1).
 */
export const refundableCashFen = (order: Order, legs: Legs): number => {
  if (order.ordStas === '7' || order.ordStas === '9') return 0
  const open = order.operations
    .filter(({ intent, outcome }) => intent.verb === 'refund' && isOpenOutcome(outcome?.outcome))
    .reduce((sum, { intent }) => sum + (intent.verb === 'refund' ? intent.facts.cashRefdFen : 0), 0)
  return cashDueFen(legs) - refundedCashFen(order) - open
}

const statusProblem = ({ refdType }: Amounts, { ordStas = '', insurance }: Order): string | undefined => {
  if (refdType === 'HI' && insurance === 'failed') return '医保没有结算, 只能退现金 (CASH)'
  const allowed =
    refdType === 'ALL' ? ordStas === '6' : (refdType === 'CASH' ? cashAllowed : insuranceAllowed).has(ordStas)
  if (allowed) return undefined
  const instead = refdType === 'ALL' && ['9', '10'].includes(ordStas) ? ', 已部分退费: 现金用 CASH, 医保用 HI' : ''
  return `订单状态 ${ordStas} 不能发起 ${refdType} 退费${instead}`
}

/** What is compared below must be a whole number of fen: every comparison with something else says "not larger". */
const amountProblems = (refund: Amounts): string[] => {
  const { totlRefdFen, fundRefdFen, psnAcctRefdFen, cashRefdFen } = refund
  const amounts = {
    totlRefdAmt: totlRefdFen,
    fundRefdAmt: fundRefdFen,
    psnAcctRefdAmt: psnAcctRefdFen,
    cashRefdAmt: cashRefdFen,
  }
  return Object.entries(amounts).flatMap(([name, fen]) =>
    Number.isSafeInteger(fen) ? [] : [`${name} 应为最多两位小数的金额`],
  )
}

/** What is wrong with a refund, in Chinese, all at once; empty when it may be sent. */
export const refundProblems = (order: Order, legs: Legs, refund: Amounts, settings: RefundSettings): string[] => {
  const problems: string[] = amountProblems(refund)
  const expect = (name: string, actualFen: number, expectedFen: number): void => {
    if (actualFen !== expectedFen) problems.push(`${name} 应为 ${formatFen(expectedFen)}`)
  }
  const status = statusProblem(refund, order)
  if (status !== undefined) problems.push(status)
  const parts = refund.fundRefdFen + refund.psnAcctRefdFen + refund.cashRefdFen
  if (refund.refdType === 'CASH') {
    expect('fundRefdAmt', refund.fundRefdFen, 0)
    expect('psnAcctRefdAmt', refund.psnAcctRefdFen, 0)
    const atMost = refundableCashFen(order, legs)
    if (refund.cashRefdFen <= 0) problems.push('cashRefdAmt 必须大于 0')
    if (refund.cashRefdFen > atMost) problems.push(`cashRefdAmt 最多 ${formatFen(Math.max(0, atMost))}`)
  } else {
    expect('fundRefdAmt', refund.fundRefdFen, legs.fundPayFen)
    expect('psnAcctRefdAmt', refund.psnAcctRefdFen, legs.psnAcctPayFen)
    const cash = refund.refdType === 'ALL' ? cashOfAll(order, legs, settings) : 0
    if (typeof cash === 'string') problems.push(cash)
    else expect('cashRefdAmt', refund.cashRefdFen, cash)
  }
  const partsCount = refund.refdType !== 'ALL' && settings.refundTotal === 'parts'
  expect('totlRefdAmt', refund.totlRefdFen, partsCount ? parts : legs.feeSumamtFen)
  return problems
}
