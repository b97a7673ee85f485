// Owns what must hold of the agent's day reports: all days together are the center's ledger, leg by leg, each movement stands in
// one of them, and what is not summed is told as unclear.
import { hasEffect, type Ledger, type LedgerLegs, type LedgerOrder } from './ledger.ts'
import type { DayReport, DayRow, Transcript } from './transcript.ts'
import type { Violation } from './violation.ts'

const legNames = ['fundFen', 'accountFen', 'cashFen', 'otherFen'] as const
const nothing: LedgerLegs = { fundFen: 0, accountFen: 0, cashFen: 0, otherFen: 0 }

const combine = (some: LedgerLegs, more: LedgerLegs, sign: 1 | -1): LedgerLegs =>
  Object.fromEntries(legNames.map((name) => [name, some[name] + sign * more[name]])) as LedgerLegs
const sumOf = (rows: readonly DayRow[]): LedgerLegs => rows.reduce((sum, { legs }) => combine(sum, legs, 1), nothing)
const totalOf = (legs: LedgerLegs): number => legNames.reduce((sum, name) => sum + legs[name], 0)
const isSame = (one: LedgerLegs, other: LedgerLegs): boolean => legNames.every((name) => one[name] === other[name])
const describe = (legs: LedgerLegs): string => legNames.map((name) => `${name} ${legs[name]}`).join(', ')

const violation = (medOrgOrd: string, what: string): Violation => ({
  kind: 'lostAnswers',
  medOrgOrd,
  sentence: `${medOrgOrd}: the day reports: ${what}`,
})

const nameOf = ({ kind, payOrdId, appRefdSn }: DayRow): string =>
  kind === 'settlement' ? `the settlement of ${payOrdId}` : `the refund ${appRefdSn} of ${payOrdId}`

/** `yyyy-MM-dd` of what a center writes as `yyyyMMddHHmmss`, or with separators. */
const dayOf = (time: string): string => time.replaceAll(/\D/g, '').replace(/^(\d{4})(\d{2})(\d{2}).*$/, '$1-$2-$3')

/** What a report says of itself: its rows are of its day, and add up to its sum. */
const judgeReport = ({ date, net, rows }: DayReport): readonly Violation[] => {
  const strangers = rows.filter(({ at }) => !at.startsWith(date))
  const sum = sumOf(rows)
  return [
    ...strangers.map((row) => violation(row.medOrgOrd, `${nameOf(row)} of ${row.at} stands in ${date}`)),
    ...(isSame(sum, net) ? [] : [violation(date, `the rows are ${describe(sum)}, the sum is ${describe(net)}`)]),
  ]
}

/** What the ledger says of a row; undefined when it is as it should be. */
const faultOf = (row: DayRow, { insurance, collected, refunds, settlement }: LedgerOrder): string | undefined => {
  const isOfCenter = row.timeFrom === 'center'
  if (row.kind === 'settlement') {
    if (insurance === 'none') return 'the center settled nothing'
    if (!isSame(row.legs, collected))
      return `it is told as ${describe(row.legs)}, the center has ${describe(collected)}`
    const day = dayOf(settlement?.traceTime ?? row.at)
    return isOfCenter && !row.at.startsWith(day) ? `it stands in ${row.at}, the center did it on ${day}` : undefined
  }
  const refund = refunds.find(({ appRefdSn }) => appRefdSn === row.appRefdSn)
  if (refund === undefined || !hasEffect(refund)) return 'the center did not do it'
  if (totalOf(row.legs) + refund.returnedFen !== 0) {
    return `it is told as ${totalOf(row.legs)} fen, the center gave back ${refund.returnedFen}`
  }
  const day = dayOf(refund.at)
  return isOfCenter && !row.at.startsWith(day) ? `it stands in ${row.at}, the center did it on ${day}` : undefined
}

const judgeOrder = (order: LedgerOrder, rows: readonly DayRow[], isUnclear: boolean): readonly Violation[] => {
  const { medOrgOrd, payOrdId, collected, returned } = order
  const found = rows.flatMap((row) => {
    const fault = faultOf(row, order)
    return fault === undefined ? [] : [violation(medOrgOrd, `${nameOf(row)}: ${fault}`)]
  })
  const held = combine(collected, returned, -1)
  const reported = sumOf(rows)
  if (isUnclear || isSame(held, reported)) return found
  return [
    ...found,
    violation(medOrgOrd, `${payOrdId} is ${describe(reported)} in all, the center has ${describe(held)}`),
  ]
}

/** Judges the reports of all days; nothing without any. */
export const judgeDays = ({ days }: Transcript, { orders }: Ledger): readonly Violation[] => {
  if (days === undefined) return []
  const rows = days.flatMap((report) => report.rows)
  const unclear = new Set(days.flatMap((report) => report.unclear))
  const payOrdIds = new Set(orders.map(({ payOrdId }) => payOrdId))
  const repeated = [...Map.groupBy(rows, nameOf).values()].flatMap(([first, second]) =>
    first === undefined || second === undefined ? [] : [violation(first.medOrgOrd, `${nameOf(first)} stands twice`)],
  )
  const invented = rows.filter(({ payOrdId }) => !payOrdIds.has(payOrdId))
  return [
    ...days.flatMap(judgeReport),
    ...repeated,
    ...invented.map((row) => violation(row.medOrgOrd, `${nameOf(row)}: the center knows no such order`)),
    ...orders.flatMap((order) => {
      const own = rows.filter(({ payOrdId }) => payOrdId === order.payOrdId)
      return judgeOrder(order, own, unclear.has(order.medOrgOrd))
    }),
  ]
}
