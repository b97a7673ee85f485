// Owns what people do at the center's side: the payer on his phone or at the cashier page, the staff in the portal.
import { cashDueFen, forceState, type Order } from '../../../src/sandbox/ledger/order.ts'
import { actAsPayer } from '../../../src/sandbox/payer.ts'
import { openPayerPage, planPlacement } from '../../../src/sandbox/ledger/settlement.ts'
import type { HistoryTrace } from './history-trace.ts'
import type { HistoryPlan, OrderPlan } from '../plan-history.ts'
import { tryAtCenter, type VirtualCenter } from './virtual-center.ts'
import type { Scope, VirtualTime } from './virtual-time.ts'

export type VirtualPayer = {
  /** The payer sees what waits for him, now or when he gets round to it. */
  readonly notice: (payOrdId: string) => void
  /** He opens the cashier page. */
  readonly openCashier: (payOrdId: string) => void
  /** He pays now; false when nothing waits for him. */
  readonly payNow: (payOrdId: string) => boolean
}

const restAfterMs = 20_000
const portalAfterMs = 120_000
const portalUntilMs = 45 * 60_000
const lookEveryMs = 30_000
const settledEnough: ReadonlySet<string> = new Set(['6', '10'])

export const createVirtualPayer = (
  plan: HistoryPlan,
  time: VirtualTime,
  world: Scope,
  { parts }: VirtualCenter,
  trace: HistoryTrace,
): VirtualPayer => {
  const noticed = new Set<string>()
  const planOf = ({ medOrgOrd }: Order): OrderPlan | undefined =>
    plan.orders.find((order) => order.medOrgOrd === medOrgOrd)

  const act = (order: Order, action: 'pay' | 'partial' | 'insuranceFails', cashReturns = true): boolean => {
    const cashReversal = cashReturns ? 'works' : 'fails'
    const done = tryAtCenter(() => {
      actAsPayer(parts, order, { action, cashReversal })
    })
    trace.note(() => `payer ${action} ${order.payOrdId}: at ${order.ordStas}${done === undefined ? '' : ' refused'}`)
    return done === undefined
  }

  /** The staff corrects in the portal what was settled: no request of ours. */
  const useThePortal = (order: Order, ordStas: string): void => {
    // What the HIS gave back before keeps nobody in the portal from giving back more.
    if (!settledEnough.has(order.ordStas)) {
      if (time.nowMs() < portalUntilMs) world.after(lookEveryMs, () => useThePortal(order, ordStas))
      return
    }
    const { placement } = order
    const cashless = placement === undefined || cashDueFen(placement) === 0
    if (placement === undefined || (cashless && (ordStas === '9' || ordStas === '10'))) return
    forceState(order, placement, ordStas)
    trace.note(() => `portal puts ${order.payOrdId} to ${ordStas}`)
  }

  const pay = (order: Order, { payer }: OrderPlan): void => {
    switch (payer.act) {
      case 'pay':
        act(order, 'pay')
        return
      case 'half':
        act(order, 'partial')
        return
      case 'halfThenPay':
        act(order, 'partial')
        world.after(restAfterMs, () => act(order, 'pay'))
        return
      default:
        act(order, 'insuranceFails', payer.act === 'insuranceFails')
    }
  }

  const notice = (payOrdId: string): void => {
    const order = parts.ledger.find(payOrdId)
    const own = order === undefined ? undefined : planOf(order)
    if (order?.placement === undefined || own === undefined || noticed.has(payOrdId)) return
    noticed.add(payOrdId)
    const { payer, portal } = own
    if (portal !== undefined) world.after(own.portalAfterMs ?? portalAfterMs, () => useThePortal(order, portal))
    const waitsForHim = order.placement.way !== 'order' || cashDueFen(order.placement) > 0
    if (payer.afterMs !== undefined && waitsForHim) world.after(payer.afterMs, () => pay(order, own))
  }

  return {
    notice,
    openCashier: (payOrdId) => {
      const order = parts.ledger.find(payOrdId)
      if (order === undefined || order.placement !== undefined || !['0', '1'].includes(order.ordStas)) return
      openPayerPage(order, planPlacement(parts, order, { way: 'cashier' }))
      trace.note(() => `payer opens the page of ${payOrdId}`)
      notice(payOrdId)
    },
    payNow: (payOrdId) => {
      const order = parts.ledger.find(payOrdId)
      return order !== undefined && act(order, 'pay')
    },
  }
}
