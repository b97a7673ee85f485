// Owns the legs of a settlement: who pays which part, in fen (RULES 4.8). Which reply brought them is order.ts.
import { formatFen, tryParseFen } from './money.ts'

/** All in fen. `ownPayAmtFen` is cash, the deposit included. */
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

/** The legs a reply brings; undefined when any of the four main amounts is missing, as in states 0 to 2 (RULES 3.3). */
export const readLegs = (output: Amounts, before: Legs | undefined): Legs | undefined => {
  const feeSumamtFen = tryParseFen(output.feeSumamt)
  const fundPayFen = tryParseFen(output.fundPay)
  const psnAcctPayFen = tryParseFen(output.psnAcctPay)
  const ownPayAmtFen = tryParseFen(output.ownPayAmt)
  if (
    feeSumamtFen === undefined ||
    fundPayFen === undefined ||
    psnAcctPayFen === undefined ||
    ownPayAmtFen === undefined
  ) {
    return undefined
  }
  return {
    feeSumamtFen,
    fundPayFen,
    psnAcctPayFen,
    ownPayAmtFen,
    othFeeAmtFen: tryParseFen(output.othFeeAmt) ?? before?.othFeeAmtFen ?? 0,
    depositFen: tryParseFen(output.deposit) ?? before?.depositFen ?? 0,
  }
}

/** feeSumamt minus its parts, in fen; 0 when the legs add up. `fundIncludesAccount` as the province counts (RULES 4.8). */
export const legsMismatchFen = (legs: Legs, fundIncludesAccount: boolean): number =>
  legs.feeSumamtFen -
  legs.fundPayFen -
  (fundIncludesAccount ? 0 : legs.psnAcctPayFen) -
  legs.ownPayAmtFen -
  legs.othFeeAmtFen

/** The cash of a settlement that the patient pays, beyond the deposit, in fen. */
export const cashDueFen = (legs: Legs): number => Math.max(0, legs.ownPayAmtFen - legs.depositFen)

/** The legs as the wire writes them, under the tables' names. */
export const presentLegs = (legs: Legs) => ({
  feeSumamt: formatFen(legs.feeSumamtFen),
  fundPay: formatFen(legs.fundPayFen),
  psnAcctPay: formatFen(legs.psnAcctPayFen),
  ownPayAmt: formatFen(legs.ownPayAmtFen),
  othFeeAmt: formatFen(legs.othFeeAmtFen),
  deposit: formatFen(legs.depositFen),
})
