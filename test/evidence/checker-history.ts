// A history for tests of the checker, written as a story: the HIS asks, the agent answers, the center holds. By default
// everything in it is as it should be; a test plants one fault.
import { digestOf } from '../../evidence/checker/read-answer.ts'
import type { Ledger, LedgerLegs, LedgerOrder, LedgerRefund } from '../../evidence/checker/ledger.ts'
import type {
  AnsweredEvent,
  AskedEvent,
  AskedVerb,
  LastRecord,
  Transcript,
  TranscriptEvent,
} from '../../evidence/checker/transcript.ts'

export const medOrgOrd = 'A0001'
export const order = { medOrgOrd }
export const partly = { ordStas: '10', refundedFen: 1_000, cashReturnedFen: 1_000 } as const
export const cash = { refdType: 'CASH', returnedFen: 1_000 } as const

export const answers = {
  accepted: { status: 200, code: '0' },
  declined: { status: 502, code: 'CENTER_DECLINED' },
  notSent: { status: 503, code: 'CENTER_UNREACHABLE' },
  pending: { status: 202, code: 'OUTCOME_UNKNOWN' },
  conflict: { status: 409, code: 'KEY_CONFLICT' },
  forgotten: { status: 404, code: 'OPERATION_NOT_FOUND' },
} as const
export type AnswerName = keyof typeof answers

type Question = Pick<AskedEvent, 'medOrgOrd' | 'key'> & Partial<AskedEvent>

export type Story = {
  readonly ask: (verb: AskedVerb, question: Question) => number
  readonly answer: (call: number, name: AnswerName, change?: Partial<AnsweredEvent>) => void
  /** Asked and answered at once. */
  readonly tell: (verb: AskedVerb, question: Question, name: AnswerName, change?: Partial<AnsweredEvent>) => void
  readonly crash: () => void
  readonly events: TranscriptEvent[]
}

export const startStory = (): Story => {
  const events: TranscriptEvent[] = []
  let last = 0
  const ask: Story['ask'] = (verb, question) => {
    const body = digestOf([verb, question.key])
    events.push({ what: 'asked', call: ++last, verb, body, ...question })
    return last
  }
  const answer: Story['answer'] = (call, name, change = {}) => {
    const base = { operationId: `op-${call}`, ordStas: '', paid: false, content: digestOf(name) }
    events.push({ what: 'answered', call, ...answers[name], ...base, ...change })
  }
  return {
    ask,
    answer,
    tell: (verb, question, name, change) => {
      answer(ask(verb, question), name, change)
    },
    crash: () => {
      events.push({ what: 'crashed' })
    },
    events,
  }
}

export const nothing: LedgerLegs = { fundFen: 0, accountFen: 0, cashFen: 0, otherFen: 0 }

/** An order of the center that is paid: 60.00 by the fund, 40.00 in cash. */
export const ledgerOrder = (medOrgOrd: string, change: Partial<LedgerOrder> = {}): LedgerOrder => ({
  payOrdId: `PAY${medOrgOrd}`,
  medOrgOrd,
  chrgBchno: `B${medOrgOrd}`,
  ordStas: '6',
  way: 'order',
  totalFen: 10_000,
  insurance: 'settled',
  settlement: { traceTime: '20261120093000' },
  collected: { ...nothing, fundFen: 6_000, cashFen: 4_000 },
  returned: nothing,
  collectedFen: 10_000,
  refundedFen: 0,
  cashCollectedFen: 4_000,
  cashReturnedFen: 0,
  refunds: [],
  ...change,
})

/** An order that is uploaded and no more. */
export const unpaid = { ordStas: '0', way: undefined, insurance: 'none', collectedFen: 0, cashCollectedFen: 0 } as const
/** An order of which everything went back. */
export const returned = { ordStas: '7', insurance: 'returned', refundedFen: 10_000, cashReturnedFen: 4_000 } as const

export const ledgerRefund = (appRefdSn: string, change: Partial<LedgerRefund> = {}): LedgerRefund => ({
  appRefdSn,
  refdType: 'ALL',
  refStatus: 'SUCC',
  returnedFen: 10_000,
  at: '2026-11-21 10:00:00',
  ...change,
})

const states: Readonly<Record<string, string>> = { '0': 'uploaded', '6': 'paid', '7': 'refunded', '12': 'revoked' }

/** The agent's last word that fits an order of the center. */
export const recordOf = (order: LedgerOrder, change: Partial<LastRecord> = {}): LastRecord => ({
  medOrgOrd: order.medOrgOrd,
  isThere: true,
  state: states[order.ordStas] ?? 'partlyRefunded',
  next: 'none',
  ordStas: order.ordStas,
  paid: order.ordStas === '6',
  payOrdId: order.payOrdId,
  operations: [],
  refunds: order.refunds.map(({ appRefdSn }) => appRefdSn),
  booked: false,
  ...change,
})

export type History = { readonly transcript: Transcript; readonly ledger: Ledger }

/** A history of orders whose records fit, unless `records` says otherwise; every operation that was answered is on them. */
export const historyOf = (
  { events }: Story,
  orders: readonly LedgerOrder[],
  records: readonly Partial<LastRecord>[] = [],
  attention: readonly string[] = [],
): History => {
  const operationsOf = (medOrgOrd: string) => {
    const calls = new Set(
      events.flatMap((event) => (event.what === 'asked' && event.medOrgOrd === medOrgOrd ? [event.call] : [])),
    )
    const ids = events.flatMap((event) =>
      event.what === 'answered' && calls.has(event.call) ? [event.operationId] : [],
    )
    return [...new Set(ids)].map((operationId) => ({ operationId, outcome: 'accepted' }))
  }
  const transcript = {
    events,
    records: orders.map((order, at) => recordOf(order, { operations: operationsOf(order.medOrgOrd), ...records[at] })),
    attention,
  }
  return { transcript, ledger: { orders } }
}

/** An order uploaded and placed by the HIS, under `medOrgOrd`. */
export const payFor = (story: Story, medOrgOrd: string): void => {
  const bill = { chrgBchno: `B${medOrgOrd}`, feedetlSns: [`${medOrgOrd}-1`] }
  story.tell('upload', { medOrgOrd, key: 'upload#1', bill }, 'accepted')
  story.tell('placement', { medOrgOrd, key: 'placement#1' }, 'accepted')
}
