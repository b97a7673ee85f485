// Owns what may wait for the center instead of being refused: how many, how much (RULES 7.5). Sending it is send-queued.ts.
import type { IntentEntry } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { queuedOperations, type Order } from '../../../core/domain/order/order.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { readOrder } from '../order/read-order.ts'

const atMostPerOrder = 10

const problemOf = ({ journal, settings }: Dependencies, order: Order, totalFen: number): string | undefined => {
  const { atMostOrders, atMostRefundFen } = settings.queue
  if (totalFen > atMostRefundFen) return `单笔退费超过 ${formatFen(atMostRefundFen)} 元不能排队`
  const waiting = queuedOperations(order).length
  if (waiting >= atMostPerOrder) return `该订单已有 ${waiting} 个操作在排队`
  if (waiting === 0 && journal.readList('queued').length >= atMostOrders) return `已有 ${atMostOrders} 笔订单在排队`
  return undefined
}

const queued = (reason: string): FinishRequest => ({ outcome: 'queued', facts: { reason }, lookups: [] })

/**
 * What becomes of an operation that may wait: it stands behind what waits already, and waits when it could not be sent.
 * `totalFen`: what it refunds. The limits are judged before anything is written; throws QUEUE_REFUSED.
 */
export const sendOrQueue = (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  totalFen: number,
  send: (intent: IntentEntry) => Promise<FinishRequest>,
): ((intent: IntentEntry) => Promise<FinishRequest>) => {
  const problem = problemOf(dependencies, order, totalFen)
  const mustWait = dependencies.link.isDown() || queuedOperations(order).length > 0
  if (mustWait && problem !== undefined) throw new AgentError('QUEUE_REFUSED', { addition: problem })
  return async (intent) => {
    if (queuedOperations(readOrder(dependencies.journal, key)).length > 0)
      return queued('waits for what was asked before')
    const request = await send(intent)
    if (request.outcome !== 'notSent' || problem !== undefined) return request
    return queued(request.facts.reason ?? 'not sent')
  }
}
