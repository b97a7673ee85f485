// Owns 6203: bounds, authorisation, and the confirmation by 6301 where the line is not HTTPS (RULES 3.7, 7).
import type { Fields } from '../../../contract/check/json-text.ts'
import { inputCheckOf } from '../../../contract/extra-fields.ts'
import { RefundOrderInput } from '../../../contract/interfaces/refund-order.ts'
import { stripped } from '../../../contract/check/one-form.ts'
import { repeatText } from '../../../contract/check/repeat-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { isOpenOutcome, type Origin, type RefundFacts, type RefundType } from '../../../core/domain/order/entries.ts'
import { tryParseFen } from '../../../core/domain/money/money.ts'
import {
  refundedElsewhere,
  refundStatusIn,
  statusIn,
  statusWentBack,
  undecidedRefunds,
  type Order,
} from '../../../core/domain/order/order.ts'
import { refundProblems } from '../../../core/domain/order/refund-bounds.ts'
import { askedRefund } from '../../../core/domain/fold/asked-refund.ts'
import { confirmsRefund, confirmsRefusal, type AskedRefund } from '../../../core/domain/order/settle.ts'
import { isTooLate } from '../../../core/domain/reports/same-day.ts'
import { wireStamp } from '../../../core/domain/time/shanghai-time.ts'
import { assertAgrees, isGiven } from '../order/assert-agrees.ts'
import { assertExpContent } from './check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { performOperation, sendForOrder, type Performed, type Prepared } from './perform-operation.ts'
import { sendOrQueue } from './queue.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { askCenter, observeOrder } from './query-order.ts'
import { readOrder, standingOf, uploadOf, wrongState } from '../order/read-order.ts'

/** Exactly one of payAuthNo and ecToken: the caller's, else the stored ecToken (RULES 7.3). */
const authorisationOf = (order: Order, body: Fields): Fields => {
  const { payAuthNo, ecToken } = body
  if (isGiven(payAuthNo) && isGiven(ecToken)) {
    throw invalidFields([{ path: 'payAuthNo', name: '支付授权码', problem: '与 ecToken 只能填一个' }])
  }
  if (isGiven(payAuthNo)) return { payAuthNo }
  if (isGiven(ecToken)) return { ecToken }
  const stored = uploadOf(order).ecToken
  if (stored === '') throw new AgentError('REFUND_AUTH_MISSING')
  return { ecToken: stored }
}

const refundTypes: readonly unknown[] = ['ALL', 'CASH', 'HI'] satisfies RefundType[]

/** RULES 2.1: at most one live ALL or HI refund; only cash may go back in parts, one part waiting behind the other. */
const assertOnlyOne = (order: Order, refdType: RefundType): void => {
  const live = order.operations.flatMap(({ intent, outcome }) =>
    intent.verb === 'refund' && isOpenOutcome(outcome?.outcome) ? [intent.facts.refdType] : [],
  )
  if (live.some((other) => other !== 'CASH' || refdType !== 'CASH')) {
    throw new AgentError('REFUND_LIVE', { detail: standingOf(order) })
  }
}

/** RULES 5: at 13 and 16 the insurance has nothing and the patient's cash is held; nothing but that cash may go back. */
export const holdsCashAlone = ({ ordStas, attention }: Order, refdType: unknown): boolean =>
  refdType === 'CASH' &&
  (ordStas === '13' || ordStas === '16') &&
  !attention.includes(refundedElsewhere) &&
  !attention.includes(statusWentBack)

/** Who wants a refund: a caller, who may name his operator and let it wait, or a rule. */
export type AskedBy = Origin & { readonly operator?: string }

const factsOf = (order: Order, input: Fields, { operator = '', ...origin }: AskedBy): RefundFacts => {
  if (!refundTypes.includes(input['refdType'])) {
    throw invalidFields([{ path: 'refdType', name: '退费类型', problem: '取值应为 ALL、CASH、HI' }])
  }
  const fen = (name: string): number => tryParseFen(input[name] ?? '0.00') ?? Number.NaN
  return {
    appRefdSn: String(input['appRefdSn']),
    refdType: input['refdType'] as RefundType,
    totlRefdFen: fen('totlRefdAmt'),
    fundRefdFen: fen('fundRefdAmt'),
    psnAcctRefdFen: fen('psnAcctRefdAmt'),
    cashRefdFen: fen('cashRefdAmt'),
    ordStasBefore: order.ordStas ?? '',
    ...origin,
    ...(operator === '' ? {} : { operator }),
  }
}

