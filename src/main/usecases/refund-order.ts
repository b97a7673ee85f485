// Owns 6203: bounds, authorisation, and the confirmation by 6301 where the line is not HTTPS (RULES 3.7, 7).
import { interfaces } from '../../contract/interfaces.ts'
import { RefundOrderInput } from '../../contract/interfaces/refund-order.ts'
import { repeatText } from '../../contract/repeat-text.ts'
import { AgentError } from '../domain/errors.ts'
import { isOpenOutcome, type Origin, type RefundFacts, type RefundType } from '../domain/entries.ts'
import { tryParseFen } from '../domain/money.ts'
import type { Order } from '../domain/order.ts'
import { refundProblems } from '../domain/refund-bounds.ts'
import { confirmsRefund } from '../domain/settle.ts'
import { isTooLate } from '../domain/same-day.ts'
import { wireStamp } from '../domain/shanghai-time.ts'
import { assertAgrees, isGiven } from './assert-agrees.ts'
import { invalidFields } from './check-upload.ts'
import type { Dependencies } from './dependencies.ts'
import { performOperation, sendForOrder, type Performed, type Prepared } from './perform-operation.ts'
import { sendOrQueue } from './queue.ts'
import type { FinishRequest, OrderKey } from './ports.ts'
import { askCenter } from './query-order.ts'
import { uploadOf, wrongState } from './read-order.ts'

type Given = Readonly<Record<string, unknown>>

/** Exactly one of payAuthNo and ecToken: the caller's, else the stored ecToken (RULES 7.3). */
const authorisationOf = (order: Order, given: Given, { rule }: Origin): Given => {
  const { payAuthNo, ecToken, expContent } = given
  // RULES 8.2, reversalToken expContent: the authorisation stands there, and only a rule may write it.
  if (rule !== undefined && isGiven(expContent)) return {}
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
  if (live.some((other) => other !== 'CASH' || refdType !== 'CASH')) throw new AgentError('REFUND_LIVE')
}

/** Who wants a refund: a caller, who may name his operator and let it wait, or a rule. */
export type AskedBy = Origin & { readonly operator?: string }

const factsOf = (order: Order, input: Given, { operator = '', ...origin }: AskedBy): RefundFacts => {
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

/** Over plain HTTP a success counts only when 6301 does not contradict it; else it is unknown and settled later. */
const confirm = async (
  dependencies: Dependencies,
  key: OrderKey,
  request: FinishRequest,
  facts: RefundFacts,
): Promise<FinishRequest> => {
  if (request.outcome !== 'accepted' || !dependencies.center.confirmsByQuery) return request
  const answer = await askCenter(dependencies, key)
  const ordStas = answer.kind === 'accepted' ? (answer.output.ordStas ?? '') : ''
  if (!confirmsRefund(ordStas, facts.refdType, facts.ordStasBefore)) {
    return { ...request, outcome: 'unknown', facts: { reason: 'not confirmed by 6301' } }
  }
  return { ...request, facts: { ...request.facts, output: { ...request.facts.output, ordStas } } }
}

/**
 * Checks a refund against the order as it is now and builds the request: when it is asked for, and again when its turn in the
 * queue comes (RULES 7.5). Throws REFUND_OUT_OF_BOUNDS, REFUND_TOO_LATE, REFUND_AUTH_MISSING, INVALID_FIELDS, WRONG_STATE.
 */
export const prepareRefund = (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  given: Given,
  askedBy: AskedBy,
): Prepared<'refund'> => {
  const { clock, settings } = dependencies
  if (order.legs === undefined) throw wrongState(order)
  const { payOrdId } = uploadOf(order)
  assertAgrees(given, { payOrdId })
  const { payAuthNo: _payAuthNo, ecToken: _ecToken, ...rest } = given
  const { value: input, faults } = interfaces['6203'].checkInput({
    appRefdTime: wireStamp(clock.wallMs()),
    ...rest,
    ...authorisationOf(order, given, askedBy),
    payOrdId,
  })
  if (faults.length > 0) throw invalidFields(faults)
  const facts = factsOf(order, input, askedBy)
  const problems = refundProblems(order, order.legs, facts, settings)
  if (problems.length > 0) {
    throw new AgentError('REFUND_OUT_OF_BOUNDS', { addition: problems.join('; '), detail: { problems } })
  }
  if (isTooLate(order, clock.wallMs(), settings.sameDayRefundUntilMs)) throw new AgentError('REFUND_TOO_LATE')
  return {
    facts,
    lookups: [{ kind: 'appRefdSn', value: facts.appRefdSn }],
    ...(askedBy.queue === true ? { body: given } : {}),
    send: async () => confirm(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6203', input), facts),
  }
}

/**
 * Refunds. `given`: the caller's fields of table 272; appRefdSn is the caller's key and required, the agent fills in
 * payOrdId, appRefdTime and the stored authorisation. `askedBy`: the operator as the
 * caller claims, whether it may wait for the center, and which rule wants it.
 * Throws what `prepareRefund` throws, and REFUND_LIVE, KEY_CONFLICT, QUEUE_REFUSED.
 */
export const refundOrder = (
  dependencies: Dependencies,
  key: OrderKey,
  given: Given,
  askedBy: AskedBy = {},
): Performed => {
  const appRefdSn = typeof given['appRefdSn'] === 'string' ? given['appRefdSn'] : ''
  if (appRefdSn === '') throw invalidFields([{ path: 'appRefdSn', name: '应用退款流水号', problem: '必填' }])
  const other = dependencies.journal
    .findOrders(key.orgCodg, { kind: 'appRefdSn', value: appRefdSn })
    .find(({ medOrgOrd }) => medOrgOrd !== key.medOrgOrd)
  if (other !== undefined) {
    const isHidden = dependencies.isStranger?.(other) === true
    throw new AgentError('KEY_CONFLICT', isHidden ? {} : { detail: { medOrgOrd: other.medOrgOrd } })
  }
  return performOperation(dependencies, {
    order: key,
    verb: 'refund',
    keyOf: () => `refund:${appRefdSn}`,
    bodyText: repeatText(RefundOrderInput, given),
    origin: askedBy,
    ...(askedBy.rule === '5' ? { alsoAtOrdStas: '16' } : {}),
    prepare: (order) => {
      const prepared = prepareRefund(dependencies, key, order, given, askedBy)
      assertOnlyOne(order, prepared.facts.refdType)
      if (askedBy.queue !== true) return prepared
      const { totlRefdFen } = prepared.facts
      return { ...prepared, send: sendOrQueue(dependencies, key, order, totlRefdFen, prepared.send) }
    },
  })
}
