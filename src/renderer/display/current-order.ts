// Owns which order the patient at the window sees. Pure but for the times it is told.
//
// An agent stands at one window, so what its stream tells is that window's: the order that changed last, for two minutes. An
// order that the agent looks at again by itself (the sweep of earlier days, a refund at another desk) is told by the same
// stream; so only an order that was seen to begin here is shown, and nothing that was there before the page.
import type { OrderRecord, OrderStatus } from '../../contract/local-api/orders.ts'
import { isHeld, type HeldMarks } from '../order-page/held-order.ts'

/** Without a change for so long, the picture goes back to nobody's, ms. */
export const shownForMs = 120_000
/** What is over needs less time to be read, ms. */
export const resultShownForMs = 30_000

export type Shown = {
  readonly medOrgOrd: string
  /** undefined until the agent has told it. */
  readonly order:
    | (OrderStatus & Pick<OrderRecord, 'patientCash' | 'depositExcess' | 'way'> & { readonly placedAt: string })
    | undefined
  readonly sinceMs: number
}

export type Stage = 'confirm' | 'checkPhone' | 'pay' | 'working' | 'paid' | 'refunded' | 'notPaid' | 'askStaff'

const stages: Readonly<Record<string, Stage>> = {
  new: 'notPaid',
  uploading: 'confirm',
  uploaded: 'confirm',
  placing: 'working',
  pending: 'working',
  cashPending: 'pay',
  halfDone: 'working',
  paid: 'paid',
  refunding: 'working',
  refunded: 'refunded',
  partlyRefunded: 'refunded',
  revoking: 'working',
  revoked: 'notPaid',
  failed: 'notPaid',
}

export const stageOf = (order: HeldMarks): Stage => (isHeld(order) ? 'checkPhone' : (stages[order.state] ?? 'askStaff'))

const isOver = (stage: Stage): boolean => stage === 'paid' || stage === 'refunded' || stage === 'notPaid'

/** An order's first state that the stream tells. */
const beginnings: ReadonlySet<string> = new Set(['uploading', 'uploaded'])

/** What is shown after the stream told of an order: that one, if it begins now or is shown already. */
export const noticeOrder = (
  shown: Shown | undefined,
  { medOrgOrd, state }: { readonly medOrgOrd: string; readonly state: string },
  nowMs: number,
): Shown | undefined => {
  if (shown?.medOrgOrd === medOrgOrd) return { ...shown, sinceMs: nowMs }
  return beginnings.has(state) ? { medOrgOrd, order: undefined, sinceMs: nowMs } : shown
}

/** Nothing once it was there long enough. */
export const expire = (shown: Shown | undefined, nowMs: number): Shown | undefined => {
  if (shown === undefined) return undefined
  const forMs = shown.order !== undefined && isOver(stageOf(shown.order)) ? resultShownForMs : shownForMs
  return nowMs - shown.sinceMs > forMs ? undefined : shown
}

/** 'KS5A2E2872CAAD1' as '…AAD1': enough to compare with a slip, too little to take note of. */
export const maskNumber = (medOrgOrd: string): string => `…${medOrgOrd.slice(-4)}`
