// Owns 6302 on its way from the center to the agent: late, lost, twice, in any order, or with amounts that are not true.
import type { Delivery, Order } from '../../src/sandbox/ledger/order.ts'
import { describeAmounts, describeSettlement } from '../../src/sandbox/ledger/settlement-fields.ts'
import type { SeededRandom } from '../seeded-random.ts'
import type { HistoryTrace } from './world/history-trace.ts'
import type { MortalAgent } from './mortal-agent.ts'
import type { HistoryPlan } from './plan-history.ts'
import type { Scope, VirtualTime } from './world/virtual-time.ts'

const latestMs = 90_000
const quickMs = 300
const againAfterMs: readonly number[] = [5_000, 30_000]
/** Until the line is calm the center gives up; then an order that waits for the hospital is told of until it is acknowledged. */
const insistEveryMs = 60_000

export type DeliverNotice = (order: Order) => Delivery

export const createNoticeDelivery = (
  plan: HistoryPlan,
  time: VirtualTime,
  world: Scope,
  agent: () => MortalAgent,
  random: SeededRandom,
  trace: HistoryTrace,
): DeliverNotice => {
  const isCalm = (): boolean => time.nowMs() >= plan.calmAtMs
  const pause = (ms: number): Promise<void> => new Promise((resolve) => world.after(ms, resolve))

  const send = async (order: Order, changed: boolean): Promise<boolean> => {
    const amounts = describeAmounts(order, 'ownPayAmt')
    const output = { ...describeSettlement(order, '测试医院'), ...amounts, ...(changed ? { ownPayAmt: '0.01' } : {}) }
    const { payOrdId, medOrgOrd } = order
    const answer = await agent().notify({ code: '6302', payOrdId, medOrgOrd, output, signed: !changed })
    trace.note(
      () =>
        `6302 of ${payOrdId}: ${answer === undefined ? 'no answer' : `${String(answer.success)} ${answer.message}`}`,
    )
    // An answer is as easily lost as a notice.
    return answer?.success === true && (isCalm() || !random.chance(plan.trouble))
  }

  const attempt = async (order: Order): Promise<boolean> => {
    if (isCalm() || !random.chance(plan.trouble)) {
      await pause(random.integer(5, quickMs))
      return send(order, false)
    }
    if (random.chance(0.4)) return false
    await pause(random.integer(0, latestMs))
    if (random.chance(0.3)) void send(order, false)
    return send(order, random.chance(0.1))
  }

  const insist = async (order: Order, first: Promise<boolean>): Promise<boolean> => {
    if (await first) return true
    for (const afterMs of againAfterMs) {
      await pause(afterMs)
      if (await attempt(order)) return true
    }
    while (order.ordStas === '4') {
      await pause(insistEveryMs)
      if (isCalm() && (await attempt(order))) return true
    }
    return false
  }

  return (order) => {
    const first = attempt(order)
    return { first: first.then(() => undefined), done: insist(order, first) }
  }
}
