// Owns what must hold of the center's money whatever the agent says: each bill collected once, nothing returned twice,
// and nothing moved that the HIS did not ask for.
import { hasEffect, isHalf, isHeld, type Ledger, type LedgerOrder, type LedgerRefund } from './ledger.ts'
import type { Call } from './read-calls.ts'
import type { Violation, ViolationKind } from './violation.ts'

const waysToPay: ReadonlySet<string> = new Set(['placement', 'bankPlacement', 'cashierUrl'])

const violation = (kind: ViolationKind, medOrgOrd: string, what: string): Violation => ({
  kind,
  medOrgOrd,
  sentence: `${medOrgOrd}: ${what}`,
})

/** Everything by which an order's bill is known: its number, its batch, its lines. */
const namesOfBill = (calls: readonly Call[]): ReadonlyMap<string, readonly string[]> => {
  const names = new Map<string, readonly string[]>()
  for (const { asked } of calls) {
    if (asked.bill === undefined) continue
    const lines = asked.bill.feedetlSns.map((line) => `line ${line}`)
    names.set(asked.medOrgOrd, [...(names.get(asked.medOrgOrd) ?? []), `batch ${asked.bill.chrgBchno}`, ...lines])
  }
  return names
}

const findDoubleBills = (held: readonly LedgerOrder[], calls: readonly Call[]): readonly Violation[] => {
  const names = namesOfBill(calls)
  const owners = new Map<string, LedgerOrder>()
  const reported = new Set<LedgerOrder>()
  const found: Violation[] = []
  for (const order of held) {
    const own = [`number ${order.medOrgOrd}`, `batch ${order.chrgBchno}`, ...(names.get(order.medOrgOrd) ?? [])]
    for (const name of own) {
      const other = owners.get(name)
      if (other !== undefined && other !== order && !reported.has(order)) {
        reported.add(order)
        const text = `the bill (${name}) is collected as ${other.payOrdId} of ${other.medOrgOrd} and as ${order.payOrdId}`
        found.push(violation('doubleCharged', order.medOrgOrd, text))
      }
      owners.set(name, other ?? order)
    }
  }
  return found
}

const findCharges = (order: LedgerOrder, calls: readonly Call[]): readonly Violation[] => {
  const { medOrgOrd, collectedFen, totalFen } = order
  const found: Violation[] = []
  if (collectedFen > totalFen) {
    found.push(violation('doubleCharged', medOrgOrd, `${collectedFen} fen are collected of ${totalFen}`))
  }
  if (collectedFen > 0 && !calls.some(({ asked }) => waysToPay.has(asked.verb))) {
    found.push(violation('doubleCharged', medOrgOrd, 'money is collected though the HIS asked for no payment'))
  }
  return found
}

/**
 * A refund that the HIS did not ask for: only cash goes back by rule, the rest after the EXP of an ALL (RULES 7.4) and what is held although the
 * insurance never settled (16, RULES 5).
 */
const isByRule = (order: LedgerOrder, refund: LedgerRefund): boolean => {
  const before = order.refunds.slice(0, order.refunds.indexOf(refund))
  const isOwed = order.insurance === 'none' || before.some(isHalf)
  return refund.refdType === 'CASH' && isOwed
}

const findRefunds = (order: LedgerOrder, calls: readonly Call[]): readonly Violation[] => {
  const { medOrgOrd, refunds } = order
  const found: Violation[] = []
  const add = (what: string): void => {
    found.push(violation('doubleRefunded', medOrgOrd, what))
  }
  if (order.refundedFen > order.collectedFen) add(`${order.refundedFen} fen are returned of ${order.collectedFen}`)
  if (order.cashReturnedFen > order.cashCollectedFen) {
    add(`${order.cashReturnedFen} fen of cash are returned of ${order.cashCollectedFen}`)
  }
  const done = refunds.filter(hasEffect)
  const ofInsurance = done.filter(({ refdType }) => refdType !== 'CASH')
  if (ofInsurance.length > 1) add(`the insurance part is returned ${ofInsurance.length} times`)
  // Blanks around a number make no other number of it.
  const numbers = done.map(({ appRefdSn }) => appRefdSn.trim())
  for (const number of new Set(numbers.filter((one, at) => numbers.indexOf(one) !== at))) {
    add(`the refund ${number} has two effects`)
  }
  const askedFor = new Set(calls.filter(({ asked }) => asked.verb === 'refund').map(({ asked }) => asked.key))
  for (const refund of done) {
    if (!askedFor.has(refund.appRefdSn) && !isByRule(order, refund)) {
      add(`the refund ${refund.appRefdSn} was never asked for`)
    }
  }
  return found
}

/** Judges the ledger alone, with what the HIS asked for. */
export const judgeMoney = (ledger: Ledger, calls: readonly Call[]): readonly Violation[] => {
  const callsOf = Map.groupBy(calls, ({ asked }) => asked.medOrgOrd)
  return [
    ...findDoubleBills(ledger.orders.filter(isHeld), calls),
    ...ledger.orders.flatMap((order) => {
      const own = callsOf.get(order.medOrgOrd) ?? []
      return [...findCharges(order, own), ...findRefunds(order, own)]
    }),
  ]
}
