// Owns what a notice of the center leads to (RULES 6): written down once, confirmed by 6301, answered with the hospital's own
// result. It changes no money and believes no amount of the notice itself.
import { canonicalJsonText } from '../../contract/json-text.ts'
import { readLegs, type Legs } from '../domain/legs.ts'
import { advanceOrder } from './advance-order.ts'
import { callPerson } from './call-person.ts'
import type { Dependencies } from './dependencies.ts'
import type { Notification, NotificationResult, OrderKey } from './ports.ts'
import { findOrder } from './read-order.ts'

/** Settled, or settled but for the hospital's own answer, which this is (RULES 6.1). */
const confirmed = new Set(['4', '5', '6'])

const result = (success: boolean, message: string): NotificationResult => ({ success, message })

const findNoticed = (
  { journal }: Dependencies,
  orgCodg: string,
  { payOrdId, medOrgOrd }: Notification,
): OrderKey | undefined => {
  const [byCenter] = journal.findOrders(orgCodg, { kind: 'payOrdId', value: payOrdId })
  if (byCenter === undefined) return undefined
  return medOrgOrd === '' || byCenter.medOrgOrd === medOrgOrd ? byCenter : undefined
}

const sameLegs = (own: Legs | undefined, said: Legs | undefined): boolean =>
  own !== undefined &&
  own.feeSumamtFen === said?.feeSumamtFen &&
  own.fundPayFen === said.fundPayFen &&
  own.psnAcctPayFen === said.psnAcctPayFen &&
  own.ownPayAmtFen === said.ownPayAmtFen

export type ReceiveNotification = (orgCodg: string, notification: Notification) => Promise<NotificationResult>

/**
 * Makes the receiver. The same notice again is not written again; it is answered by what is known by then. One 6301 per
 * order at a time: a flood of notices for one order waits for the same answer (RULES 6.4, 6.5).
 */
export const createNotificationReceiver = (dependencies: () => Dependencies): ReceiveNotification => {
  const asking = new Map<string, Promise<unknown>>()

  const confirmByQuery = async (key: OrderKey): Promise<void> => {
    if (findOrder(dependencies().journal, key)?.ordStas === '6') return
    const name = JSON.stringify([key.orgCodg, key.medOrgOrd])
    const running = asking.get(name) ?? advanceOrder(dependencies(), key).finally(() => asking.delete(name))
    asking.set(name, running)
    await running
  }

  const receive: ReceiveNotification = async (orgCodg, notification) => {
    const { journal, log, watch } = dependencies()
    const key = findNoticed(dependencies(), orgCodg, notification)
    if (key === undefined) {
      log('warn', 'callback.unknown-order', { interface: notification.code, signed: notification.signed })
      return result(false, '订单不存在')
    }
    const { code, output, signed } = notification
    const digest = journal.macOf(canonicalJsonText([code, notification.payOrdId, output]))
    if (findOrder(journal, key)?.notices.includes(digest) === false) {
      journal.note(key, { kind: 'notification', facts: { code, digest, signed, output } })
    }
    await confirmByQuery(key)
    watch(key)
    const order = findOrder(journal, key)
    if (order === undefined || !confirmed.has(order.ordStas ?? '')) return result(false, '结算结果尚未核实')
    if (sameLegs(order.legs, readLegs(output, order.legs))) return result(true, '成功')
    callPerson(journal, key, 'notice-differs')
    watch(key)
    return result(false, '金额与查询结果不一致')
  }
  return async (orgCodg, notification) => {
    const answer = await receive(orgCodg, notification)
    await dependencies().journal.durable()
    return answer
  }
}
