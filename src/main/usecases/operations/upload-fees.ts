// Owns 6201: checking an upload, refusing a bill that is open elsewhere, sending it, and repeating it while its outcome
// is unknown (RULES 2.5, 3.5, 9). It moves no money.
import type { CheckedUpload } from './check-upload.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { IntentEntry, OutcomeKind, UploadFacts } from '../../../core/domain/order/entries.ts'
import { parseFen } from '../../../core/domain/money/money.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import { isOfNewerVersion } from '../../../core/domain/order/order.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import { UploadFeesInput } from '../../../contract/interfaces/upload-fees.ts'
import { repeatText } from '../../../contract/check/repeat-text.ts'
import { callPerson } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { finishOf, performOperation, recordOutcome, type Performed } from './perform-operation.ts'
import type { Lookup } from '../base/look-ups.ts'
import type { FinishRequest, Journal, OrderKey } from '../base/ports.ts'
import { readOrder, standingOf } from '../order/read-order.ts'

const factsOf = ({ body, duplicateOverride, operator }: CheckedUpload, replaces: string | undefined): UploadFacts => ({
  idNo: body.idNo,
  userName: body.userName,
  idType: body.idType,
  ecToken: body.ecToken,
  chrgBchno: body.chrgBchno,
  feeType: body.feeType,
  mdtrtId: body.mdtrtId ?? '',
  medfeeSumamtFen: parseFen(body.medfeeSumamt),
  payAuthNo: body.payAuthNo ?? '',
  insutype: body.insutype,
  insuplcAdmdvs: body.insuplcAdmdvs || (body.insuCode ?? ''),
  operator,
  overrideOperator: duplicateOverride,
  ...(replaces === undefined ? {} : { replaces }),
})

const lookupsOf = (body: UploadFeesInput): Lookup[] => [
  { kind: 'idNo', value: body.idNo },
  { kind: 'userName', value: body.userName },
  { kind: 'chrgBchno', value: body.chrgBchno },
  { kind: 'iptOtpNo', value: body.iptOtpNo },
]

/** States in which a bill is neither open nor settled, so that it may be charged again. */
const billIsFree = new Set(['new', 'revoked', 'refunded', 'failed'])

const sharesALine = (body: UploadFeesInput, other: unknown): boolean => {
  const { iptOtpNo, feedetailList } = other as Partial<UploadFeesInput>
  if (iptOtpNo !== body.iptOtpNo || !Array.isArray(feedetailList)) return false
  const own = new Set(body.feedetailList.map((line) => line.feedetlSn))
  return feedetailList.some((line) => own.has(line.feedetlSn))
}

/** Orders of one visit or batch that are compared; beyond that the upload is refused, for the check could miss one. */
const atMostCompared = 1_000

/** Another medOrgOrd under which this bill, or one of its lines, is open or settled (RULES 2.5). Throws DUPLICATE_BILL at its limit. */
const findDuplicateBill = (journal: Journal, key: OrderKey, body: UploadFeesInput): string | undefined => {
  const find = (lookup: Lookup): readonly string[] => {
    const found = journal.findOrders(key.orgCodg, lookup, atMostCompared + 1)
    if (found.length <= atMostCompared) return found.map(({ medOrgOrd }) => medOrgOrd)
    const addition = `同一就诊或收费批次的订单超过 ${atMostCompared} 笔, 无法逐一核对`
    throw new AgentError('DUPLICATE_BILL', { addition, detail: { atMostCompared } })
  }
  const candidates = new Map<string, 'batch' | 'visit'>()
  for (const medOrgOrd of find({ kind: 'iptOtpNo', value: body.iptOtpNo })) candidates.set(medOrgOrd, 'visit')
  for (const medOrgOrd of find({ kind: 'chrgBchno', value: body.chrgBchno })) candidates.set(medOrgOrd, 'batch')
  candidates.delete(key.medOrgOrd)
  for (const [medOrgOrd, why] of candidates) {
    const order = foldOrder(key.orgCodg, medOrgOrd, journal.readEntries({ orgCodg: key.orgCodg, medOrgOrd }))
    if (billIsFree.has(stateOf(order))) continue
    if (why === 'batch') return medOrgOrd
    const upload = order.operations.findLast(({ intent }) => intent.verb === 'upload')
    // Which lines a later version's order has may not be told.
    if (isOfNewerVersion(order) && upload === undefined) return medOrgOrd
    if (upload !== undefined && sharesALine(body, journal.readBody(upload.intent.operationId))) return medOrgOrd
  }
  return undefined
}

const wait = ({ timers }: Dependencies, delayMs: number): Promise<void> =>
  new Promise((resolve) => timers.after(delayMs, resolve))

