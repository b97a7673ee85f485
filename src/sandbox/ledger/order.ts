// Owns one order of the simulated center: what it holds, what was really collected and returned, and the moves between
// its states. Who asks for a move is interfaces/ and payer.ts.
import { randomBytes } from 'node:crypto'
import { formatMoment, formatStamp, newSerial } from '../shanghai-time.ts'

export type Patient = { readonly idNo: string; readonly userName: string; readonly idType: string }

/** Legs in fen; they add up to the order's total. `cashFen` is ownPayAmt, the part a deposit covers included. */
export type Split = {
  readonly fundFen: number
  readonly accountFen: number
  readonly cashFen: number
  readonly otherFen: number
}

export type Way = 'order' | 'bankCard' | 'cashier'

export type Placement = {
  readonly way: Way
  readonly split: Split
  /** What the deposit covers of the cash; undefined when none was named. */
  readonly depositFen: number | undefined
  /** True when the payer's page is gone: paying is refused until it is asked for again. */
  expired: boolean
}

/** What the insurance core gave when it settled. */
export type Settlement = {
  readonly traceTime: string
  readonly hiChrgTime: string
  readonly hiDocSn: string
  readonly hiRgstSn: string
  readonly revsToken: string
  readonly psnPaySn: string | undefined
}

export type RefundType = 'ALL' | 'CASH' | 'HI'

export type Refund = {
  readonly appRefdSn: string
  readonly refdSn: string
  readonly refdType: RefundType
  readonly refStatus: 'SUCC' | 'FAIL' | 'EXP'
  /** What the request asked for, to tell a repeat from another refund under the same number. */
  readonly asked: string
  readonly returnedFen: number
  readonly at: string
  readonly reply: Readonly<Record<string, unknown>>
}

/** One try to deliver 6302. `success` and `message` are the hospital's answer, undefined when it gave none. */
export type CallbackAttempt = {
  readonly at: string
  readonly status: number | undefined
  readonly success: boolean | undefined
  readonly message: string | undefined
}

/** 6302 on its way: `first` ends with the first try, `done` with the last, true when the hospital said success. */
export type Delivery = { readonly first: Promise<void>; readonly done: Promise<boolean> }

export type HistoryEntry = { readonly at: string; readonly what: string; readonly ordStas: string }

export type Order = {
  readonly payOrdId: string
  readonly payToken: string
  readonly medOrgOrd: string
  readonly orgCodg: string
  readonly patient: Patient
  readonly ecToken: string
  readonly chrgBchno: string
  readonly feeType: string
  readonly mdtrtId: string | undefined
  readonly acctUsedFlag: string
  readonly totalFen: number
  readonly uploadDigest: string
  ordStas: string
  placement: Placement | undefined
  /** What is true of the insurance record; a 0 元医保 order has one although it moves nothing. */
  insurance: 'none' | 'settled' | 'returned'
  settlement: Settlement | undefined
  cashCollectedFen: number
  cashReturnedFen: number
  /** orgBizSer of every placement that was accepted. */
  readonly bizSerials: string[]
  readonly refunds: Refund[]
  readonly callbacks: CallbackAttempt[]
  readonly history: HistoryEntry[]
  settleTimer: NodeJS.Timeout | undefined
  delivery: Delivery | undefined
}

const maxHistory = 500

/** Adds a line to the order's history; the oldest lines go first when it is long. */
export const recordEvent = (order: Order, what: string): void => {
  if (order.history.length >= maxHistory) order.history.shift()
  order.history.push({ at: formatMoment(Date.now()), what, ordStas: order.ordStas })
}

/** Moves an order to a state and says why. */
export const moveOrder = (order: Order, ordStas: string, what: string): void => {
  order.ordStas = ordStas
  recordEvent(order, what)
}

/** Cash the payer has to pay: ownPayAmt less what the deposit covers. */
export const cashDueFen = ({ split, depositFen }: Placement): number => split.cashFen - (depositFen ?? 0)

/** Cash the center still holds of the payer's. */
export const cashHeldFen = (order: Order): number => order.cashCollectedFen - order.cashReturnedFen

/** True when money moved for the order: it is no longer one that can be revoked or placed anew. */
export const hasMoved = (order: Order): boolean => order.insurance !== 'none' || order.cashCollectedFen > 0

