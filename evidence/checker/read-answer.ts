// Owns turning an answer of the agent's HTTP API, and its record of an order, into what a transcript keeps.
import { createHash } from 'node:crypto'
import type { LedgerLegs } from './ledger.ts'
import type { AnsweredEvent, DayReport, DayRow, LastRecord } from './transcript.ts'

const digestLength = 16

const sortKeys = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sortKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(entries.map(([key, member]) => [key, sortKeys(member)]))
}

/** A short digest of any JSON value but undefined, the same whatever the order of its keys. */
export const digestOf = (value: unknown): string =>
  createHash('sha256')
    .update(JSON.stringify(sortKeys(value)))
    .digest('hex')
    .slice(0, digestLength)

type Fields = Readonly<Record<string, unknown>>

/** An answer of the API as it was parsed. */
export type ApiAnswer = { readonly status: number; readonly code: string; readonly data: Fields }

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? (value as readonly Fields[]) : [])

// Warnings of an upload are told only to the one who uploads; the others say nothing about the operation.
// `next` is what to do now, not what became of the operation: where the order waited and has moved on it says so.
const volatile: ReadonlySet<string> = new Set(['next', 'warnings', 'environment', 'requestId'])

/** The event of an answer. */
export const readAnswer = (call: number, { status, code, data }: ApiAnswer): AnsweredEvent => ({
  what: 'answered',
  call,
  status,
  code,
  operationId: text(data['operationId']),
  ordStas: text(data['ordStas']),
  paid: data['paid'] === true,
  content: digestOf([code, Object.fromEntries(Object.entries(data).filter(([name]) => !volatile.has(name)))]),
})

/** The agent's last word on an order, from `GET /v1/orders/{medOrgOrd}`. */
export const readRecord = (medOrgOrd: string, { code, data }: ApiAnswer): LastRecord => ({
  medOrgOrd,
  isThere: code !== 'ORDER_NOT_FOUND',
  state: text(data['state']),
  next: text(data['next']),
  ordStas: text(data['ordStas']),
  paid: data['paid'] === true,
  payOrdId: text(data['payOrdId']),
  // What became of a question about a kiosk's bill, the bill itself tells (bill-rules.ts).
  operations: list(data['operations'])
    .filter(({ verb }) => !text(verb).startsWith('bill'))
    .map((each) => ({ operationId: text(each['operationId']), outcome: text(each['outcome']) })),
  refunds: list(data['refunds']).map((each) => text(each['appRefdSn'])),
  booked: data['booking'] !== null && data['booking'] !== undefined,
})

/** Fen of an exact decimal text. */
const fenOf = (yuan: unknown): number => Math.round(Number(yuan) * 100)

const legsOf = (amounts: Fields): LedgerLegs => ({
  fundFen: fenOf(amounts['fundPay']),
  accountFen: fenOf(amounts['psnAcctPay']),
  cashFen: fenOf(amounts['patientCash']),
  otherFen: fenOf(amounts['othFeeAmt']),
})

/** The report of a day, from `GET /v1/reports/day`. */
export const readDayReport = (data: Fields): DayReport => ({
  date: text(data['date']),
  net: legsOf((data['net'] ?? {}) as Fields),
  rows: list(data['rows']).map((row) => ({
    kind: text(row['kind']) as DayRow['kind'],
    medOrgOrd: text(row['medOrgOrd']),
    payOrdId: text(row['payOrdId']),
    appRefdSn: text(row['appRefdSn']),
    at: text(row['at']),
    timeFrom: text(row['timeFrom']),
    legs: legsOf(row),
  })),
  unclear: list(data['unclear']).map(({ medOrgOrd }) => text(medOrgOrd)),
})
