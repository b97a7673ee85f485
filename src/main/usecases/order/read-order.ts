// Owns reading an order for a use case: its entries folded, and the checks that come before everything else.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { foldOrder } from '../../../core/domain/fold/fold-order.ts'
import { isOfNewerVersion, type Order, type Upload } from '../../../core/domain/order/order.ts'
import { isPaid, nextOf, stateOf } from '../../../core/domain/order/order-state.ts'
import type { Journal, OrderKey } from '../base/ports.ts'

/** The order, or undefined when this institution has none under that number. */
export const findOrder = (
  journal: Pick<Journal, 'readEntries'>,
  key: OrderKey,
  untilSeq?: number,
): Order | undefined => {
  const entries = journal.readEntries(key)
  return entries.length === 0 ? undefined : foldOrder(key.orgCodg, key.medOrgOrd, entries, untilSeq)
}

/** Throws ORDER_NOT_FOUND. */
export const readOrder = (journal: Journal, key: OrderKey, untilSeq?: number): Order => {
  const order = findOrder(journal, key, untilSeq)
  if (order === undefined) throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: key.medOrgOrd } })
  return order
}

/** What a refusal about an order says beside its reason, so that nobody takes "nothing to do" for "collected". */
export const standingOf = (order: Order) => ({
  state: stateOf(order),
  ordStas: order.ordStas ?? '',
  paid: isPaid(order),
  next: nextOf(order),
})

/** A refusal of something that was asked of the order, with where it stands (unless it says so already). */
export const withStanding = (journal: Pick<Journal, 'readEntries'>, key: OrderKey, error: AgentError): AgentError => {
  const order =
    error.code === 'ORDER_NOT_FOUND' || error.detail?.['paid'] !== undefined ? undefined : findOrder(journal, key)
  if (order === undefined) return error
  const { code, detail, addition } = error
  const detailed = { ...standingOf(order), ...detail }
  return new AgentError(code, { detail: detailed, cause: error, ...(addition === undefined ? {} : { addition }) })
}

/** WRONG_STATE, or ORDER_OF_NEWER_VERSION, with what is true and what to do next. */
export const wrongState = (order: Order): AgentError =>
  new AgentError(isOfNewerVersion(order) ? 'ORDER_OF_NEWER_VERSION' : 'WRONG_STATE', {
    detail: standingOf(order),
  })

/** The accepted upload of an order; throws WRONG_STATE when there is none. */
export const uploadOf = (order: Order): Upload => {
  if (order.upload === undefined) throw wrongState(order)
  return order.upload
}

/** What 6301 and 6401 want to know of the patient and the order; `upload`: an earlier one, else the one that counts. */
export const identityOf = (order: Order, upload = uploadOf(order)) => {
  const { payOrdId, payToken, idNo, userName, idType } = upload
  return { payOrdId, orgCodg: order.orgCodg, payToken, idNo, userName, idType }
}
