// Owns a person's word on an order that needed one: written down, and with it the open operation gets the outcome that nobody
// else can tell. It moves no money and believes whom the token names.
import { attentionOf } from '../../../core/domain/words/attention.ts'
import type { CalledBy, Decision, OutcomeFacts } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isOfNewerVersion, openOperation, type Operation, type Order } from '../../../core/domain/order/order.ts'
import { announceSoon } from './announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder, wrongState } from './read-order.ts'

export type Resolution = CalledBy & {
  readonly decision: Decision
  readonly operator: string
  readonly remark: string
}

const decisionFault = (problem: string): AgentError => invalidFields([{ path: 'decision', name: '处理结果', problem }])

const assertFits = (open: Operation | undefined, decision: Decision): void => {
  if (open === undefined) {
    if (decision !== 'handled') throw decisionFault('没有未明的操作, 只能为 handled')
    return
  }
  if (decision === 'handled') throw decisionFault('有结果未明的操作, 应为 done (已发生) 或 notDone (未发生)')
  // Without the payToken of its answer nothing could be asked or done with it.
  if (open.intent.verb === 'upload' && decision === 'done') {
    throw decisionFault('上传没有得到 payToken, 不能作已发生处理; 请中心撤销后登记 notDone')
  }
}

const outputs: Readonly<Record<string, OutcomeFacts['output']>> = {
  refund: { refStatus: 'SUCC' },
  revocation: { success: true },
}

const isSame = (order: Order, { decision, operator, remark }: Resolution): boolean =>
  order.resolution?.decision === decision &&
  order.resolution.operator === operator &&
  order.resolution.remark === remark

/**
 * Records the decision and takes the order off the list. The same word again changes nothing. Throws ORDER_NOT_FOUND,
 * NOTHING_TO_RESOLVE, WRONG_STATE while the operation runs, INVALID_FIELDS when the decision does not fit.
 */
export const resolveAttention = (dependencies: Dependencies, key: OrderKey, resolution: Resolution): void => {
  const { journal, clock, settings, running, watch } = dependencies
  const order = readOrder(journal, key)
  if (isOfNewerVersion(order)) throw wrongState(order)
  const reasons = attentionOf(order, clock.wallMs(), settings)
  if (reasons.length === 0) {
    if (isSame(order, resolution)) return
    throw new AgentError('NOTHING_TO_RESOLVE')
  }
  const open = openOperation(order)
  if (open !== undefined && running.find(open.intent.operationId) !== undefined) throw wrongState(order)
  const { decision, operator } = resolution
  assertFits(open, decision)
  if (open !== undefined) {
    const output = decision === 'done' ? (outputs[open.intent.verb] ?? {}) : undefined
    const facts = { reason: 'decided by a person', decidedBy: operator, ...(output === undefined ? {} : { output }) }
    journal.finish(open.intent, key, { outcome: decision === 'done' ? 'accepted' : 'declined', facts, lookups: [] })
  }
  journal.note(key, { kind: 'resolution', facts: { ...resolution, reasons } })
  announceSoon(dependencies, key)
  watch(key)
}
