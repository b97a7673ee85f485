// Owns adding up movements of money: how many settlements and refunds, and their legs. Pure.
import { addLegs, sumLegs, type DayRow } from './day-report.ts'
import type { Legs } from '../money/legs.ts'

export type Totals = {
  readonly settlements: number
  readonly settled: Legs
  readonly refunds: number
  /** Negative. */
  readonly refunded: Legs
  readonly net: Legs
}

export const totalsOf = (rows: readonly DayRow[]): Totals => {
  const settlements = rows.filter(({ kind }) => kind === 'settlement')
  const refunds = rows.filter(({ kind }) => kind === 'refund')
  return {
    settlements: settlements.length,
    settled: sumLegs(settlements),
    refunds: refunds.length,
    refunded: sumLegs(refunds),
    net: sumLegs(rows),
  }
}

export const noTotals = totalsOf([])

const negate = (legs: Legs): Legs =>
  Object.fromEntries(Object.entries(legs).map(([name, fen]) => [name, 0 - fen])) as Legs

/** The one with the other added, or taken out again (-1). */
export const combineTotals = (one: Totals, other: Totals, sign: 1 | -1): Totals => {
  const add = (some: Legs, more: Legs): Legs => addLegs(some, sign === 1 ? more : negate(more))
  return {
    settlements: one.settlements + sign * other.settlements,
    settled: add(one.settled, other.settled),
    refunds: one.refunds + sign * other.refunds,
    refunded: add(one.refunded, other.refunded),
    net: add(one.net, other.net),
  }
}
