// Owns turning a bill into an order: locked at the HIS, then uploaded (6201) under the number the HIS gave it. The same bill
// again is the same order.
import { canonicalJsonText } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { billOf } from '../../../core/domain/order/kiosk-bill.ts'
import { stateOf } from '../../../core/domain/order/order-state.ts'
import type { Order } from '../../../core/domain/order/order.ts'
import { checkUpload } from '../operations/check-upload.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Performed } from '../operations/perform-operation.ts'
import type { OrderKey } from '../base/ports.ts'
import { findOrder } from '../order/read-order.ts'
import { uploadFees } from '../operations/upload-fees.ts'
import { askHis } from './ask-his.ts'
import { hisUnreachable, kioskOf, listBills } from './list-bills.ts'
import { holdsItsBill, othersOfNumber } from './same-number.ts'

const duplicate = (medOrgOrd: string): AgentError => new AgentError('DUPLICATE_BILL', { detail: { medOrgOrd } })

/** The upload that answers for this bill already; undefined when there is none, or it came to nothing. */
const findUpload = (
  { running, isStranger }: Dependencies,
  order: Order | undefined,
  billId: string,
): Performed | undefined => {
  if (order === undefined) return undefined
  const state = stateOf(order)
  if (state === 'new' || state === 'revoked') return undefined
  if (isStranger?.(order) === true) throw duplicate(order.medOrgOrd)
  const upload = order.operations.findLast(({ intent }) => intent.verb === 'upload')
  if (upload === undefined || billOf(order)?.billId !== billId) throw duplicate(order.medOrgOrd)
  const { operationId } = upload.intent
  return { operationId, done: running.find(operationId) ?? Promise.resolve() }
}

/** An unlock got no answer and may still be done. */
const mayBeUnlockedLate = ({ waits, settings }: Dependencies, order: Order): boolean => {
  const { unclearUnlock } = billOf(order) ?? {}
  return unclearUnlock !== undefined && waits.waited(unclearUnlock).elapsedMs < settings.billLateMs
}

/** A lock sent now could be undone by an unlock that is still on its way, or would be another order's too. */
const isTaken = (dependencies: Dependencies, key: OrderKey, order: Order | undefined): boolean =>
  (order !== undefined && (billOf(order)?.isUnlocking === true || mayBeUnlockedLate(dependencies, order))) ||
  othersOfNumber(dependencies, key).some((other) => holdsItsBill(other) || mayBeUnlockedLate(dependencies, other))

const lockBill = async (dependencies: Dependencies, key: OrderKey, billId: string): Promise<void> => {
  const { bills } = kioskOf(dependencies)
  const { medOrgOrd } = key
  const answer = await askHis(dependencies, key, 'billLock', { billId }, () => bills.lock(billId, { medOrgOrd }))
  if (answer.kind === 'done') return
  // What may have been locked without our knowing is unlocked again.
  dependencies.watch(key)
  if (answer.kind !== 'refused') throw hisUnreachable()
  const { code, message } = answer
  throw new AgentError('BILL_UNAVAILABLE', { detail: { his: { code, message } } })
}

/**
 * Starts the order of a patient's bill, or finds the one it has. Throws DECODE_NOT_FOUND, HIS_UNREACHABLE, BILL_NOT_FOUND (not
 * this patient's, or paid), BILL_UNAVAILABLE, CENTER_UNREACHABLE, INVALID_FIELDS (the HIS's 6201), DUPLICATE_BILL.
 */
export const startKioskOrder = async (
  dependencies: Dependencies,
  orgCodg: string,
  { decodeOperationId, billId }: { readonly decodeOperationId: string; readonly billId: string },
): Promise<{ readonly key: OrderKey; readonly performed: Performed }> => {
  const { journal, link, watch } = dependencies
  const { bills } = await listBills(dependencies, orgCodg, decodeOperationId)
  const bill = bills.find((candidate) => candidate.billId === billId)
  if (bill === undefined) throw new AgentError('BILL_NOT_FOUND')
  const key = { orgCodg, medOrgOrd: bill.upload.medOrgOrd ?? '' }
  return kioskOf(dependencies).inTurn(key, async () => {
    const order = findOrder(journal, key)
    const performed = findUpload(dependencies, order, billId)
    if (performed !== undefined) return { key, performed }
    if (isTaken(dependencies, key, order)) throw new AgentError('BILL_UNAVAILABLE')
    const upload = checkUpload(dependencies, orgCodg, bill.upload, { decodeOperationId })
    link.assertUp()
    await lockBill(dependencies, key, billId)
    try {
      return { key, performed: uploadFees(dependencies, upload, canonicalJsonText({ decodeOperationId, billId })) }
    } finally {
      watch(key)
    }
  })
}
