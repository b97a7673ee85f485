// Owns what an inpatient's deposit does to an order (RULES 4.9): what of it was used, what the hospital returns itself, what the
// patient pays beyond it, and when only a person can tell. Whether ownPayAmt was told with it or without is legs.ts.
import { cashDueFen, legsMismatchFen, type Legs } from '../money/legs.ts'
import type { Order } from './order.ts'

/** The deposit counts: the order is placed and neither ended unpaid nor gave its insurance back. */
const countsIn: ReadonlySet<string | undefined> = new Set(['0', '1', '2', '3', '4', '5', '6', '9', '10'])

const isUnclear = (
  legs: Legs,
  { depositOfferedFen: offeredFen, isDepositTold }: Order,
  fundIncludesAccount: boolean,
): boolean => {
  if (!isDepositTold) return (offeredFen ?? 0) > 0
  if (legs.depositFen === 0) return false
  const isOutOfBounds =
    legs.depositFen < 0 ||
    legs.depositFen > legs.ownPayAmtFen ||
    (offeredFen !== undefined && legs.depositFen > offeredFen)
  if (isOutOfBounds) return true
  const mismatchFen = legsMismatchFen(legs, fundIncludesAccount)
  if (mismatchFen === 0) return false
  // What adds up only as other provinces count is told by that, unless it adds up here too with the cash read the other way.
  return legsMismatchFen(legs, !fundIncludesAccount) !== 0 || mismatchFen === legs.depositFen
}

/** True when the center does not say what it took of the deposit, or the amounts fit neither reading, or both. */
export const isDepositUnclear = (order: Order, fundIncludesAccount: boolean): boolean =>
  order.legs !== undefined &&
  order.way !== undefined &&
  countsIn.has(order.ordStas) &&
  isUnclear(order.legs, order, fundIncludesAccount)

/** What the patient pays himself, in fen: the cash without the deposit. Undefined before the amounts are known, or unclear. */
export const patientCashFen = (order: Order, fundIncludesAccount: boolean): number | undefined =>
  order.legs === undefined || isDepositUnclear(order, fundIncludesAccount) ? undefined : cashDueFen(order.legs)

/** What of the offered deposit was not used, in fen: the hospital returns it itself (002, table 8). 0 where nothing is known. */
export const depositExcessFen = (order: Order, fundIncludesAccount: boolean): number => {
  const { legs, depositOfferedFen, isDepositTold, ordStas } = order
  if (legs === undefined || depositOfferedFen === undefined || !isDepositTold || !countsIn.has(ordStas)) return 0
  return isDepositUnclear(order, fundIncludesAccount) ? 0 : depositOfferedFen - legs.depositFen
}
