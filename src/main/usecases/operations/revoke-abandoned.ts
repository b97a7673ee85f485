// Owns taking back what nobody pays (RULES 4.7): 6301 first, and only 0, 1 and 2 are revoked. When it is due is next-step.ts.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { callPerson } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder } from '../order/read-order.ts'
import { revokeUpload } from './revoke-upload.ts'

const halfDone = new Set(['3', '4', '5'])

/** Revokes, or alerts staff when it is being settled after all. */
export const revokeAbandoned = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  const { journal, log } = dependencies
  try {
    const { done } = await revokeUpload(dependencies, key, {}, { rule: '4.7', queue: true })
    await done
  } catch (error) {
    if (!(error instanceof AgentError)) throw error
    log('warn', 'order.abandoned-not-revoked', { medOrgOrd: key.medOrgOrd, error: error.code })
    const order = readOrder(journal, key)
    if (halfDone.has(order.ordStas ?? '')) callPerson(dependencies, key, 'settling-while-idle')
    else if (error.code === 'CENTER_DECLINED') callPerson(dependencies, key, 'revocation-failed')
  }
}
