// Owns the endpoint of the queue: what waits for the center, how long it may, and how much may.
import type { QueueAnswer, QueuedOperation } from '../../../contract/local-api/console.ts'
import { formatFen } from '../../../core/domain/money/money.ts'
import { queuedOperations, type Operation, type Order } from '../../../core/domain/order/order.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { explainConnection } from '../../../core/domain/words/connection-reason.ts'
import { verbTexts } from '../../../core/domain/words/verb-texts.ts'
import type { Dependencies } from '../../usecases/base/dependencies.ts'
import { findOrder } from '../../usecases/order/read-order.ts'
import { isWithdrawable } from '../../usecases/operations/withdraw-queued.ts'
import { okAnswer } from '../answers/answer.ts'
import { withdrawing } from '../callers/reach.ts'
import type { Caller } from '../callers/tokens.ts'
import { endpoint } from '../endpoint/tools.ts'

const presentQueued = (
  dependencies: Dependencies,
  { orgCodg, medOrgOrd }: Order,
  { intent, outcome }: Operation,
  caller: Caller,
): QueuedOperation => {
  const { waits, clock, settings } = dependencies
  const { operationId } = intent
  const record = { operationId, order: { orgCodg, medOrgOrd }, intent, outcome }
  const { elapsedMs } = waits.waited(intent)
  const isRefund = intent.verb === 'refund'
  return {
    operationId,
    medOrgOrd,
    verb: intent.verb,
    title: verbTexts[intent.verb].title,
    since: shanghaiIso(intent.atMs),
    ageS: Math.floor(elapsedMs / 1000),
    expiresAt: shanghaiIso(clock.wallMs() - elapsedMs + settings.queue.atMostAgeMs),
    amount: isRefund
      ? formatFen(intent.facts.fundRefdFen + intent.facts.psnAcctRefdFen + intent.facts.cashRefdFen)
      : '',
    operator: isRefund ? (intent.facts.operator ?? '') : '',
    rule: 'rule' in intent.facts ? intent.facts.rule : '',
    reason: explainConnection(outcome?.facts.reason ?? ''),
    withdrawable: isWithdrawable(dependencies, record, withdrawing(caller)),
  }
}

export const queue = endpoint({
  method: 'GET',
  path: '/v1/queue',
  scope: 'read',
  summary: '等待中心恢复的操作, 上限, 中心是否连得上',
  answer: ({ caller }, { dependencies }) => {
    const { journal, link, settings } = dependencies
    const orders = journal
      .readList('queued')
      .filter((key) => key.orgCodg === caller.orgCodg)
      .map((key) => findOrder(journal, key))
      .filter((order) => order !== undefined)
    const { atMostOrders, atMostAgeMs, atMostRefundFen } = settings.queue
    return okAnswer({
      linkUp: !link.isDown(),
      operations: orders
        .flatMap((order) => queuedOperations(order).map((operation) => ({ order, operation })))
        .toSorted((one, other) => one.operation.intent.seq - other.operation.intent.seq)
        .map(({ order, operation }) => presentQueued(dependencies, order, operation, caller)),
      orders: orders.length,
      limits: {
        atMostOrders,
        atMostAgeS: Math.floor(atMostAgeMs / 1000),
        atMostRefund: formatFen(atMostRefundFen),
      },
    } satisfies QueueAnswer)
  },
})
