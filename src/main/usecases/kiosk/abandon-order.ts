// Owns the patient's giving up at the kiosk: what nobody pays is taken back now instead of after two hours (RULES 4.7). The bill
// is unlocked by the order's own next step.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { billOf } from '../../../core/domain/order/kiosk-bill.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { OrderKey } from '../base/ports.ts'
import { readOrder, wrongState } from '../order/read-order.ts'
import { revokeAbandoned } from '../operations/revoke-abandoned.ts'

const revocable = new Set(['uploaded', 'pending', 'cashPending'])
/** Nothing is left to take back, or it is being done. */
const over = new Set(['new', 'revoked', 'revoking', 'failed', 'refunded'])

/** An order that a kiosk began; throws ORDER_NOT_FOUND for any other. */
export const readKioskOrder = ({ journal }: Dependencies, key: OrderKey): Order => {
  const order = readOrder(journal, key)
  if (billOf(order) === undefined) throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: key.medOrgOrd } })
  return order
}

/** Takes the order back, 6301 first. Throws WRONG_STATE for one that is being settled, is paid, or whose state nobody knows. */
export const abandonKioskOrder = async (dependencies: Dependencies, key: OrderKey): Promise<void> => {
  const order = readKioskOrder(dependencies, key)
  const state = stateOf(order)
  if (revocable.has(state)) {
    await revokeAbandoned(dependencies, key)
    dependencies.watch(key)
    return
  }
  const waits = order.operations.some(
    ({ intent, outcome }) => intent.verb === 'revocation' && outcome?.outcome === 'queued',
  )
  if (!over.has(state) && !waits) throw wrongState(order)
  dependencies.watch(key)
}
