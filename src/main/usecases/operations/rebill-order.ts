// Owns 全退重收: refunding an order wholly and uploading the lines that remain as a new one, as one operation that survives a
// crash in between (RULES 7.1: insurance cannot be refunded in part). Both halves are operations of their own. It places nothing:
// the patient has to agree to the new amount first.
import type { Fields } from '../../../contract/check/json-text.ts'
import { RefundOrderInput } from '../../../contract/interfaces/refund-order.ts'
import { UploadFeesInput } from '../../../contract/interfaces/upload-fees.ts'
import { repeatText } from '../../../contract/check/repeat-text.ts'
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { IntentEntry, OutcomeFacts, OutcomeKind } from '../../../core/domain/order/entries.ts'
import type { Operation, Order } from '../../../core/domain/order/order.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { CheckedUpload } from './check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { performOperation, recordOutcome, type Performed } from './perform-operation.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { findOrder, readOrder } from '../order/read-order.ts'
import { prepareRefund, refundOrder } from './refund-order.ts'
import { uploadBodyText, uploadFees } from './upload-fees.ts'

type RebillIntent = Extract<IntentEntry, { verb: 'rebill' }>
type Kept = { readonly refund: Fields; readonly upload: UploadFeesInput; readonly operator: string }

const finish = (outcome: OutcomeKind, facts: OutcomeFacts): FinishRequest => ({ outcome, facts, lookups: [] })
const wait = (reason: string): FinishRequest => finish('unknown', { reason })
const failed = (error: unknown, output: Fields): FinishRequest => {
  if (!(error instanceof AgentError)) throw error
  return finish('declined', { errorCode: error.code, reason: error.message, output })
}

/** What the first half has come to; undefined: it is done and the second may begin. */
const refundFirst = async (
  dependencies: Dependencies,
  key: OrderKey,
  { facts }: RebillIntent,
  { refund, operator }: Kept,
): Promise<FinishRequest | undefined> => {
  const find = (): Operation | undefined =>
    readOrder(dependencies.journal, key).operations.findLast(
      ({ intent }) => intent.verb === 'refund' && intent.facts.appRefdSn === facts.appRefdSn,
    )
  const before = find()
  if (before === undefined || before.outcome?.outcome === 'notSent') {
    try {
      await refundOrder(dependencies, key, refund, { operator }).done
    } catch (error) {
      return failed(error, {})
    }
  }
  const outcome = find()?.outcome
  switch (outcome?.outcome) {
    case 'accepted':
      // After EXP the cash follows by itself (RULES 7.4); the bill is free only then.
      return stateOf(readOrder(dependencies.journal, key)) === 'refunded'
        ? undefined
        : wait('the refund is not whole yet')
    case 'declined':
    case 'notSent':
      return finish(outcome.outcome, outcome.facts)
    default:
      return wait('the refund is not settled yet')
  }
}

const feesText = ({ idNo, iptOtpNo, chrgBchno, medfeeSumamt, feedetailList }: UploadFeesInput): string =>
  repeatText(UploadFeesInput, { idNo, iptOtpNo, chrgBchno, medfeeSumamt, feedetailList })

/**
 * The upload of the new order that its caller began by himself, under way or done: it is the second half when its fees are the same.
 * Throws KEY_CONFLICT when they are not.
 */
const findOwnUpload = (
  { journal, running }: Dependencies,
  { facts: { by } }: RebillIntent,
  { upload: body }: Kept,
): Performed | undefined => {
  const order = findOrder(journal, body)
  const last = order?.operations.findLast(({ intent }) => intent.verb === 'upload')
  if (order === undefined || last === undefined || stateOf(order) === 'revoked') return undefined
  const { intent, outcome } = last
  const isStanding = outcome === undefined || outcome.outcome === 'unknown' || outcome.outcome === 'accepted'
  const isOwn = intent.verb === 'upload' && intent.facts.by?.caller === by?.caller
  if (!isStanding || !isOwn) return undefined
  const { operationId } = intent
  if (feesText(journal.readBody(operationId) as UploadFeesInput) !== feesText(body)) {
    throw new AgentError('KEY_CONFLICT', {
      addition: '退费已完成; 新单号已另行上传, 费用不同, 以新单号的订单为准, 请先查询它',
    })
  }
  return { operationId, done: running.find(operationId) ?? Promise.resolve() }
}

