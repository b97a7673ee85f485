// Owns the steps of a patient's way through the kiosk and what leads from one to the next. Pure: it asks nobody, shows nothing
// and knows no clock but the times it is told. Who asks is kiosk-journey.ts.
import type {
  KioskAlertKind,
  KioskBill,
  KioskBillsView,
  KioskOrderView,
  KioskWay,
} from '../../contract/local-api/kiosk.ts'
import { isHeld } from '../order-page/held-order.ts'
import type { WedgeDamage } from '../shared/wedge-reader.ts'

/** What went wrong, as a patient is told it. */
export type Trouble =
  | 'codeRefused'
  | 'noScan'
  | 'scanDamaged'
  | 'tapFirst'
  | 'billTaken'
  | 'notPayableHere'
  | 'scannerDown'
  | 'billsAway'
  | 'centerAway'
  | 'agentAway'
  | 'tokenRefused'

/** Troubles of the machine: the page says so, and tries again by itself. With the others the patient tries again. */
const faults: ReadonlySet<Trouble> = new Set(['scannerDown', 'billsAway', 'centerAway', 'agentAway', 'tokenRefused'])

/** How it ended. `unbooked`: paid, and the hospital has not written it down yet. `unclear`: nobody knows yet. */
export type Outcome = 'paid' | 'unbooked' | 'unpaid' | 'unclear'

type Visit = { readonly decodeOperationId: string; readonly patientName: string; readonly bills: readonly KioskBill[] }
type Chosen = Visit & { readonly bill: KioskBill }
type Started = Chosen & { readonly order: KioskOrderView }
export type Paying = Started & {
  readonly name: 'paying'
  readonly way: KioskWay
  /** Whether the patient's phone has to authorise it first; else the agent has what it needs. */
  readonly byPhone: boolean
  /** What the patient's phone opens to pay: the 收银台, or the bank's page; '' before, and for 6202. */
  readonly address: string
  /** When the machine last had something new to wait for, ms of performance.now(). */
  readonly sinceMs: number
}

export type KioskStep =
  | { readonly name: 'welcome'; readonly trouble?: Trouble }
  | { readonly name: 'decoding' }
  /** `decodeOperationId` is '' while a typed code is decoded. */
  | { readonly name: 'searching'; readonly decodeOperationId: string }
  | (Visit & { readonly name: 'bills'; readonly trouble?: Trouble })
  | (Chosen & { readonly name: 'starting' })
  | (Started & { readonly name: 'confirming' })
  | Paying
  | (Started & { readonly name: 'result'; readonly outcome: Outcome })
  | { readonly name: 'fault'; readonly trouble: Trouble }

export type KioskEvent =
  | { readonly type: 'scanAsked' }
  /** A scanner that types has read a code. */
  | { readonly type: 'codeTyped' }
  | { readonly type: 'decoded'; readonly decodeOperationId: string }
  /** The patient, or the library's window, gave up. */
  | { readonly type: 'scanCancelled' }
  | { readonly type: 'troubled'; readonly trouble: Trouble }
  | { readonly type: 'billsFound'; readonly view: KioskBillsView }
  | { readonly type: 'billChosen'; readonly billId: string }
  | { readonly type: 'orderStarted'; readonly order: KioskOrderView }
  | { readonly type: 'payAsked'; readonly way: KioskWay; readonly byPhone: boolean; readonly nowMs: number }
  | { readonly type: 'addressGiven'; readonly address: string }
  | { readonly type: 'orderSeen'; readonly order: KioskOrderView; readonly nowMs: number }
  /** Refused by the center: nothing was taken. */
  | { readonly type: 'payRefused' }
  /** The patient gave the order back. */
  | { readonly type: 'orderLeft'; readonly order: KioskOrderView }
  | { readonly type: 'moreAsked' }
  | { readonly type: 'noticeRead' }
  | { readonly type: 'serviceBack' }

/** How long the page waits for the center before it sends the patient to a person, ms. RULES 4.6 asks for 80 s. */
export const settleWithinMs = 120_000
/** How long it waits for the hospital's own books, ms. */
export const bookWithinMs = 20_000

/**
 * What happens while paying: the first four wait for the patient, the others for machines. `checkPhone`: the answer to 6202 was lost,
 * the center holds the order at 2, and what is left to pay only the patient's phone shows (RULES 3.5).
 */
export type PayPhase = 'authorize' | 'checkPhone' | 'payCash' | 'payAtAddress' | 'place' | 'settling' | 'booking'

