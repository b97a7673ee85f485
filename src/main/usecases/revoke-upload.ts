// Owns 6401: taking an upload back while nothing is settled. It asks 6301 first: what is being paid is not revoked.
import { AgentError } from '../domain/errors.ts'
import { isInProgress } from '../domain/order-state.ts'
import { settleRevocation } from '../domain/settle.ts'
import { interfaces } from '../../contract/interfaces.ts'
import { canonicalJsonText } from '../../contract/json-text.ts'
import { assertAgrees } from './assert-agrees.ts'
import { invalidFields } from './check-upload.ts'
import type { Dependencies } from './dependencies.ts'
import { performOperation, sendForOrder, type Performed } from './perform-operation.ts'
import type { FinishRequest, OrderKey } from './ports.ts'
import { askCenter, observeOrder } from './query-order.ts'
import { findOrder, identityOf } from './read-order.ts'

const confirm = async (dependencies: Dependencies, key: OrderKey, request: FinishRequest): Promise<FinishRequest> => {
  if (request.outcome !== 'accepted' || !dependencies.center.confirmsByQuery) return request
  const answer = await askCenter(dependencies, key)
  const ordStas = answer.kind === 'accepted' ? (answer.output.ordStas ?? '') : ''
  return settleRevocation({ ordStas, late: false }).kind === 'accepted'
    ? request
    : { ...request, outcome: 'unknown', facts: { reason: 'not confirmed by 6301' } }
}

/**
 * Revokes the upload of an order. Throws WRONG_STATE when it is already being settled (RULES 4.7), ORDER_NOT_FOUND,
 * KEY_CONFLICT, INVALID_FIELDS; CENTER_UNREACHABLE or CENTER_DECLINED when 6301 cannot be asked first. `given`: the
 * caller's fields of table 6401, usually none.
 */
export const revokeUpload = async (
  dependencies: Dependencies,
  key: OrderKey,
  given: Readonly<Record<string, unknown>>,
): Promise<Performed> => {
  const order = findOrder(dependencies.journal, key)
  if (order?.upload !== undefined && isInProgress(order.ordStas)) {
    const { answer } = await observeOrder(dependencies, key)
    if (answer.kind === 'declined') {
      throw new AgentError('CENTER_DECLINED', { addition: answer.refusal.message, detail: { center: answer.refusal } })
    }
    if (answer.kind !== 'accepted') throw new AgentError('CENTER_UNREACHABLE', { addition: answer.reason })
  }
  return performOperation(dependencies, {
    order: key,
    verb: 'revocation',
    keyOf: ({ upload }) => `revocation:${upload?.payOrdId ?? ''}`,
    bodyText: canonicalJsonText(given),
    prepare: (current) => {
      const known = identityOf(current)
      assertAgrees(given, known)
      const { value: input, faults } = interfaces['6401'].checkInput({ ...given, ...known })
      if (faults.length > 0) throw invalidFields(faults)
      return {
        facts: { ordStasBefore: current.ordStas ?? '' },
        send: async () => confirm(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6401', input)),
      }
    },
  })
}
