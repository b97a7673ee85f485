// Owns what an order contributes to the report of a day: its settlement by traceTime and its refunds, leg by leg, in fen.
// Pure. Finding the orders of a day is usecases/report-day.ts.
import type { OrderEntry, RefundFacts } from './entries.ts'
import type { Legs } from './legs.ts'
import { foldOrder } from './fold-order.ts'
import type { Order, Way } from './order.ts'
import { parseWireStamp, wireStamp } from './shanghai-time.ts'
import { stateOf, type OrderStateName } from './order-state.ts'

/** One movement of money. Legs of a refund are negative. */
export type DayRow = {
  readonly kind: 'settlement' | 'refund'
  readonly medOrgOrd: string
  readonly payOrdId: string
  /** Milliseconds since the epoch. */
  readonly atMs: number
  /** Who told when: the center, or the agent's own clock where the center said nothing. */
  readonly timeFrom: 'center' | 'agent'
  /** As the caller claimed; "" when it named nobody. */
  readonly operator: string
  /** How it was paid; "" when nobody asked for a way, as after a notice alone. */
  readonly way: Way | ''
  readonly insutype: string
  readonly insuplcAdmdvs: string
  readonly legs: Legs
  readonly hiDocSn: string
  readonly hiRgstSn: string
  readonly psnPaySn: string
  readonly refdType: string
  readonly appRefdSn: string
  readonly refdSn: string
}

type Fields = Readonly<Record<string, unknown>>

const text = (fields: Fields | undefined, name: string): string => {
  const value = fields?.[name]
  return typeof value === 'string' ? value : ''
}

/** The moment of a center's time, with or without separators; undefined when it is none. */
const parseCenterTime = (time: string): number | undefined => parseWireStamp(time.replaceAll(/[-/: T.]/g, ''))

// 7 to 11 is what a settlement becomes that was refunded before anybody asked.
const settledStatuses: ReadonlySet<string | undefined> = new Set(['6', '7', '8', '9', '10', '11'])

type Settled = { readonly legs: Legs; readonly seenMs: number; readonly output: Fields | undefined }

/** The settlement as it was first seen, with the first answer of 6301 that names its time, else the last one. */
const settlementOf = (orgCodg: string, medOrgOrd: string, entries: readonly OrderEntry[]): Settled | undefined => {
  let found: Settled | undefined
  for (const entry of entries) {
    const { ordStas, legs, settlement } = foldOrder(orgCodg, medOrgOrd, entries, entry.seq)
    if (!settledStatuses.has(ordStas) || legs === undefined) continue
    found = { legs, seenMs: entry.atMs, ...found, output: settlement }
    if (text(settlement, 'traceTime') !== '') break
  }
  return found
}

/** psnPaySn stands in extData, an object or its text. */
const psnPaySnOf = (output: Fields | undefined): string => {
  const extData = output?.['extData']
  if (typeof extData !== 'string') return text((extData ?? {}) as Fields, 'psnPaySn')
  try {
    return text(JSON.parse(extData) as Fields, 'psnPaySn')
  } catch {
    return ''
  }
}

const legNames = ['feeSumamtFen', 'fundPayFen', 'psnAcctPayFen', 'ownPayAmtFen', 'othFeeAmtFen', 'depositFen'] as const

const noLegs: Legs = {
  feeSumamtFen: 0,
  fundPayFen: 0,
  psnAcctPayFen: 0,
  ownPayAmtFen: 0,
  othFeeAmtFen: 0,
  depositFen: 0,
}

const mapLegs = (legOf: (name: (typeof legNames)[number]) => number): Legs =>
  Object.fromEntries(legNames.map((name) => [name, legOf(name)])) as Legs

export const addLegs = (some: Legs, more: Legs): Legs => mapLegs((name) => some[name] + more[name])

export const sumLegs = (rows: readonly DayRow[]): Legs => rows.map(({ legs }) => legs).reduce(addLegs, noLegs)

/**
 * What a refund gave back (RULES 7.1): ALL everything, HI and an EXP everything but cash and the deposit that covers it,
 * CASH cash alone.
 */
const returnedLegs = (settled: Legs, refund: RefundFacts, refStatus: string): Legs => {
  if (refund.refdType === 'CASH') {
    return { ...noLegs, feeSumamtFen: 0 - refund.cashRefdFen, ownPayAmtFen: 0 - refund.cashRefdFen }
  }
  const everything = mapLegs((name) => 0 - settled[name])
  if (refund.refdType === 'ALL' && refStatus !== 'EXP') return everything
  const feeSumamtFen = everything.feeSumamtFen - everything.ownPayAmtFen
  return { ...everything, feeSumamtFen, ownPayAmtFen: 0, depositFen: 0 }
}

