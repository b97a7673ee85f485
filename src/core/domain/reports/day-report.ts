// Owns what an order contributes to the report of a day: its settlement by traceTime and its refunds, leg by leg, in fen.
// Pure. Finding the orders of a day is usecases/reading/report-day.ts.
import type { Fields } from '../../../contract/check/json-text.ts'
import { stripped } from '../../../contract/check/one-form.ts'
import { isSettledStatus, statusesOf } from '../order/center-status.ts'
import { aheadMs, readCenterDateTime } from '../time/center-time.ts'
import type { RefundFacts } from '../order/entries.ts'
import { cashDueFen, type Legs } from '../money/legs.ts'
import {
  beganMs,
  doubtedRefund,
  refundedCashFen,
  refundStatusIn,
  undecidedRefunds,
  type Operation,
  type Order,
  type Way,
} from '../order/order.ts'
import { wireStamp } from '../time/shanghai-time.ts'
import { stateOf, type OrderStateName } from '../order/order-state.ts'

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

const text = (fields: Fields | undefined, name: string): string => {
  const value = fields?.[name]
  return typeof value === 'string' ? stripped(value) : ''
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
 * CASH cash alone. `keptCash`: nobody believes that the cash of an ALL went back.
 */
const returnedLegs = (settled: Legs, refund: RefundFacts, keptCash: boolean): Legs => {
  if (refund.refdType === 'CASH') {
    return { ...noLegs, feeSumamtFen: 0 - refund.cashRefdFen, ownPayAmtFen: 0 - refund.cashRefdFen }
  }
  const everything = mapLegs((name) => 0 - settled[name])
  if (refund.refdType === 'ALL' && !keptCash) return everything
  const feeSumamtFen = everything.feeSumamtFen - everything.ownPayAmtFen
  return { ...everything, feeSumamtFen, ownPayAmtFen: 0, depositFen: 0 }
}

/**
 * When a refund was done: as 6203 says, else when it was asked for, or when it was last known not to have happened; a query may have
 * settled it much later. What waited for the center was asked for before it was sent.
 */
const timeOfRefund = (order: Order, { intent, outcome }: Operation): Pick<DayRow, 'atMs' | 'timeFrom'> => {
  const output = outcome?.facts.output
  const doneAfterMs = intent.verb === 'refund' ? intent.facts.doneAfterMs : undefined
  const knownMs = outcome?.atMs ?? intent.atMs
  const bounds = { beganMs: beganMs(order), knownMs }
  const centerMs = readCenterDateTime(text(output, 'hiTrnsDate'), text(output, 'hiTrnsTime'), bounds)
  if (centerMs !== undefined && centerMs >= intent.atMs - aheadMs) return { atMs: centerMs, timeFrom: 'center' }
  const waited = 'queue' in intent.facts && outcome?.facts.settledByQuery !== true
  return { atMs: waited ? knownMs : (doneAfterMs ?? intent.atMs), timeFrom: 'agent' }
}

const refundRows = (order: Order, settled: Legs): Partial<DayRow>[] =>
  order.operations.flatMap((operation) => {
    const { intent, outcome } = operation
    if (intent.verb !== 'refund' || outcome?.outcome !== 'accepted') return []
    if (intent.seq < (order.uploadedAt?.seq ?? 0)) return []
    const { facts } = intent
    const { output } = outcome.facts
    const keptCash = refundStatusIn(output) === 'EXP' || doubtedRefund(order) === operation
    return {
      kind: 'refund',
      ...timeOfRefund(order, operation),
      operator: facts.operator ?? '',
      legs: returnedLegs(settled, facts, keptCash),
      refdType: facts.refdType,
      appRefdSn: facts.appRefdSn,
      refdSn: text(output, 'refdSn'),
    }
  })

/**
 * Every movement of an order, whichever day: its settlement, then its refunds, with the amounts of the order itself. Empty when the
 * insurance was not settled, as far as anybody knows: what its cash did is `mayHaveMoved`.
 */
export const movementsOf = (order: Order): readonly DayRow[] => {
  const { upload, legs, settledMs, dated, settlement, medOrgOrd } = order
  if (upload === undefined || legs === undefined || settledMs === undefined) return []
  const output = dated?.output ?? settlement
  const row: DayRow = {
    kind: 'settlement',
    medOrgOrd,
    payOrdId: upload.payOrdId,
    atMs: dated?.atMs ?? settledMs,
    timeFrom: dated === undefined ? 'agent' : 'center',
    operator: upload.operator,
    way: order.way ?? '',
    insutype: upload.insutype,
    insuplcAdmdvs: upload.insuplcAdmdvs,
    legs,
    hiDocSn: text(output, 'hiDocSn'),
    hiRgstSn: text(output, 'hiRgstSn'),
    psnPaySn: psnPaySnOf(output),
    refdType: '',
    appRefdSn: '',
    refdSn: '',
  }
  return [row, ...refundRows(order, legs).map((refund) => ({ ...row, ...refund }))]
}

const doneStates: ReadonlySet<OrderStateName> = new Set(['new', 'uploaded', 'uploading', 'revoked', 'failed', 'paid'])

/** What the refunds of an order add up to is what the center says of it. */
const isAccountedFor = (order: Order, movements: readonly DayRow[]): boolean => {
  if (order.legs === undefined || order.movedElsewhere || movements.length === 0) return false
  const isInsuranceBack = order.refunds.some(({ refdType }) => refdType !== 'CASH')
  return statusesOf(isInsuranceBack, refundedCashFen(order), cashDueFen(order.legs)).has(order.ordStas ?? '')
}

/** The cash refunds that may have been done without any status telling it: some cash was back before (RULES 3.5). */
export const unseenCashRefunds = (order: Order): readonly string[] =>
  ['9', '10', '11'].includes(order.ordStas ?? '')
    ? undecidedRefunds(order).flatMap(({ intent }) =>
        intent.verb === 'refund' && intent.facts.refdType === 'CASH' ? [intent.facts.appRefdSn] : [],
      )
    : []

/**
 * True when money may have moved that `movementsOf` does not show: a placement or refund of unknown outcome, one side
 * settled or failed, amounts that never came, a refund that was not ours, one of cash that no status would show.
 */
export const mayHaveMoved = (order: Order, movements: readonly DayRow[]): boolean => {
  if (isSettledStatus(order.ordStas) && !isAccountedFor(order, movements)) return true
  if (unseenCashRefunds(order).length > 0) return true
  const state = stateOf(order)
  return state !== 'refunded' && state !== 'partlyRefunded' && !doneStates.has(state)
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