export const phaseOf = ({ order, address, byPhone, way }: Paying): PayPhase => {
  if (order.paid) return 'booking'
  switch (order.state) {
    case 'uploaded':
      if (address !== '') return 'payAtAddress'
      return order.authorized || !byPhone ? 'place' : 'authorize'
    case 'pending':
      if (isHeld({ ...order, way })) return 'checkPhone'
      return address === '' ? 'settling' : 'payAtAddress'
    case 'cashPending':
      return address === '' ? 'payCash' : 'payAtAddress'
    default:
      return 'settling'
  }
}

/** Whether the page waits for the patient, so that his absence means something. */
export const waitsForPatient = (step: KioskStep): boolean => {
  switch (step.name) {
    case 'decoding':
    case 'searching':
    case 'starting':
      return false
    case 'paying':
      return ['authorize', 'checkPhone', 'payCash', 'payAtAddress'].includes(phaseOf(step))
    default:
      return true
  }
}

const unpaidStates: ReadonlySet<string> = new Set(['new', 'failed', 'revoked', 'refunded'])
const personStates: ReadonlySet<string> = new Set(['needsPerson', 'partlyRefunded'])

const outcomeOf = (order: KioskOrderView): Outcome | undefined => {
  if (order.booking === 'booked') return 'paid'
  if (order.booking === 'failed') return 'unbooked'
  if (unpaidStates.has(order.state)) return 'unpaid'
  return personStates.has(order.state) ? 'unclear' : undefined
}

const lateOutcomeOf = (step: Paying, nowMs: number): Outcome | undefined => {
  const waitedMs = nowMs - step.sinceMs
  const phase = phaseOf(step)
  if (phase === 'booking') return waitedMs > bookWithinMs ? 'unbooked' : undefined
  return !waitsForPatient(step) && waitedMs > settleWithinMs ? 'unclear' : undefined
}

const isSamePlace = (one: KioskOrderView, other: KioskOrderView): boolean =>
  one.state === other.state && one.authorized === other.authorized && one.paid === other.paid

const seeOrder = (step: Paying, order: KioskOrderView, nowMs: number): KioskStep => {
  const seen: Paying = { ...step, order, sinceMs: isSamePlace(step.order, order) ? step.sinceMs : nowMs }
  const outcome = outcomeOf(order) ?? lateOutcomeOf(seen, nowMs)
  if (outcome === undefined) return seen
  const { decodeOperationId, patientName, bills, bill } = step
  return { name: 'result', outcome, decodeOperationId, patientName, bills, bill, order }
}

const meetTrouble = (step: KioskStep, trouble: Trouble): KioskStep => {
  if (faults.has(trouble)) return { name: 'fault', trouble }
  if (step.name !== 'starting') return { name: 'welcome', trouble }
  const { decodeOperationId, patientName, bills } = step
  return { name: 'bills', decodeOperationId, patientName, bills, trouble }
}

