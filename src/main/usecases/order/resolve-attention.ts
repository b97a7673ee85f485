// Owns a person's word on an order that needed one: written down, and with it the open operation gets the outcome that nobody
// else can tell, or a refund that hangs the word that decides it. It moves no money and believes whom the token names.
import { attentionOf, decisionsOn } from '../../../core/domain/words/attention.ts'
import type { CalledBy, Decision, OutcomeFacts } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import {
  isOfNewerVersion,
  openOperation,
  refundUndecided,
  undecidedRefunds,
  type Operation,
  type Order,
} from '../../../core/domain/order/order.ts'
import { announceSoon } from './announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder, wrongState } from './read-order.ts'
import { writeAgain } from './write-again.ts'

export type Resolution = CalledBy & {
  readonly decision: Decision
  readonly operator: string
  readonly remark: string
}

const decisionFault = (problem: string): AgentError => invalidFields([{ path: 'decision', name: '处理结果', problem }])

const decisionTexts: Readonly<Record<Decision, string>> = {
  done: 'done (已发生)',
  notDone: 'notDone (未发生)',
  handled: 'handled (已处理)',
}

const assertFits = (open: Operation | undefined, decision: Decision, fitting: readonly Decision[]): void => {
  if (fitting.includes(decision)) return
  if (open?.intent.verb === 'upload' && decision === 'done') {
    throw decisionFault('上传没有得到 payToken, 不能作已发生处理; 请中心撤销后登记 notDone')
  }
  throw decisionFault(`应为 ${fitting.map((decision) => decisionTexts[decision]).join(' 或 ')}`)
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
  const all = attentionOf(order, clock.wallMs(), settings)
  const { decision, operator } = resolution
  // What else was handled is no word about a refund that hangs (RULES 2.3).
  const reasons = decision === 'handled' ? all.filter((reason) => reason !== refundUndecided) : all
  if (reasons.length === 0) {
    if (isSame(order, resolution)) return
    if (all.length === 0) throw new AgentError('NOTHING_TO_RESOLVE')
  }
  const open = openOperation(order)
  if (open !== undefined && running.find(open.intent.operationId) !== undefined) throw wrongState(order)
  assertFits(open, decision, decisionsOn(order, all))
  const hanging = undecidedRefunds(order)[0]
  if (decision !== 'handled') {
    const isDone = decision === 'done'
    const intent =
      open?.intent ?? (hanging === undefined ? undefined : writeAgain(dependencies, order, hanging, isDone))
    if (intent !== undefined) {
      const output = isDone ? { output: outputs[intent.verb] ?? {} } : {}
      const facts = { reason: 'decided by a person', decidedBy: operator, ...output }
      journal.finish(intent, key, { outcome: isDone ? 'accepted' : 'declined', facts, lookups: [] })
    }
  }
  journal.note(key, { kind: 'resolution', facts: { ...resolution, reasons } })
  announceSoon(dependencies, key)
  watch(key)
}
