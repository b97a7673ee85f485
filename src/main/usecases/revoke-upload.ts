// Owns 6401: taking an upload back while nothing is settled. It asks 6301 first: what is being paid is not revoked.
import { AgentError } from '../domain/errors.ts'
import { isInProgress } from '../domain/order-state.ts'
import { settleRevocation } from '../domain/settle.ts'
import { canonicalJsonText } from '../../contract/json-text.ts'
import type { Dependencies } from './dependencies.ts'
import { performOperation, sendForOrder, type Performed } from './perform-operation.ts'
import type { FinishRequest, OrderKey } from './ports.ts'
import { askCenter, recordObservation } from './query-order.ts'
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
 * KEY_CONFLICT, CENTER_UNREACHABLE when 6301 cannot be asked first.
 */
export const revokeUpload = async (
  dependencies: Dependencies,
  key: OrderKey,
  given: Readonly<Record<string, unknown>>,
): Promise<Performed> => {
  const order = findOrder(dependencies.journal, key)
  if (order?.upload !== undefined && order.way !== undefined && isInProgress(order.ordStas)) {
    const answer = await askCenter(dependencies, key)
    if (answer.kind !== 'accepted') throw new AgentError('CENTER_UNREACHABLE')
    recordObservation(dependencies, key, answer.output)
  }
  return performOperation(dependencies, {
    order: key,
    verb: 'revocation',
    keyOf: ({ upload }) => `revocation:${upload?.payOrdId ?? ''}`,
    bodyText: canonicalJsonText(given),
    prepare: (current) => {
      const input = identityOf(current)
      return {
        facts: { ordStasBefore: current.ordStas ?? '' },
        send: async () => confirm(dependencies, key, await sendForOrder(dependencies, key.orgCodg, '6401', input)),
      }
    },
  })
}