/** Which order has the bill, and whether that is paid. */
const described = (journal: Journal, key: OrderKey) => {
  const { medOrgOrd } = key
  return { addition: medOrgOrd, detail: { medOrgOrd, ...standingOf(readOrder(journal, key)) } }
}

/** A payOrdId that already belongs to another order is refused (RULES 3.7). */
const belongsToAnother = (journal: Journal, key: OrderKey, payOrdId: unknown): boolean =>
  journal
    .findOrders(key.orgCodg, { kind: 'payOrdId', value: String(payOrdId) })
    .some(({ medOrgOrd }) => medOrgOrd !== key.medOrgOrd)

/**
 * Sends the identical upload until its outcome is known, at most `repeats` more times. After one unknown a refusal proves
 * nothing ("already uploaded" may be our own), so it stays unknown and goes to a person.
 */
const sendUpload = async (
  dependencies: Dependencies,
  key: OrderKey,
  intent: IntentEntry,
  body: UploadFeesInput,
  repeats: number,
  before: OutcomeKind | undefined,
): Promise<FinishRequest> => {
  const { center, journal, settings } = dependencies
  const answer = await center.send('6201', body)
  if (answer.kind === 'accepted') {
    if (belongsToAnother(journal, key, answer.output.payOrdId)) {
      callPerson(dependencies, key, 'pay-order-of-another')
      return finishOf({ kind: 'unknown', reason: 'payOrdId belongs to another order' })
    }
    return { ...finishOf(answer), lookups: [{ kind: 'payOrdId', value: String(answer.output.payOrdId) }] }
  }
  if (answer.kind !== 'unknown' && before !== 'unknown') return finishOf(answer)
  const reason = 'reason' in answer ? answer.reason : 'refused after an unknown outcome'
  const unknown = finishOf({ kind: 'unknown', reason, ...('refusal' in answer ? { refusal: answer.refusal } : {}) })
  if (repeats <= 0 || answer.kind === 'declined') {
    callPerson(dependencies, key, 'upload-unclear')
    return unknown
  }
  journal.finish(intent, key, unknown)
  // The count of what was sent must survive a crash, or it would be sent once more than allowed.
  await journal.durable()
  await wait(dependencies, settings.uploadRepeatAfterMs)
  return sendUpload(dependencies, key, intent, body, repeats - 1, 'unknown')
}

/**
 * Uploads fees. Throws DUPLICATE_BILL, KEY_CONFLICT, WRONG_STATE; the outcome is read from the journal.
 * `upload` has passed `checkUpload`; `bodyText` is the canonical text of what the caller sent; `replaces` names the order that
 * was refunded for this one (全退重收).
 */
export const uploadFees = (
  dependencies: Dependencies,
  upload: CheckedUpload,
  bodyText: string,
  replaces?: string,
): Performed => {
  const { body, duplicateOverride } = upload
  const key = { orgCodg: body.orgCodg, medOrgOrd: body.medOrgOrd }
  return performOperation(dependencies, {
    order: key,
    verb: 'upload',
    keyOf: () => 'upload',
    bodyText,
    prepare: () => {
      const medOrgOrd = findDuplicateBill(dependencies.journal, key, body)
      if (medOrgOrd !== undefined && duplicateOverride === '') {
        // Whoever may not read the other order does not learn its number.
        const isHidden = dependencies.isStranger?.({ ...key, medOrgOrd }) === true
        throw new AgentError('DUPLICATE_BILL', isHidden ? {} : described(dependencies.journal, { ...key, medOrgOrd }))
      }
      return {
        facts: factsOf(upload, replaces),
        lookups: lookupsOf(body),
        body,
        send: (intent) => sendUpload(dependencies, key, intent, body, dependencies.settings.uploadRepeats, undefined),
      }
    },
  })
}

/** After a crash: sends an upload of unknown outcome again from the kept body, within the same limit. */
export const resumeUpload = async (
  dependencies: Dependencies,
  key: OrderKey,
  intent: IntentEntry,
  sentBefore: number,
): Promise<void> => {
  const { journal, running, settings } = dependencies
  const body = journal.readBody(intent.operationId) as UploadFeesInput
  const repeats = settings.uploadRepeats - sentBefore
  if (repeats < 0) {
    callPerson(dependencies, key, 'upload-unclear')
    return
  }
  await running.start(intent.operationId, async () => {
    const request = await sendUpload(dependencies, key, intent, body, repeats, 'unknown')
    await recordOutcome(dependencies, key, intent, request)
  })
}

/** The text by which a repeated upload is known: what the caller sent, not what the agent filled in. */
export const uploadBodyText = (body: unknown): string => repeatText(UploadFeesInput, body)
