// Owns what must hold at the end, when everything is reachable again and the waits are over: every order has come to an
// end, and the agent's last word on it is what the center holds.
import { hasEffect, isHalf, type Ledger, type LedgerOrder } from './ledger.ts'
import { finalityOf, isAnswered, type AnsweredCall, type Call } from './read-calls.ts'
import type { LastRecord, Transcript } from './transcript.ts'
import type { Violation, ViolationKind } from './violation.ts'

/** States in which nothing moves any more and nothing is owed. */
const ended: ReadonlySet<string> = new Set([
  'new',
  'uploaded',
  'revoked',
  'paid',
  'refunded',
  'partlyRefunded',
  'failed',
])

type Case = {
  readonly medOrgOrd: string
  readonly record: LastRecord | undefined
  /** Orders of the center under this number, oldest first. */
  readonly orders: readonly LedgerOrder[]
  readonly calls: readonly Call[]
  /** True when it stands on the list that needs a person: whatever is unclear there is known to be. */
  readonly attended: boolean
}

const violation = (kind: ViolationKind, { medOrgOrd }: Case, what: string): Violation => ({
  kind,
  medOrgOrd,
  sentence: `${medOrgOrd}: ${what}`,
})

const judgeEnd = (one: Case): readonly Violation[] => {
  const { record, attended } = one
  if (attended || record?.isThere !== true) return []
  if (!ended.has(record.state)) return [violation('stuck', one, `it ends as ${record.state || 'nothing'}`)]
  const open = record.operations.filter(({ outcome }) => outcome === '' || outcome === 'unknown')
  if (open.length > 0) return [violation('stuck', one, `${open.length} operation(s) ended without an outcome`)]
  const order = one.orders.find(({ payOrdId }) => payOrdId === record.payOrdId)
  if (order === undefined) return []
  const owesCash = order.refunds.some(isHalf) && order.cashReturnedFen < order.cashCollectedFen
  return owesCash ? [violation('stuck', one, 'the insurance part went back, the cash did not, and nobody is told')] : []
}

/** Nobody was charged, and a payer's page may be asked for again (RULES 3.5): what the agent calls unplaced may be so. */
const isOpenPage = ({ way, ordStas }: LedgerOrder): boolean =>
  way !== undefined && way !== 'order' && ['0', '1', '2'].includes(ordStas)

const judgeCenter = (one: Case): readonly Violation[] => {
  const { record, orders, attended } = one
  if (attended || record === undefined) return []
  const found: Violation[] = []
  for (const order of orders) {
    const isCurrent = record.isThere && record.payOrdId === order.payOrdId
    // What was revoked holds nothing, whoever remembers it.
    if (!isCurrent && order.ordStas !== '12') {
      found.push(violation('lostAnswers', one, `the center holds ${order.payOrdId}, which the agent does not tell of`))
    }
    if (!isCurrent) continue
    const unplaced = record.state === 'uploaded' && order.way !== undefined && !isOpenPage(order)
    if (unplaced || (record.ordStas !== order.ordStas && !isOpenPage(order))) {
      const text = `the agent says ${record.state} (${record.ordStas}), the center says ${order.ordStas}`
      found.push(violation('lostAnswers', one, text))
    }
  }
  if (record.isThere && record.payOrdId !== '' && !orders.some(({ payOrdId }) => payOrdId === record.payOrdId)) {
    found.push(violation('lostAnswers', one, `the center holds no ${record.payOrdId}`))
  }
  return found
}

/** What went back that no refund of the agent's explains is told to a person, and nobody books what the insurance never settled. */
const judgeStrangers = (one: Case): readonly Violation[] => {
  const { record, orders, attended } = one
  if (record === undefined) return []
  const found: Violation[] = []
  const current = orders.find(({ payOrdId }) => payOrdId === record.payOrdId)
  if (record.next === 'book' && current?.insurance !== 'settled') {
    found.push(violation('lostAnswers', one, 'the HIS is told to book what the insurance did not settle'))
  }
  if (attended) return found
  for (const { payOrdId, refundedFen, collectedFen, refunds } of orders) {
    const ownFen = refunds.filter(hasEffect).reduce((sum, { returnedFen }) => sum + returnedFen, 0)
    // More than there was is said by money-rules.ts.
    if (
      refundedFen > ownFen &&
      refundedFen <= collectedFen &&
      record.payOrdId === payOrdId &&
      record.state !== 'failed'
    ) {
      found.push(violation('lostAnswers', one, `${refundedFen - ownFen} fen went back elsewhere, and nobody is told`))
    }
  }
  return found
}