/**
 * Over plain HTTP an answer counts only when 6301 does not contradict it, the refusal like the success; else it is unknown and settled
 * later. So does the refusal of a number that may have been refunded before: "known already" may be our own; and EXP for a refund of
 * cash alone, a word that the standard has for ALL.
 */
const confirm = async (
  dependencies: Dependencies,
  key: OrderKey,
  request: FinishRequest,
  asked: AskedRefund,
  isRepeat: boolean,
): Promise<FinishRequest> => {
  const isAnswer = request.outcome === 'accepted' || request.outcome === 'declined'
  const { refusal, output } = request.facts
  const isUnclear = request.outcome === 'declined' && (isRepeat || refundStatusIn(output) === 'EXP')
  if (!isAnswer || !(dependencies.center.confirmsByQuery || isUnclear)) return request
  const answer = await askCenter(dependencies, key)
  const ordStas = answer.kind === 'accepted' ? statusIn(answer.output) : ''
  const isConfirmed =
    request.outcome === 'accepted'
      ? confirmsRefund(ordStas, asked, refundStatusIn(output))
      : confirmsRefusal(ordStas, asked.refdType, asked.before)
  if (!isConfirmed) {
    // What 6203 itself said is kept: settling it later is not to take it for an EXP.
    const said = { ...(refusal === undefined ? {} : { refusal }), ...(output === undefined ? {} : { output }) }
    return { ...request, outcome: 'unknown', facts: { reason: 'not confirmed by 6301', ...said } }
  }
  if (request.outcome === 'declined') return request
  return { ...request, facts: { ...request.facts, output: { ...request.facts.output, ordStas } } }
}

/** True when the number was sent before without an answer that decides. */
const wasSent = ({ journal }: Dependencies, key: OrderKey, appRefdSn: string): boolean =>
  journal
    .readEntries(key)
    .filter((entry) => entry.kind === 'outcome' && entry.key === `refund:${appRefdSn}`)
    .some((entry) => entry.kind === 'outcome' && entry.facts.settledByQuery === true)

/** RULES 2.3: while a number may still be refunded, another one is not begun; a person's word ends that. */
const assertDecided = (order: Order, appRefdSn: string): void => {
  const live = undecidedRefunds(order).flatMap(({ intent }) =>
    intent.verb === 'refund' ? [intent.facts.appRefdSn] : [],
  )
  const other = live.find((number) => number !== appRefdSn)
  if (other === undefined) return
  throw new AgentError('REFUND_LIVE', {
    addition: `请用原流水号 ${other} 重新发起; 不再退的, 核实后在待处理列表登记`,
    detail: { appRefdSn: other, ...standingOf(order) },
  })
}

/**
 * Checks a refund against the order as it is now and builds the request: when it is asked for, and again when its turn in the
 * queue comes (RULES 7.5). Throws REFUND_LIVE, REFUND_OUT_OF_BOUNDS, REFUND_TOO_LATE, REFUND_AUTH_MISSING, INVALID_FIELDS, WRONG_STATE.
 */
