// Owns which orders and operations a caller reaches: with the scope `read` those of its institution, without it those that its own
// token or its own kiosk made; a decode only its own, of its own operating-system user. Reading and writing are alike.
import { stripped } from '../../../contract/check/one-form.ts'
import { isSameCaller, makerOf, whyNotHis } from '../../../core/domain/words/called-by.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isOfKiosk } from '../../usecases/base/kiosk-fields.ts'
import type { Journal, OperationRecord, OrderKey } from '../../usecases/base/ports.ts'
import { findOrder, withStanding } from '../../usecases/order/read-order.ts'
import { calledBy, type Caller } from './tokens.ts'

type Reading = Pick<Journal, 'readEntries' | 'findOrders'>

export type Reach = {
  readonly mayReach: (order: OrderKey, caller: Caller) => boolean
  /** A refusal about an order that is the caller's, with where that stands. */
  readonly explain: (order: OrderKey, error: unknown) => unknown
  /** Throws ORDER_NOT_FOUND, which tells a stranger nothing. */
  readonly assertOrder: (order: OrderKey, caller: Caller) => void
  /** Throws OPERATION_NOT_FOUND, which tells a stranger nothing. */
  readonly findOperation: (record: OperationRecord | undefined, caller: Caller, operationId: string) => OperationRecord
  /** The orders of a payOrdId, of those that the caller reaches. */
  readonly findNamed: (caller: Caller, payOrdId: string) => readonly NamedOrder[]
}

/** `isOfBefore`: the payOrdId is of fees that were revoked since, and others were uploaded under the number (RULES 2.4). */
export type NamedOrder = { readonly medOrgOrd: string; readonly isOfBefore: boolean }

/** `kioskToken`: the name of the configured kiosk's token; all its sessions are the one kiosk. */
export const createReach = (journal: Reading, kioskToken: string | undefined): Reach => {
  const isSelf = (caller: Caller, maker: string): boolean =>
    maker === caller.name || (isOfKiosk(kioskToken, caller.name) && isOfKiosk(kioskToken, maker))

  const mayReach: Reach['mayReach'] = (order, caller) => {
    if (order.orgCodg !== caller.orgCodg) return false
    if (caller.scopes.includes('read')) return true
    const maker = makerOf(journal.readEntries(order))
    return maker !== undefined && isSelf(caller, maker)
  }

  const mayReadOperation = ({ intent, order }: OperationRecord, caller: Caller): boolean => {
    if (intent.verb === 'decode') return isSameCaller(intent.facts, calledBy(caller))
    if (order?.orgCodg !== caller.orgCodg) return false
    return intent.facts.by?.caller === caller.name || mayReach(order, caller)
  }

  return {
    mayReach,
    explain: (order, error) => (error instanceof AgentError ? withStanding(journal, order, error) : error),
    assertOrder: (order, caller) => {
      if (!mayReach(order, caller)) throw new AgentError('ORDER_NOT_FOUND', { detail: { medOrgOrd: order.medOrgOrd } })
    },
    findOperation: (record, caller, operationId) => {
      if (record !== undefined && mayReadOperation(record, caller)) return record
      throw new AgentError('OPERATION_NOT_FOUND', { ...whyNotHis(caller.peer?.osUser), detail: { operationId } })
    },
    findNamed: (caller, payOrdId) =>
      journal
        .findOrders(caller.orgCodg, { kind: 'payOrdId', value: payOrdId })
        .filter((order) => mayReach(order, caller))
        .map((order) => {
          const { upload, noticedPayOrdId = '' } = findOrder(journal, order) ?? {}
          const payOrdIds = upload === undefined ? [] : [upload.payOrdId, noticedPayOrdId].map(stripped)
          return {
            medOrgOrd: order.medOrgOrd,
            isOfBefore: payOrdIds.length > 0 && !payOrdIds.includes(stripped(payOrdId)),
          }
        }),
  }
}

type Addressed = { readonly caller: Caller; readonly parameters: Readonly<Record<string, string | undefined>> }

/** The order that the address of a request names. */
export const orderOf = ({ caller, parameters }: Addressed): OrderKey => ({
  orgCodg: caller.orgCodg,
  medOrgOrd: parameters['medOrgOrd'] ?? '',
})

/** Who withdraws what waits: the session that asked may have ended, so one who may refund and sees all orders may, too. */
export const withdrawing = ({ name, scopes }: Caller): { readonly name: string; readonly isOverseer: boolean } => ({
  name,
  isOverseer: scopes.includes('refund') && scopes.includes('read'),
})