const insuranceLegs = (order: Order, cashFen: number, counts: boolean): Split => {
  const split = counts ? order.placement?.split : undefined
  return {
    fundFen: split?.fundFen ?? 0,
    accountFen: split?.accountFen ?? 0,
    otherFen: split?.otherFen ?? 0,
    cashFen,
  }
}

/** What was really taken, per leg; cash without the deposit, which the hospital holds. */
export const listCollected = (order: Order): Split =>
  insuranceLegs(order, order.cashCollectedFen, order.insurance !== 'none')

/** What was really given back, per leg. */
export const listReturned = (order: Order): Split =>
  insuranceLegs(order, order.cashReturnedFen, order.insurance === 'returned')

export const sumSplit = ({ fundFen, accountFen, cashFen, otherFen }: Split): number =>
  fundFen + accountFen + cashFen + otherFen

/** Takes the payer's cash, once. */
export const collectCash = (order: Order): void => {
  if (order.placement !== undefined) order.cashCollectedFen = cashDueFen(order.placement)
}

/** Settles the insurance legs and makes the numbers that only a settlement has. */
export const settleInsurance = (order: Order): void => {
  if (order.insurance === 'none') order.insurance = 'settled'
  const stamp = formatStamp(Date.now())
  order.settlement ??= {
    traceTime: stamp.slice(0, 14),
    hiChrgTime: stamp.slice(8, 14),
    hiDocSn: newSerial('HD'),
    hiRgstSn: newSerial('HR'),
    revsToken: randomBytes(16).toString('hex').toUpperCase(),
    psnPaySn: (order.placement?.split.accountFen ?? 0) > 0 ? newSerial('PP') : undefined,
  }
}

/** Stops a settlement that is still under way. */
export const stopSettling = (order: Order): void => {
  clearTimeout(order.settleTimer)
  order.settleTimer = undefined
}

type Share = 'none' | 'half' | 'all'
type Facts = { readonly insurance: Order['insurance']; readonly collected: Share; readonly returned: Share }
const facts = (insurance: Facts['insurance'], collected: Share, returned: Share): Facts => ({
  insurance,
  collected,
  returned,
})
const nothing = facts('none', 'none', 'none')
const everything = facts('settled', 'all', 'none')

/** What must be true outside for an order to stand in a state (RULES 5). A state not here changes no money. */
const factsOfState: Readonly<Record<string, Facts>> = {
  '0': nothing,
  '1': nothing,
  '2': nothing,
  '3': facts('none', 'all', 'none'),
  '4': everything,
  '5': everything,
  '6': everything,
  '7': facts('returned', 'all', 'all'),
  '8': facts('returned', 'all', 'none'),
  '9': facts('settled', 'all', 'all'),
  '10': facts('settled', 'all', 'half'),
  '11': facts('returned', 'all', 'half'),
  '12': nothing,
  '13': facts('returned', 'all', 'none'),
  '15': facts('none', 'all', 'all'),
  '16': facts('none', 'all', 'none'),
}

const shareOf = (amountFen: number, share: Share): number =>
  share === 'all' ? amountFen : share === 'half' ? Math.floor(amountFen / 2) : 0

const insuranceSteps: readonly Order['insurance'][] = ['none', 'settled', 'returned']
const laterInsurance = (one: Order['insurance'], other: Order['insurance']): Order['insurance'] =>
  insuranceSteps.indexOf(one) > insuranceSteps.indexOf(other) ? one : other

/**
 * Puts an order into any state and moves the money that the state tells of. Money never runs backwards: what was
 * collected or returned stays so, and a state forced against it is a center that says what is not true.
 */
export const forceState = (order: Order, placement: Placement, ordStas: string): void => {
  stopSettling(order)
  order.placement ??= placement
  const wanted = factsOfState[ordStas]
  if (wanted !== undefined) {
    const insurance = laterInsurance(order.insurance, wanted.insurance)
    if (insurance !== 'none') settleInsurance(order)
    order.insurance = insurance
    const dueFen = cashDueFen(order.placement)
    order.cashCollectedFen = Math.max(order.cashCollectedFen, shareOf(dueFen, wanted.collected))
    order.cashReturnedFen = Math.max(order.cashReturnedFen, shareOf(order.cashCollectedFen, wanted.returned))
  }
  moveOrder(order, ordStas, `forced to ${ordStas}`)
}