/** The step after an event; an event that does not belong to the step changes nothing. */
export const advance = (step: KioskStep, event: KioskEvent): KioskStep => {
  switch (event.type) {
    case 'scanAsked':
      return step.name === 'welcome' ? { name: 'decoding' } : step
    case 'codeTyped':
      return step.name === 'welcome' ? { name: 'searching', decodeOperationId: '' } : step
    case 'decoded':
      return step.name === 'welcome' || step.name === 'decoding' || step.name === 'searching'
        ? { name: 'searching', decodeOperationId: event.decodeOperationId }
        : step
    case 'scanCancelled':
      return step.name === 'decoding' ? { name: 'welcome' } : step
    case 'troubled':
      // What happened to money is told by the order alone.
      return step.name === 'paying' || step.name === 'result' ? step : meetTrouble(step, event.trouble)
    case 'billsFound': {
      if (step.name !== 'searching') return step
      const { decodeOperationId } = step
      return { name: 'bills', decodeOperationId, patientName: event.view.patient.name, bills: event.view.bills }
    }
    case 'billChosen': {
      const bill = step.name === 'bills' ? step.bills.find(({ billId }) => billId === event.billId) : undefined
      if (step.name !== 'bills' || bill?.payable !== true) return step
      const { decodeOperationId, patientName, bills } = step
      return { name: 'starting', decodeOperationId, patientName, bills, bill }
    }
    case 'orderStarted':
      if (step.name !== 'starting') return step
      // A bill whose order ended meanwhile.
      return outcomeOf(event.order) === undefined
        ? { ...step, name: 'confirming', order: event.order }
        : { ...step, name: 'result', order: event.order, outcome: outcomeOf(event.order) ?? 'unclear' }
    case 'payAsked':
      if (step.name !== 'confirming') return step
      return { ...step, name: 'paying', way: event.way, byPhone: event.byPhone, address: '', sinceMs: event.nowMs }
    case 'addressGiven':
      return step.name === 'paying' ? { ...step, address: event.address } : step
    case 'orderSeen':
      return step.name === 'paying' ? seeOrder(step, event.order, event.nowMs) : step
    case 'payRefused': {
      if (step.name !== 'paying') return step
      const { decodeOperationId, patientName, bills, bill, order } = step
      return { name: 'result', outcome: 'unpaid', decodeOperationId, patientName, bills, bill, order }
    }
    case 'orderLeft': {
      if (step.name !== 'paying' && step.name !== 'confirming') return step
      const { decodeOperationId, patientName, bills, bill } = step
      if (step.name === 'confirming') return { name: 'bills', decodeOperationId, patientName, bills }
      return { name: 'result', outcome: 'unpaid', decodeOperationId, patientName, bills, bill, order: event.order }
    }
    case 'moreAsked': {
      if (step.name !== 'result' || step.outcome !== 'paid') return step
      const { decodeOperationId, patientName, bill } = step
      return { name: 'bills', decodeOperationId, patientName, bills: step.bills.filter((other) => other !== bill) }
    }
    case 'noticeRead': {
      if (step.name === 'welcome' && step.trouble !== undefined) return { name: 'welcome' }
      if (step.name !== 'bills' || step.trouble === undefined) return step
      const { decodeOperationId, patientName, bills } = step
      return { name: 'bills', decodeOperationId, patientName, bills }
    }
    case 'serviceBack':
      return step.name === 'fault' ? { name: 'welcome' } : step
  }
}

const alertOfTrouble: Partial<Record<Trouble, KioskAlertKind>> = {
  // An input method took the keys: the next scan is not better by itself.
  scanDamaged: 'scanner',
  scannerDown: 'scanner',
  billsAway: 'bills',
  notPayableHere: 'payment',
}

/** What staff has to be told because of a step that was just entered. */
export const alertOf = (before: KioskStep, after: KioskStep): KioskAlertKind | undefined => {
  if (before.name === 'fault' && before.trouble === 'agentAway' && after.name === 'welcome') return 'offline'
  if (before === after) return undefined
  if (after.name === 'result') {
    if (after.outcome === 'unclear') return 'unclear'
    return after.outcome === 'unbooked' ? 'payment' : undefined
  }
  const trouble = 'trouble' in after ? after.trouble : undefined
  return trouble === undefined ? undefined : alertOfTrouble[trouble]
}

const decodeTroubles: Readonly<Record<string, Trouble>> = {
  DECODE_REFUSED: 'codeRefused',
  SCAN_TIMEOUT: 'noScan',
  DECODE_TIMEOUT: 'noScan',
  DECODE_BUSY: 'noScan',
  DECODE_CANCELLED: 'noScan',
  CENTER_UNREACHABLE: 'centerAway',
}
const billTroubles: Readonly<Record<string, Trouble>> = {
  HIS_UNREACHABLE: 'billsAway',
  BILL_NOT_FOUND: 'billTaken',
  BILL_UNAVAILABLE: 'billTaken',
  DUPLICATE_BILL: 'billTaken',
  CENTER_UNREACHABLE: 'centerAway',
}
const anywhere: Readonly<Record<string, Trouble>> = {
  AGENT_AWAY: 'agentAway',
  TOKEN_MISSING: 'tokenRefused',
  TOKEN_INVALID: 'tokenRefused',
  TOKEN_EXPIRED: 'tokenRefused',
  TOKEN_REVOKED: 'tokenRefused',
}

/** What a code of docs/errors.md means to a patient whose code is read. */
export const troubleOfDecode = (code: string): Trouble => anywhere[code] ?? decodeTroubles[code] ?? 'scannerDown'

/** The same while his bills are looked for. */
export const troubleOfSearch = (code: string): Trouble => anywhere[code] ?? billTroubles[code] ?? 'billsAway'

/** The same when a bill of his is to be paid. */
export const troubleOfStart = (code: string): Trouble => anywhere[code] ?? billTroubles[code] ?? 'notPayableHere'

/** The same for what a scanner that types has read, and what arrived of it is no code. */
export const troubleOfDamage = (reason: WedgeDamage): Trouble => (reason === 'too-long' ? 'codeRefused' : 'scanDamaged')
