// Owns placing an order and settling it, whichever way it came: 6202, 6205 or the cashier page. The payer is payer.ts.
import type { Center } from '../center.ts'
import { parseFen } from './fen.ts'
import {
  cashDueFen,
  collectCash,
  moveOrder,
  type Order,
  type Placement,
  settleInsurance,
  stopSettling,
} from './order.ts'
import type { Way } from './order.ts'
import { refuse } from './refusal.ts'
import { splitTotal } from './split.ts'

export type PlacingRequest = {
  readonly way: Way
  /** Yuan, as it came; covers cash up to its amount (002, table 8). */
  readonly deposit?: string | undefined
  /** As it came: empty or absent means what the upload said. */
  readonly acctUsedFlag?: string | undefined
}

/** How the order would be placed now, scripts heeded. Throws a Refusal when the amounts make no sense. */
export const planPlacement = (center: Center, order: Order, asked: PlacingRequest): Placement => {
  const acctUsedFlag = asked.acctUsedFlag || order.acctUsedFlag
  const split = splitTotal(order.totalFen, acctUsedFlag === '1', center.scripts.wishFor(order).split)
  if (asked.deposit === undefined) return { way: asked.way, split, depositFen: undefined, expired: false }
  const depositFen = parseFen(asked.deposit)
  if (depositFen < 0) refuse('badAmounts', '住院押金不能为负')
  return { way: asked.way, split, depositFen: Math.min(depositFen, split.cashFen), expired: false }
}

/**
 * Collects every leg. The order is paid (6) at once, or, where the hospital's answer to 6302 settles, after it says
 * success; 6302 goes out either way.
 */
export const settleOrder = (center: Center, order: Order): void => {
  stopSettling(order)
  collectCash(order)
  settleInsurance(order)
  const gated = center.callbacks.target()?.ackSettles === true
  moveOrder(order, gated ? '4' : '6', gated ? 'settled, waiting for the hospital' : 'settled')
  const delivery = center.callbacks.deliver(order)
  if (!gated) return
  void delivery?.done.then((acknowledged) => {
    if (acknowledged && order.ordStas === '4') moveOrder(order, '6', 'the hospital confirmed')
  })
}

/** Places by 6202: without cash the order settles by itself, with cash it waits for the payer. */
export const startSettling = (center: Center, order: Order, placement: Placement): void => {
  order.placement = placement
  const delayMs = center.scripts.wishFor(order).processingDelayMs ?? center.settings.processingDelayMs
  if (cashDueFen(placement) === 0 && delayMs === 0) {
    settleOrder(center, order)
    return
  }
  moveOrder(order, '2', 'placed by 6202')
  if (cashDueFen(placement) === 0) order.settleTimer = setTimeout(() => settleOrder(center, order), delayMs)
}

/** Places by a page of the center's: the payer must act there, cash or not. */
export const openPayerPage = (order: Order, placement: Placement): void => {
  order.placement = placement
  moveOrder(order, '2', `placed by ${placement.way === 'cashier' ? 'the cashier page' : '6205'}`)
}