const judgeRefunds = (one: Case): readonly Violation[] => {
  const { record, orders, attended, calls } = one
  if (attended || record === undefined) return []
  const done = new Set(orders.flatMap(({ refunds }) => refunds.filter(hasEffect)).map(({ appRefdSn }) => appRefdSn))
  const recorded = new Set(record.refunds)
  const lost = [...done].filter((number) => !recorded.has(number))
  const accepted = calls
    .filter(isAnswered)
    .filter((call) => call.asked.verb === 'refund' && finalityOf(call) === 'accepted')
    .map(({ asked }) => asked.key)
  const claimed = [...new Set([...recorded, ...accepted])].filter((number) => !done.has(number))
  return [
    ...lost.map((number) =>
      violation('lostAnswers', one, `the center did refund ${number}, the agent says it did not`),
    ),
    ...claimed.map((number) =>
      violation('lostAnswers', one, `the agent says it refunded ${number}, the center did not`),
    ),
  ]
}

const judgeMemory = (one: Case): readonly Violation[] => {
  const { record, calls } = one
  if (record === undefined) return []
  const answered = calls.filter(isAnswered).map((call) => ({ call, finality: finalityOf(call) }))
  const recorded = new Set(record.operations.map(({ operationId }) => operationId))
  const answeredIds = new Set(answered.filter(tellsOfOperation).map(({ call }) => operationOf(call)))
  const forgotten = [...answeredIds].filter((operationId) => operationId !== '' && !recorded.has(operationId))
  const booked = answered.some(({ call, finality }) => call.asked.verb === 'booking' && finality === 'accepted')
  return [
    ...forgotten.map((id) => violation('lostAnswers', one, `the operation ${id} was answered and is not on record`)),
    ...(booked && !record.booked
      ? [violation('lostAnswers', one, 'the booking was accepted and is not on record')]
      : []),
  ]
}

type Judged = { readonly call: AnsweredCall; readonly finality: ReturnType<typeof finalityOf> }
const tellsOfOperation = ({ call, finality }: Judged): boolean =>
  call.asked.verb !== 'order' && finality !== 'refused' && finality !== 'forgotten'
const operationOf = ({ asked, answer }: AnsweredCall): string =>
  asked.verb === 'operation' ? asked.key : answer.operationId

/** Judges the end of every order that the HIS asked about or the center holds. */
export const judgeEnds = (transcript: Transcript, ledger: Ledger, calls: readonly Call[]): readonly Violation[] => {
  const callsOf = Map.groupBy(calls, ({ asked }) => asked.medOrgOrd)
  const ordersOf = Map.groupBy(ledger.orders, ({ medOrgOrd }) => medOrgOrd)
  const recordOf = new Map(transcript.records.map((record) => [record.medOrgOrd, record]))
  const attention = new Set(transcript.attention)
  const numbers = new Set([...callsOf.keys(), ...ordersOf.keys()])
  return [...numbers].flatMap((medOrgOrd) => {
    const one: Case = {
      medOrgOrd,
      record: recordOf.get(medOrgOrd),
      orders: ordersOf.get(medOrgOrd) ?? [],
      calls: callsOf.get(medOrgOrd) ?? [],
      attended: attention.has(medOrgOrd),
    }
    if (one.record === undefined) return [violation('stuck', one, 'nobody asked for its end')]
    return [...judgeEnd(one), ...judgeCenter(one), ...judgeRefunds(one), ...judgeStrangers(one), ...judgeMemory(one)]
  })
}
