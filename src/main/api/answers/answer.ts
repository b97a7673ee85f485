// Owns the shape of every answer: {code, message, data, requestId}, built from journal rows only (docs/architecture.md).
import type { ServerResponse } from 'node:http'
import type { OrderStatus } from '../../../contract/local-api/orders.ts'
import { isOpenOutcome } from '../../../core/domain/order/entries.ts'
import { errorTable, type ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { explainConnection } from '../../../core/domain/words/connection-reason.ts'
import { refusalText, settledText } from '../../../core/domain/words/refusal-text.ts'
import { presentLegs } from '../../../core/domain/money/legs.ts'
import { isPaid, lacksPlacedAmounts, nextOf, stateOf } from '../../../core/domain/order/order-state.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import { refundStatusIn, type Order } from '../../../core/domain/order/order.ts'
import type { Environment } from '../../../core/domain/machine/environment.ts'
import type { Journal, OperationRecord } from '../../usecases/base/ports.ts'
import { httpStatus } from './http-status.ts'

/** An answer that is saved or opened by another program. */
export type AnswerFile = { readonly contentType: string; readonly name: string; readonly bytes: Buffer }

export type Answer = {
  readonly status: number
  /** Sent in place of the body. */
  readonly file?: AnswerFile
  /** Sent in place of the body: JSON, made once. */
  readonly document?: Buffer
  /** Takes the response over in place of an answer; may throw AgentError as long as it has written nothing. */
  readonly takeOver?: (response: ServerResponse) => void
  readonly body: { readonly code: string; readonly message: string; readonly data: Readonly<Record<string, unknown>> }
}

const success = '成功'

export const okAnswer = (data: Readonly<Record<string, unknown>>, message = success): Answer => ({
  status: 200,
  body: { code: '0', message, data },
})

/** What an answer about an order says in words: what to do where its amounts were lost with the answer to 6202. */
export const messageOf = (order: Order): string =>
  lacksPlacedAmounts(order) ? '下单的应答丢失, 中心已收到订单, 尚未付清: 请患者在手机上查看还要付多少, 勿重收' : success

const pastMessage = '该操作已成功; 订单此后有了变化, 请查询订单 (6301), 以查询结果为准'

const decidedMessage = '工作人员已登记: 该操作已发生'

export const errorAnswer = (
  code: ErrorCode,
  data: Readonly<Record<string, unknown>> = {},
  addition?: string,
): Answer => {
  const { zh, en, hint, retry } = errorTable[code]
  const message = addition === undefined || addition === '' ? zh : `${zh}: ${addition}`
  return { status: httpStatus[code], body: { code, message, data: { ...data, messageEn: en, hint, retry } } }
}

/** A thrown error as an answer; anything that is not ours is INTERNAL, its text stays in the log. */
export const answerOfError = (error: unknown): Answer => {
  if (!(error instanceof AgentError)) return errorAnswer('INTERNAL')
  const answer = errorAnswer(error.code, error.detail)
  return { ...answer, body: { ...answer.body, message: error.message } }
}

/** What every answer about an order says, so that nobody books on a placement (RULES 4.2). */
export const presentStatus = (order: Order): OrderStatus => ({
  medOrgOrd: order.medOrgOrd,
  payOrdId: order.upload?.payOrdId ?? order.noticedPayOrdId,
  state: stateOf(order),
  ordStas: order.ordStas ?? '',
  paid: isPaid(order),
  next: nextOf(order),
  legs: order.legs === undefined ? null : presentLegs(order.legs),
})

/** What is followed by 6301 when it is refused (RULES 3.2). */
const askedAfter: ReadonlySet<string> = new Set(['placement', 'bankPlacement', 'revocation'])

/** What 6301 said right after a refusal: the order is paid, or being paid, by what was done elsewhere. */
const paidAnyway = (order: Order): string => {
  if (isPaid(order)) return '; 已查询: 该订单已付款, 勿重收'
  const { ordStas = '0' } = order
  return ['2', '3', '4', '5'].includes(ordStas) ? `; 已查询: 该订单已在支付或结算中 (ordStas ${ordStas}), 勿重收` : ''
}

const refusalAddition = ({ intent, outcome }: OperationRecord, order: Order): string | undefined => {
  if (outcome?.facts.refusal === undefined) return settledText(outcome?.facts.reason)
  return refusalText(outcome.facts) + (askedAfter.has(intent.verb) ? paidAnyway(order) : '')
}

/** The agent's scanner that was waited on, and which device scanned; nothing when the code came from elsewhere. */
const scannerOf = ({ intent, outcome }: OperationRecord): Readonly<Record<string, unknown>> => {
  if (intent.verb !== 'decode' || intent.facts.scanner === undefined) return {}
  return { scanner: intent.facts.scanner, scannerSerialNumber: outcome?.facts.scannerSerialNumber ?? '' }
}

const answerDecode = (record: OperationRecord, isRunning: boolean): Answer => {
  const { operationId, outcome } = record
  const own = { ...scannerOf(record), operationId }
  if (outcome === undefined) return errorAnswer(isRunning ? 'OPERATION_RUNNING' : 'OPERATION_INTERRUPTED', own)
  const { output, refusal, errorCode, reason, warnings = [] } = outcome.facts
  if (outcome.outcome === 'accepted') return okAnswer({ ...output, ...own, warnings })
  const code = (errorCode ?? 'INTERNAL') as ErrorCode
  const addition = code === 'SCAN_UNUSABLE' ? reason : refusal?.message
  const library = refusal === undefined ? { reason } : { code: refusal.code, message: refusal.message }
  return errorAnswer(code, { ...own, library, cancelled: code === 'DECODE_CANCELLED' }, addition)
}

/** The journal keeps what came; a HIS compares, so it gets the status of a refund as it is compared here (RULES 2.1). */
const withPlainStatus = (output: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> =>
  'refStatus' in output ? { ...output, refStatus: refundStatusIn(output) } : output

/** The agent's own refusal, of what was asked before: its reason may be the whole sentence, which is said once. */
const ownRefusal = (code: ErrorCode, data: Readonly<Record<string, unknown>>, reason = ''): Answer => {
  const { zh } = errorTable[code]
  return errorAnswer(code, data, reason.startsWith(zh) ? reason.slice(zh.length).replace(/^: /, '') : reason)
}

/** The order waited when the operation ended, and does so no longer: the answer says where to look, not what was to be waited for. */
const movedOn = (then: Order, now: () => Order): boolean => nextOf(then) === 'wait' && nextOf(now()) !== 'wait'

/**
 * The answer to an operation: the order as it was when the operation ended, so that the same question is answered the
 * same for ever; but nobody is told to wait for what has happened since. While the outcome is open: 202, the operation's id, and the
 * order as it is now.
 */
export const answerOfOperation = (journal: Journal, record: OperationRecord, isRunning: boolean): Answer => {
  const { order: key, intent, outcome, operationId } = record
  if (key === undefined) return answerDecode(record, isRunning)
  const isOpen = isOpenOutcome(outcome?.outcome)
  const entries = journal.readEntries(key)
  const order = foldOrder(key.orgCodg, key.medOrgOrd, entries, isOpen ? undefined : outcome?.seq)
  const { output = {}, refusal, warnings = [], settledByQuery, errorCode, decidedBy } = outcome?.facts ?? {}
  // What an answer said that could not be believed is not passed on.
  const plain = outcome === undefined || isOpenOutcome(outcome.outcome) ? {} : withPlainStatus(output)
  const isPast = !isOpen && movedOn(order, () => foldOrder(key.orgCodg, key.medOrgOrd, entries))
  const status = isPast ? { ...presentStatus(order), next: 'query' } : presentStatus(order)
  const data = { ...plain, ...status, operationId, attempt: intent.attempt, warnings }
  if (outcome?.outcome === 'queued') return errorAnswer('OPERATION_QUEUED', data)
  if (outcome === undefined || isOpen) {
    return errorAnswer(isRunning ? 'OPERATION_RUNNING' : 'OUTCOME_UNKNOWN', data)
  }
  if (outcome.outcome === 'accepted') {
    return okAnswer(
      settledByQuery === true ? { ...data, settledByQuery } : data,
      isPast ? pastMessage : decidedBy === undefined ? messageOf(order) : decidedMessage,
    )
  }
  // The agent's own refusal, of what no longer could be done when its turn came.
  if (errorCode !== undefined) return ownRefusal(errorCode as ErrorCode, data, outcome.facts.reason)
  if (outcome.outcome === 'notSent') {
    if (settledByQuery === true) return errorAnswer('NOT_DONE', data)
    return errorAnswer('CENTER_UNREACHABLE', data, explainConnection(outcome.facts.reason ?? ''))
  }
  if (decidedBy !== undefined) return errorAnswer('DECIDED_NOT_DONE', data)
  const center = refusal === undefined ? {} : { center: refusal }
  return errorAnswer('CENTER_DECLINED', { ...data, ...center }, refusalAddition(record, order))
}

/** The header of an answer that says when to come again; none for any other. */
export const retryAfter = ({ body }: Answer): { readonly 'retry-after'?: string } => {
  const { retryAfterS } = body.data
  return typeof retryAfterS === 'number' ? { 'retry-after': String(retryAfterS) } : {}
}

/** Adds what every answer carries. */
export const withEnvironment = (answer: Answer, environment: Environment): Answer => ({
  ...answer,
  body: { ...answer.body, data: { ...answer.body.data, environment } },
})
