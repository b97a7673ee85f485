// Owns 6401: taking an upload back while nothing is settled. It asks 6301 first: what is being paid is not revoked.
import { explainUnclear } from '../../../core/domain/words/center-doubt.ts'
import { explainConnection } from '../../../core/domain/words/connection-reason.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { Origin } from '../../../core/domain/order/entries.ts'
import { statusIn, type Order } from '../../../core/domain/order/order.ts'
import { refusalText } from '../../../core/domain/words/refusal-text.ts'
import { isInProgress } from '../../../core/domain/order/order-state.ts'
import { settleRevocation } from '../../../core/domain/order/settle.ts'
import { inputCheckOf } from '../../../contract/extra-fields.ts'
import { canonicalJsonText, type Fields } from '../../../contract/check/json-text.ts'
import { assertAgrees, isGiven, mustName, namedPayOrdId } from '../order/assert-agrees.ts'
import { assertExpContent } from './check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { performOperation, sendForOrder, type Performed, type Prepared } from './perform-operation.ts'
import { sendOrQueue } from './queue.ts'
import type { FinishRequest, OrderKey } from '../base/ports.ts'
import { observeOrder } from './query-order.ts'
import { findOrder, identityOf } from '../order/read-order.ts'

/** A refusal is followed by 6301 (RULES 3.2). Over plain HTTP the answer counts only when 6301 says the same (RULES 3.7). */
const confirm = async (dependencies: Dependencies, key: OrderKey, request: FinishRequest): Promise<FinishRequest> => {
  const { outcome, facts } = request
  const isAnswer = outcome === 'accepted' || outcome === 'declined'
  const { confirmsByQuery } = dependencies.center
  if (!isAnswer || (outcome === 'accepted' && !confirmsByQuery)) return request
  const { answer } = await observeOrder(dependencies, key)
  if (!confirmsByQuery) return request
  const ordStas = answer.kind === 'accepted' ? statusIn(answer.output) : ''
  const verdict = settleRevocation({ ordStas, late: true }).kind
  // 0 to 6: it is still there.
  const isConfirmed = outcome === 'accepted' ? verdict === 'accepted' : verdict === 'notSent' || verdict === 'declined'
  if (isConfirmed) return request
  const refusal = facts.refusal === undefined ? {} : { refusal: facts.refusal }
  return { ...request, outcome: 'unknown', facts: { reason: 'not confirmed by 6301', ...refusal } }
}

/** Fees uploaded anew under the same number: a late repeat of the old revocation must not take them back (RULES 2.4). */
const assertNamed = ({ operations }: Order, body: Fields, { rule }: Origin): void => {
  const uploads = operations.filter(
    ({ intent, outcome }) => intent.verb === 'upload' && outcome?.outcome === 'accepted',
  )
  if (uploads.length < 2 || rule !== undefined || isGiven(body['payOrdId'])) return
  throw mustName()
}

/** Checks a revocation against the order as it is now and builds the request. Throws INVALID_FIELDS, WRONG_STATE. */
export const prepareRevocation = (
  dependencies: Dependencies,
  key: OrderKey,
  order: Order,
  body: Fields,
  origin: Origin,
): Prepared<'revocation'> => {
  const recorded = identityOf(order)
  assertAgrees(body, recorded)
  const { value: input, faults } = inputCheckOf(dependencies.settings.extraFields, '6401')({ ...body, ...recorded })
  if (faults.length > 0) throw invalidFields(faults)
  assertExpContent(dependencies, input)
  return {
    facts: { ordStasBefore: order.ordStas ?? '', ...origin },
    ...(origin.queue === true ? { body } : {}),
    send: async () => confirm(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6401', input)),
  }
}

const notSent: FinishRequest = { outcome: 'notSent', facts: { reason: '6301 could not be asked first' }, lookups: [] }

/**
 * Revokes the upload of an order, after 6301 (RULES 4.7). Throws WRONG_STATE when it is already being settled,
 * ORDER_NOT_FOUND, KEY_CONFLICT, INVALID_FIELDS, QUEUE_REFUSED; CENTER_UNREACHABLE, CENTER_UNCLEAR or CENTER_DECLINED when 6301 cannot be
 * asked first and `origin` does not let it wait. `body`: the caller's fields of table 6401, usually none.
 */
export const revokeUpload = async (
  dependencies: Dependencies,
  key: OrderKey,
  body: Fields,
  origin: Origin = {},
): Promise<Performed> => {
  const order = findOrder(dependencies.journal, key)
  const mayWait = origin.queue === true
  let mustWait = false
  if (order?.upload !== undefined && isInProgress(order.ordStas)) {
    const { answer } = await observeOrder(dependencies, key)
    if (answer.kind === 'declined') {
      throw new AgentError('CENTER_DECLINED', { addition: refusalText(answer), detail: { center: answer.refusal } })
    }
    mustWait = answer.kind !== 'accepted'
    if (answer.kind !== 'accepted' && !mayWait) {
      if (answer.kind === 'unknown') throw new AgentError('CENTER_UNCLEAR', { addition: explainUnclear(answer.reason) })
      throw new AgentError('CENTER_UNREACHABLE', { addition: explainConnection(answer.reason) })
    }
  }
  return performOperation(dependencies, {
    order: key,
    verb: 'revocation',
    // A repeat that names the fees of before gets their answer.
    keyOf: (current) => `revocation:${namedPayOrdId(current, body)}`,
    bodyText: canonicalJsonText(body),
    origin,
    prepare: (current) => {
      assertNamed(current, body, origin)
      const prepared = prepareRevocation(dependencies, key, current, body, origin)
      if (!mayWait) return prepared
      const send = mustWait ? () => Promise.resolve(notSent) : prepared.send
      return { ...prepared, send: sendOrQueue(dependencies, key, current, 0, send) }
    },
  })
}