export const prepareRefund = (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  body: Fields,
  askedBy: AskedBy,
): Prepared<'refund'> => {
  const { clock, settings } = dependencies
  if (order.legs === undefined) throw wrongState(order)
  const { payOrdId } = uploadOf(order)
  assertAgrees(body, { payOrdId })
  const { payAuthNo: _payAuthNo, ecToken: _ecToken, ...rest } = body
  const { value: input, faults } = inputCheckOf(
    settings.extraFields,
    '6203',
  )({
    appRefdTime: wireStamp(clock.wallMs()),
    ...rest,
    ...authorisationOf(order, body),
    payOrdId,
  })
  if (faults.length > 0) throw invalidFields(faults)
  assertExpContent(dependencies, input)
  const facts = factsOf(order, input, askedBy)
  const problems = refundProblems(order, order.legs, facts, settings)
  if (problems.length > 0) {
    throw new AgentError('REFUND_OUT_OF_BOUNDS', { addition: problems.join('; '), detail: { problems } })
  }
  assertDecided(order, facts.appRefdSn)
  const asked = askedRefund(order, undefined, facts)
  if (isTooLate(order, clock.wallMs(), settings.sameDayRefundUntilMs)) throw new AgentError('REFUND_TOO_LATE')
  return {
    facts,
    lookups: [{ kind: 'appRefdSn', value: facts.appRefdSn }],
    ...(askedBy.queue === true ? { body } : {}),
    send: async () => {
      const request = await sendForOrder(dependencies, key.orgCodg, '6203', input)
      return confirm(dependencies, key, request, asked, wasSent(dependencies, key, facts.appRefdSn))
    },
  }
}

/**
 * Throws KEY_CONFLICT when another order has a refund of this number, or any order one that differs from it only in blanks at its
 * ends or in capitals: those are one number to a person, and may be to the center (RULES 2.1). The look-up finds all of them.
 */
const assertNumberIsFree = ({ journal, isStranger }: Dependencies, key: OrderKey, appRefdSn: string): void => {
  const found = journal.findOrders(key.orgCodg, { kind: 'appRefdSn', value: appRefdSn })
  const other = found.find(({ medOrgOrd }) => medOrgOrd !== key.medOrgOrd)
  if (other !== undefined) {
    const { medOrgOrd } = other
    const isHidden = isStranger?.(other) === true
    throw new AgentError('KEY_CONFLICT', {
      addition: isHidden ? '这个退费流水号已用于另一订单' : `这个退费流水号已用于订单 ${medOrgOrd}`,
      ...(isHidden ? {} : { detail: { otherMedOrgOrd: medOrgOrd } }),
    })
  }
  if (found.length === 0) return
  const order = readOrder(journal, key)
  const numbers = order.operations.flatMap(({ intent }) => (intent.verb === 'refund' ? [intent.facts.appRefdSn] : []))
  if (numbers.includes(appRefdSn)) return
  const twin = numbers.find((number) => stripped(number).toUpperCase() === stripped(appRefdSn).toUpperCase())
  if (twin === undefined) return
  throw new AgentError('KEY_CONFLICT', {
    addition: '本单已有只差空格或大小写的退费流水号',
    detail: { appRefdSn: twin, ...standingOf(order) },
  })
}

/**
 * Refunds. `body`: the caller's fields of table 272; appRefdSn is the caller's key and required, the agent fills in
 * payOrdId, appRefdTime and the stored authorisation. `askedBy`: the operator as the
 * caller claims, whether it may wait for the center, and which rule wants it.
 * Throws what `prepareRefund` throws, and KEY_CONFLICT, QUEUE_REFUSED.
 */
export const refundOrder = (
  dependencies: Dependencies,
  key: OrderKey,
  body: Fields,
  askedBy: AskedBy = {},
): Performed => {
  const appRefdSn = typeof body['appRefdSn'] === 'string' ? body['appRefdSn'] : ''
  if (appRefdSn === '') throw invalidFields([{ path: 'appRefdSn', name: '应用退款流水号', problem: '必填' }])
  assertNumberIsFree(dependencies, key, appRefdSn)
  return performOperation(dependencies, {
    order: key,
    verb: 'refund',
    keyOf: () => `refund:${appRefdSn}`,
    bodyText: repeatText(RefundOrderInput, body),
    origin: askedBy,
    // A refusal may mean that somebody else refunded: 6301 says so before another one is begun (RULES 3.2).
    afterRefusal: async () => {
      await observeOrder(dependencies, key)
      dependencies.watch(key)
    },
    isAlsoAllowed: (order) => holdsCashAlone(order, body['refdType']),
    prepare: (order) => {
      const prepared = prepareRefund(dependencies, key, order, body, askedBy)
      assertOnlyOne(order, prepared.facts.refdType)
      if (askedBy.queue !== true) return prepared
      const { totlRefdFen } = prepared.facts
      return { ...prepared, send: sendOrQueue(dependencies, key, order, totlRefdFen, prepared.send) }
    },
  })
}
