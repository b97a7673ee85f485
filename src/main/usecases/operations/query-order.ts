// Owns asking 6301 and writing down what is new. Deciding by it is advance-order.ts and the callers.
import { canonicalJsonText } from '../../../contract/check/json-text.ts'
import type { OutputOf } from '../../../contract/interfaces.ts'
import type { OrderEntry } from '../../../core/domain/order/entries.ts'
import { isSettledStatus } from '../../../core/domain/order/center-status.ts'
import {
  isOfNewerVersion,
  statusIn,
  type Operation,
  type Order,
  type Upload,
} from '../../../core/domain/order/order.ts'
import { askedRefund, lateRefund, outputOfRefund } from '../../../core/domain/fold/asked-refund.ts'
import { settleRefund } from '../../../core/domain/order/settle.ts'
import { announceOrder } from '../order/announce-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { recordOutcome } from './perform-operation.ts'
import type { CenterAnswer, FinishRequest, OrderKey } from '../base/ports.ts'
import { identityOf, readOrder, wrongState } from '../order/read-order.ts'
import { writeAgain } from '../order/write-again.ts'

export type QueryAnswer = CenterAnswer<'6301'>

/** Asks 6301; writes nothing. Throws ORDER_NOT_FOUND, ORDER_OF_NEWER_VERSION, or WRONG_STATE when it was never uploaded. */
export const askCenter = ({ center, journal }: Dependencies, key: OrderKey): Promise<QueryAnswer> => {
  const order = readOrder(journal, key)
  if (isOfNewerVersion(order)) throw wrongState(order)
  return center.send('6301', identityOf(order))
}

/** Asks 6301 about fees of before the ones that count (RULES 6.6); writes nothing. */
export const askAboutEarlier = ({ center }: Dependencies, order: Order, upload: Upload): Promise<QueryAnswer> =>
  center.send('6301', identityOf(order, upload))

/** True for an answer that says something else than the last one, or than is known where none was recorded since it changed. */
const isNews = (order: Order, output: OutputOf<'6301'>): boolean => {
  const last = order.told ?? order.settlement
  const lastStas = order.told === undefined ? order.ordStas : statusIn(order.told)
  if (lastStas !== statusIn(output)) return true
  // A settlement without amounts: that 6301 has none either is what a person has to know.
  if (order.told === undefined && order.legs === undefined && isSettledStatus(order.ordStas)) return true
  const isTold = output.feeSumamt !== undefined
  return isTold && (last === undefined || canonicalJsonText(last) !== canonicalJsonText(output))
}

const recordLateRefund = async (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  operation: Operation,
  output: OutputOf<'6301'>,
): Promise<void> => {
  const late = writeAgain(dependencies, order, operation, true)
  if (late.verb !== 'refund') return
  const ordStas = statusIn(output)
  // An ALL at 8 may be on its way to 7: asked on like any other whose answer is lost.
  const isDone = settleRefund({ ordStas, late: false }, askedRefund(order, undefined, late.facts)).kind === 'accepted'
  const request: FinishRequest = isDone
    ? { outcome: 'accepted', facts: { output: outputOfRefund(late.facts, ordStas), settledByQuery: true }, lookups: [] }
    : { outcome: 'unknown', facts: { reason: 'seen late, and not at its end' }, lookups: [] }
  await recordOutcome(dependencies, key, late, request)
}

/**
 * Records an answer when it says something new and, once that is on the disk, tells the listeners. A refund that the center did
 * after its caller had been told that it was not is written down as done (RULES 3.5).
 */
const recordObservation = async (
  dependencies: Dependencies,
  before: Order,
  output: OutputOf<'6301'>,
): Promise<void> => {
  const key = { orgCodg: before.orgCodg, medOrgOrd: before.medOrgOrd }
  const isNew = isNews(before, output)
  if (isNew) dependencies.journal.note(key, { kind: 'observation', facts: { output } })
  const order = readOrder(dependencies.journal, key)
  const late = lateRefund(order)
  if (late !== undefined) await recordLateRefund(dependencies, key, order, late, output)
  else if (isNew) await announceOrder(dependencies, key)
}

export type Observed = {
  readonly answer: QueryAnswer
  /** False when it was overtaken twice: such an answer tells of the past. */
  readonly fresh: boolean
}

/** What the center said and was asked for; everything else that is written down leaves an answer of 6301 as true as it was. */
const ofCenter: ReadonlySet<OrderEntry['kind']> = new Set(['intent', 'outcome', 'observation'])

const lastOfCenter = ({ journal }: Dependencies, key: OrderKey): number =>
  journal.readEntries(key).findLast(({ kind }) => ofCenter.has(kind))?.seq ?? 0

const observeOnce = async (dependencies: Dependencies, key: OrderKey): Promise<Observed> => {
  const lastSeq = lastOfCenter(dependencies, key)
  const answer = await askCenter(dependencies, key)
  const reason = 'reason' in answer ? answer.reason : undefined
  const asked = { medOrgOrd: key.medOrgOrd, interface: '6301', outcome: answer.kind, reason }
  dependencies.log(answer.kind === 'accepted' ? 'debug' : 'info', 'order.query', asked)
  const fresh = lastOfCenter(dependencies, key) === lastSeq
  if (fresh && answer.kind === 'accepted') {
    await recordObservation(dependencies, readOrder(dependencies.journal, key), answer.output)
  }
  return { answer, fresh }
}

/**
 * Asks 6301 and records what is new. An answer that was overtaken is not recorded, it could undo a refund in the books; 6301 is asked
 * once more in its place (RULES 3.6).
 */
export const observeOrder = async (dependencies: Dependencies, key: OrderKey): Promise<Observed> => {
  const observed = await observeOnce(dependencies, key)
  return observed.fresh || observed.answer.kind !== 'accepted' ? observed : observeOnce(dependencies, key)
}
