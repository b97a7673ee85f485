// Owns the legs of a settlement: who pays which part, in fen (RULES 4.8). Which reply brought them is order.ts.
import type { LegAmounts } from '../../../contract/local-api/orders.ts'
import { formatFen, readCenterFen } from './money.ts'

/** All in fen. `ownPayAmtFen` is cash, the deposit included, however the center told it. */
export type Legs = {
  readonly feeSumamtFen: number
  readonly fundPayFen: number
  readonly psnAcctPayFen: number
  readonly ownPayAmtFen: number
  /** Kept from 6202 or 6204: 6301 and 6302 carry none. */
  readonly othFeeAmtFen: number
  readonly depositFen: number
}

type Amounts = {
  readonly feeSumamt?: unknown
  readonly fundPay?: unknown
  readonly psnAcctPay?: unknown
  readonly ownPayAmt?: unknown
  readonly othFeeAmt?: unknown
  readonly deposit?: unknown
}

/** An amount that a reply may leave out: `before` where it does, undefined where it writes something that is no amount. */
const readOptional = (amount: unknown, before: number | undefined): number | undefined =>
  (amount ?? '') === '' ? (before ?? 0) : readCenterFen(amount)

/**
 * The legs a reply brings; undefined when any of the four main amounts is missing, as in states 0 to 2, or one of the six is no
 * amount (RULES 3.3, 4.8).
 */
export const readLegs = (output: Amounts, before: Legs | undefined): Legs | undefined => {
  const legs = {
    feeSumamtFen: readCenterFen(output.feeSumamt),
    fundPayFen: readCenterFen(output.fundPay),
    psnAcctPayFen: readCenterFen(output.psnAcctPay),
    ownPayAmtFen: readCenterFen(output.ownPayAmt),
    othFeeAmtFen: readOptional(output.othFeeAmt, before?.othFeeAmtFen),
    depositFen: readOptional(output.deposit, before?.depositFen),
  }
  return Object.values(legs).includes(undefined) ? undefined : withDepositInCash(legs as Legs)
}

/** The reply tells what was taken of the deposit. */
export const tellsDeposit = (output: Amounts): boolean =>
  readLegs(output, undefined) !== undefined && readCenterFen(output.deposit) !== undefined

/** feeSumamt minus its parts, in fen; 0 when the legs add up. `fundIncludesAccount` as the province counts (RULES 4.8). */
export const legsMismatchFen = (legs: Legs, fundIncludesAccount: boolean): number =>
  legs.feeSumamtFen -
  legs.fundPayFen -
  (fundIncludesAccount ? 0 : legs.psnAcctPayFen) -
  legs.ownPayAmtFen -
  legs.othFeeAmtFen

/** True when the legs add up, whichever way the province counts. */
const addUp = (legs: Legs): boolean => legsMismatchFen(legs, false) === 0 || legsMismatchFen(legs, true) === 0

/** Some centers tell ownPayAmt without the deposit: then the legs add up only with it (RULES 4.9). */
export const withDepositInCash = (legs: Legs): Legs => {
  const whole = { ...legs, ownPayAmtFen: legs.ownPayAmtFen + legs.depositFen }
  return !addUp(legs) && addUp(whole) ? whole : legs
}

/** The cash of a settlement that the patient pays, beyond the deposit, in fen. */
export const cashDueFen = (legs: Legs): number => Math.max(0, legs.ownPayAmtFen - legs.depositFen)

/** The legs as the wire writes them, under the tables' names. */
export const presentLegs = (legs: Legs): LegAmounts => ({
  feeSumamt: formatFen(legs.feeSumamtFen),
  fundPay: formatFen(legs.fundPayFen),
  psnAcctPay: formatFen(legs.psnAcctPayFen),
  ownPayAmt: formatFen(legs.ownPayAmtFen),
  othFeeAmt: formatFen(legs.othFeeAmtFen),
  deposit: formatFen(legs.depositFen),
})

/** The legs, then what the patients paid themselves: a deposit is no cash of the day (RULES 4.9). */
export const presentAmounts = (legs: Legs): LegAmounts & { readonly patientCash: string } => ({
  ...presentLegs(legs),
  patientCash: formatFen(legs.ownPayAmtFen - legs.depositFen),
})
