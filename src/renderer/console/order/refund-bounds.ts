// Owns which refunds a form offers for an order, and within what. The agent decides (RULES 7); this spares the cashier a refusal.
import type { OrderRecord } from '../../../contract/local-api/orders.ts'
import { readFen, writeFen } from '../../shared/amounts.ts'
import { refundTypes } from '../parts/order-texts.ts'

export type RefundType = keyof typeof refundTypes

const byOrdStas: Readonly<Record<RefundType, readonly string[]>> = {
  ALL: ['6'],
  CASH: ['6', '8', '10', '11', '13', '16'],
  HI: ['6', '9', '10'],
}

const isPositive = (amount = ''): boolean => (readFen(amount) ?? 0) > 0

/** What may be refunded now: nothing while another operation is under way or before the amounts are known. */
export const refundTypesOf = (order: OrderRecord): readonly RefundType[] => {
  const { legs, state, ordStas, next, refundableCash, refundAllCash } = order
  // The insurance has nothing, and the patient's cash is held (RULES 5).
  const holdsCash = state === 'needsPerson' && (ordStas === '13' || ordStas === '16')
  if (legs === null || (state !== 'paid' && state !== 'partlyRefunded' && !holdsCash)) return []
  const has: Readonly<Record<RefundType, boolean>> = {
    ALL: refundAllCash !== '',
    CASH: isPositive(refundableCash),
    // Where nothing but cash is to go back the insurance has nothing, at 10 too (RULES 5).
    HI: next !== 'refundCash' && (isPositive(legs.fundPay) || isPositive(legs.psnAcctPay)),
  }
  return (Object.keys(byOrdStas) as RefundType[]).filter((type) => has[type] && byOrdStas[type].includes(ordStas))
}

/** The amounts of a 6203 body. `cash`: how much of the cash, for CASH. */
export type RefundAmounts = {
  readonly totlRefdAmt: string
  readonly fundRefdAmt: string
  readonly psnAcctRefdAmt: string
  readonly cashRefdAmt: string
}

/** Throws for an order without amounts, of which `refundTypesOf` offers nothing. */
export const refundAmountsOf = (order: OrderRecord, type: RefundType, cash: string): RefundAmounts => {
  const { legs, refundTotal, refundAllCash = '' } = order
  if (legs === null) throw new Error('an order without amounts has nothing to refund')
  const cashFen = readFen(cash) ?? 0
  const parts = {
    fundRefdAmt: type === 'CASH' ? '0.00' : legs.fundPay,
    psnAcctRefdAmt: type === 'CASH' ? '0.00' : legs.psnAcctPay,
    cashRefdAmt: type === 'ALL' ? refundAllCash : type === 'CASH' ? writeFen(cashFen) : '0.00',
  }
  const sumFen = Object.values(parts).reduce((sum, amount) => sum + (readFen(amount) ?? 0), 0)
  const countsParts = type !== 'ALL' && refundTotal === 'parts'
  return { totlRefdAmt: countsParts ? writeFen(sumFen) : legs.feeSumamt, ...parts }
}

/** True for an amount of cash that can still go back. */
export const isRefundableCash = ({ refundableCash = '0.00' }: OrderRecord, cash: string): boolean => {
  const fen = readFen(cash) ?? 0
  return fen > 0 && fen <= (readFen(refundableCash) ?? 0)
}

const numbers = new Map<string, { readonly content: string; readonly appRefdSn: string }>()

/**
 * The number of a refund: a new one, unless the same refund of the order was asked for before and nobody knows yet what became
 * of it; then its own, so that asking again never pays twice (RULES 2.1, 2.3).
 */
export const numberOfRefund = (medOrgOrd: string, content: string): string => {
  const pending = numbers.get(medOrgOrd)
  if (pending?.content === content) return pending.appRefdSn
  const appRefdSn = `C${crypto.randomUUID().replaceAll('-', '')}`
  numbers.set(medOrgOrd, { content, appRefdSn })
  return appRefdSn
}

/** Called once the refund is done, or declined: then another needs a number of its own. */
export const forgetNumber = (medOrgOrd: string): void => {
  numbers.delete(medOrgOrd)
}
