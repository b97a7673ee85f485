// Owns how an order's total is split into legs: the default rule, and the money types a script asks for (RULES 4.9).
import Type, { type Static } from 'typebox'
import { Strict } from '../../contract/check/fields.ts'
import type { Split } from './order.ts'
import { refuse } from './refusal.ts'

const Fen = Type.Integer({ minimum: 0, maximum: 999_999_999_999 })

/** A money type by name, or the legs in fen; `cashFen` may be left out, it is the rest. */
export const SplitWish = Type.Union([
  Type.Enum(['insurance', 'mixed', 'zeroInsurance']),
  Strict({
    fundFen: Fen,
    accountFen: Fen,
    otherFen: Type.Optional(Fen),
    cashFen: Type.Optional(Fen),
  }),
])
export type SplitWish = Static<typeof SplitWish>

const fundShare = 0.6
const accountShare = 0.2

const takeFromTotal = (totalFen: number, fundFen: number, accountFen: number, otherFen = 0): Split => ({
  fundFen,
  accountFen,
  otherFen,
  cashFen: totalFen - fundFen - accountFen - otherFen,
})

/**
 * The legs of a total. Default and `mixed`: 60 % fund, 20 % personal account when it may be used, cash the rest, all
 * rounded down to the fen. Throws a Refusal when asked-for legs do not add up.
 */
export const splitTotal = (totalFen: number, accountUsed: boolean, wish: SplitWish = 'mixed'): Split => {
  const accountFen = accountUsed ? Math.floor(totalFen * accountShare) : 0
  if (wish === 'mixed') return takeFromTotal(totalFen, Math.floor(totalFen * fundShare), accountFen)
  if (wish === 'insurance') return takeFromTotal(totalFen, totalFen - accountFen, accountFen)
  if (wish === 'zeroInsurance') return takeFromTotal(totalFen, 0, 0)
  const split = takeFromTotal(totalFen, wish.fundFen, wish.accountFen, wish.otherFen)
  if (split.cashFen < 0 || (wish.cashFen !== undefined && wish.cashFen !== split.cashFen)) {
    refuse('scripted', `沙箱脚本的分摊金额与订单总额 ${totalFen} 分不符`)
  }
  return split
}