const uploadThen = async (
  dependencies: Dependencies,
  key: OrderKey,
  intent: RebillIntent,
  kept: Kept,
): Promise<FinishRequest> => {
  const { upload: body, operator } = kept
  const { medOrgOrd, orgCodg } = body
  const upload: CheckedUpload = { body, warnings: [], duplicateOverride: '', operator }
  const output = { refunded: true, newMedOrgOrd: medOrgOrd }
  // Nothing else may be on its way to the center that would show that it is back.
  await dependencies.link.check()
  try {
    const { operationId, done } =
      findOwnUpload(dependencies, intent, kept) ?? uploadFees(dependencies, upload, uploadBodyText(body), key.medOrgOrd)
    await done
    const outcome = dependencies.journal.readOperation(operationId)?.outcome
    const { payOrdId = '' } = readOrder(dependencies.journal, { orgCodg, medOrgOrd }).upload ?? {}
    switch (outcome?.outcome) {
      case 'accepted':
        return finish('accepted', { output: { ...output, newPayOrdId: payOrdId } })
      case 'declined':
        return finish('declined', { ...outcome.facts, output })
      default:
        return wait('the new upload is not settled yet')
    }
  } catch (error) {
    if (error instanceof AgentError && error.code === 'CENTER_UNREACHABLE') return wait(error.code)
    return failed(error, output)
  }
}

const isTooOld = ({ waits, settings }: Dependencies, intent: IntentEntry): boolean =>
  waits.waited(intent).elapsedMs > settings.queue.atMostAgeMs

/** As far as it goes now. `unknown`: something is not settled yet, and the next step goes on from there. */
const goOn = async (dependencies: Dependencies, key: OrderKey, intent: RebillIntent): Promise<FinishRequest> => {
  const kept = dependencies.journal.readBody(intent.operationId) as Kept
  const first = await refundFirst(dependencies, key, intent, kept)
  const now = first ?? (await uploadThen(dependencies, key, intent, kept))
  if (now.outcome !== 'unknown' || !isTooOld(dependencies, intent)) return now
  const errorCode: ErrorCode = 'QUEUE_EXPIRED'
  return finish('declined', { errorCode, reason: now.facts.reason ?? '', output: { refunded: first === undefined } })
}

/** Goes on with a rebill that waits; writes only what is final. */
export const advanceRebill = async (
  dependencies: Dependencies,
  key: OrderKey,
  { intent }: Operation,
): Promise<void> => {
  if (intent.verb !== 'rebill') return
  const { by } = intent.facts
  const onBehalf = by === undefined ? dependencies : { ...dependencies, by }
  await dependencies.running.start(intent.operationId, async () => {
    const request = await goOn(onBehalf, key, intent)
    if (request.outcome !== 'unknown') await recordOutcome(onBehalf, key, intent, request)
  })
}

/** Its refund is made, its upload was refused: a new attempt does only the upload (RULES 2.2). */
const lacksOnlyUpload = (order: Order, appRefdSn: unknown): boolean => {
  const rebills = order.operations.filter(({ intent }) => intent.verb === 'rebill')
  const last = rebills.at(-1)?.intent
  return (
    stateOf(order) === 'refunded' &&
    last?.verb === 'rebill' &&
    last.facts.appRefdSn === appRefdSn &&
    order.refunds.some((refund) => refund.appRefdSn === appRefdSn) &&
    rebills.every(({ outcome }) => outcome?.outcome === 'declined' || outcome?.outcome === 'notSent')
  )
}

/**
 * Begins a rebill. `refund`: the caller's fields of table 272 for ALL, appRefdSn included. `upload`: the checked new order, under
 * a medOrgOrd of its own. Throws what `prepareRefund` throws, KEY_CONFLICT, and INVALID_FIELDS when the number is the same.
 */
export const rebillOrder = (
  dependencies: Dependencies,
  key: OrderKey,
  refund: Fields,
  upload: CheckedUpload,
): Performed => {
  const { body, operator } = upload
  if (body.medOrgOrd === key.medOrgOrd) {
    throw invalidFields([{ path: 'upload.medOrgOrd', name: '医院订单号', problem: '须为新单号' }])
  }
  const all = { ...refund, refdType: 'ALL' }
  const isAlsoAllowed = (order: Order): boolean => lacksOnlyUpload(order, refund['appRefdSn'])
  const performed = performOperation(dependencies, {
    order: key,
    verb: 'rebill',
    keyOf: () => `rebill:${body.medOrgOrd}`,
    bodyText: repeatText(RefundOrderInput, refund) + repeatText(UploadFeesInput, body),
    isAlsoAllowed,
    prepare: (order) => {
      // What is refunded is not refunded again: its own repeat says whether it is the same.
      if (isAlsoAllowed(order)) refundOrder(dependencies, key, all, { operator })
      else prepareRefund(dependencies, key, order, all, {})
      return {
        facts: { appRefdSn: String(refund['appRefdSn']), newMedOrgOrd: body.medOrgOrd },
        body: { refund: all, upload: body, operator } satisfies Kept,
        send: (intent) => goOn(dependencies, key, intent as RebillIntent),
      }
    },
  })
  // As long as it runs it has no next step.
  const wake = (): void => {
    dependencies.watch(key)
  }
  performed.done.then(wake, wake)
  return performed
}
