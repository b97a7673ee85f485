// Owns whether the amounts of a settlement can be right: against the bill that was uploaded, and against each other (RULES 4.8).
import { legsMismatchFen } from '../money/legs.ts'
import type { Order } from './order.ts'

/** othFeeAmt was told: only 6202 does, and its answer may be lost. */
const isOtherFeeTold = ({ operations, uploadedAt }: Order): boolean =>
  operations.some(
    ({ intent, outcome }) => intent.seq > (uploadedAt?.seq ?? 0) && (outcome?.facts.output?.['othFeeAmt'] ?? '') !== '',
  )

/** True when the settlement is of another sum than the bill, or a part of it is negative: nobody books it as it is. */
export const areAmountsWrong = ({ legs, upload }: Order): boolean => {
  if (legs === undefined || upload === undefined) return false
  if (legs.feeSumamtFen !== upload.medfeeSumamtFen) return true
  const { feeSumamtFen, fundPayFen, psnAcctPayFen, ownPayAmtFen, othFeeAmtFen } = legs
  // A bill that takes back more than it charges has negative parts. The deposit is deposit.ts's.
  return feeSumamtFen >= 0 && [fundPayFen, psnAcctPayFen, ownPayAmtFen, othFeeAmtFen].some((fen) => fen < 0)
}

/** How a center counts, and whether that is confirmed (RULES 4.8). */
export type CountedLegs = { readonly fundIncludesAccount: boolean; readonly legsConfirmed: boolean }

/**
 * True when the parts do not add up to the sum: as this center counts, once that is confirmed, else in neither way. What is
 * missing may be an othFeeAmt that nobody told.
 */
export const doLegsDiffer = (order: Order, { fundIncludesAccount, legsConfirmed }: CountedLegs): boolean => {
  const { legs } = order
  if (legs === undefined) return false
  const differs = (counted: boolean): boolean => {
    const mismatchFen = legsMismatchFen(legs, counted)
    return isOtherFeeTold(order) ? mismatchFen !== 0 : mismatchFen < 0
  }
  return differs(fundIncludesAccount) && (legsConfirmed || differs(!fundIncludesAccount))
}