type Time = Pick<DayRow, 'atMs' | 'timeFrom'>

const timeOr = (centerTime: string, agentMs: number): Time => {
  const atMs = parseCenterTime(centerTime)
  return atMs === undefined ? { atMs: agentMs, timeFrom: 'agent' } : { atMs, timeFrom: 'center' }
}

const refundRows = (order: Order, settled: Settled, same: Pick<DayRow, 'hiDocSn'>): Partial<DayRow>[] =>
  order.operations.flatMap(({ intent, outcome }) => {
    if (intent.verb !== 'refund' || outcome?.outcome !== 'accepted') return []
    const { facts } = intent
    const { output } = outcome.facts
    return {
      ...same,
      kind: 'refund',
      // A cash refund brings no time; ours to send it is appRefdTime. A query may have settled it much later.
      ...timeOr(text(output, 'hiTrnsDate') + text(output, 'hiTrnsTime'), intent.atMs),
      operator: facts.operator ?? '',
      legs: returnedLegs(settled.legs, facts, text(output, 'refStatus')),
      refdType: facts.refdType,
      appRefdSn: facts.appRefdSn,
      refdSn: text(output, 'refdSn'),
    }
  })

/** Every movement of an order, whichever day: its settlement, then its refunds. Empty when nothing was settled. */
export const movementsOf = (orgCodg: string, medOrgOrd: string, entries: readonly OrderEntry[]): readonly DayRow[] => {
  const order = foldOrder(orgCodg, medOrgOrd, entries)
  const { upload } = order
  const settled = settlementOf(orgCodg, medOrgOrd, entries)
  if (upload === undefined || settled === undefined) return []
  const { output } = settled
  const settlement: DayRow = {
    kind: 'settlement',
    medOrgOrd,
    payOrdId: upload.payOrdId,
    ...timeOr(text(output, 'traceTime'), settled.seenMs),
    operator: upload.operator,
    way: order.way ?? '',
    insutype: upload.insutype,
    insuplcAdmdvs: upload.insuplcAdmdvs,
    legs: settled.legs,
    hiDocSn: text(output, 'hiDocSn'),
    hiRgstSn: text(output, 'hiRgstSn'),
    psnPaySn: psnPaySnOf(output),
    refdType: '',
    appRefdSn: '',
    refdSn: '',
  }
  return [settlement, ...refundRows(order, settled, settlement).map((refund) => ({ ...settlement, ...refund }))]
}

const doneStates: ReadonlySet<OrderStateName> = new Set(['new', 'uploaded', 'uploading', 'revoked', 'failed', 'paid'])

/**
 * True when money may have moved that `movementsOf` does not show: a placement or refund of unknown outcome, one side
 * settled, amounts that never came, a refund that was not ours.
 */
export const mayHaveMoved = (order: Order, movements: readonly DayRow[]): boolean => {
  if (settledStatuses.has(order.ordStas) && movements.length === 0) return true
  const state = stateOf(order)
  if (state !== 'refunded' && state !== 'partlyRefunded') return !doneStates.has(state)
  return movements.every(({ kind }) => kind === 'settlement')
}

/** Rows per value of a field, its legs summed, in the order of the values. */
export const groupRows = (
  rows: readonly DayRow[],
  by: 'operator' | 'insutype' | 'insuplcAdmdvs',
): readonly { readonly key: string; readonly rows: readonly DayRow[] }[] =>
  [...Map.groupBy(rows, (row) => row[by])]
    .map(([key, own]) => ({ key, rows: own }))
    .toSorted((one, other) => (one.key < other.key ? -1 : 1))

const dayMs = 86_400_000

/** Start and end of a day of Asia/Shanghai (`yyyy-MM-dd`, existing), milliseconds since the epoch. */
export const boundsOfDay = (date: string): { readonly fromMs: number; readonly toMs: number } => {
  const fromMs = Date.parse(`${date}T00:00:00+08:00`)
  return { fromMs, toMs: fromMs + dayMs }
}

/** `yyyy-MM-dd HH:mm:ss` in Asia/Shanghai. */
export const readableTime = (atMs: number): string =>
  wireStamp(atMs).replace(/^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/, '$1-$2-$3 $4:$5:$6')
