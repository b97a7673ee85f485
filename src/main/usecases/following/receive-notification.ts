// Owns what a notice of the center leads to (RULES 6): written down once, confirmed by 6301, answered with the hospital's own
// result. It changes no money and believes no amount of the notice itself.
import { canonicalJsonText } from '../../../contract/check/json-text.ts'
import { stripped } from '../../../contract/check/one-form.ts'
import { readLegs, type Legs } from '../../../core/domain/money/legs.ts'
import { isGone } from '../../../core/domain/order/center-status.ts'
import { isOfNewerVersion, openOperation, statusIn, type Order } from '../../../core/domain/order/order.ts'
import { earlierUpload, earlierUploadOpen } from '../../../core/domain/order/uploads.ts'
import { advanceOrder } from './advance-order.ts'
import { callPerson } from '../order/call-person.ts'
import type { Dependencies } from '../base/dependencies.ts'
import type { Notification, NotificationResult, OrderKey } from '../base/ports.ts'
import { askAboutEarlier, type QueryAnswer } from '../operations/query-order.ts'
import { findOrder } from '../order/read-order.ts'
import { writeWhenFree } from '../base/write-when-free.ts'

/** Settled, whatever went back since, or settled but for the hospital's own answer, which this is (RULES 6.2). */
const isConfirmed = ({ ordStas, insurance }: Order): boolean =>
  ordStas === '4' || ordStas === '5' || insurance === 'settled' || insurance === 'returned'

const result = (success: boolean, message: string): NotificationResult => ({ success, message })

const findNoticed = (
  { journal }: Dependencies,
  orgCodg: string,
  { payOrdId, medOrgOrd }: Notification,
): OrderKey | undefined => {
  const [byCenter] = journal.findOrders(orgCodg, { kind: 'payOrdId', value: payOrdId })
  if (byCenter === undefined) return undefined
  // A padded number of ours comes back as it was sent, or without its blanks.
  const isSame = stripped(byCenter.medOrgOrd) === stripped(medOrgOrd)
  return medOrgOrd === '' || isSame ? byCenter : undefined
}

/** An order whose upload is of unknown outcome: the notice brings the payOrdId that its answer would have brought. */
const findUnclearUpload = (
  { journal }: Dependencies,
  orgCodg: string,
  { medOrgOrd }: Notification,
): OrderKey | undefined => {
  const order = findOrder(journal, { orgCodg, medOrgOrd })
  const isUnclear = order !== undefined && openOperation(order)?.intent.verb === 'upload'
  return isUnclear ? { orgCodg, medOrgOrd } : undefined
}

/** How often the HIS's booking is looked for while the center waits for it. */
const lookEveryMs = 50

/** Resolves to what the HIS said of its booking; undefined when the deadline was first (RULES 6.2). */
const waitForBooking = async (dependencies: Dependencies, key: OrderKey): Promise<boolean | undefined> => {
  const { clock, journal, settings, timers } = dependencies
  const untilMs = clock.monotonicMs() + settings.callbackDeadlineMs
  for (;;) {
    const booking = findOrder(journal, key)?.booking
    if (booking !== undefined) return booking.success
    if (clock.monotonicMs() >= untilMs) return undefined
    await new Promise<void>((resolve) => timers.after(lookEveryMs, resolve))
  }
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
  const asking = new Map<string, Promise<QueryAnswer>>()

  const once = (about: readonly string[], ask: () => Promise<QueryAnswer>): Promise<QueryAnswer> => {
    const name = JSON.stringify(about)
    const running = asking.get(name) ?? ask().finally(() => asking.delete(name))
    asking.set(name, running)
    return running
  }

  const confirmByQuery = async (key: OrderKey): Promise<void> => {
    if (findOrder(dependencies().journal, key)?.ordStas === '6') return
    await once([key.orgCodg, key.medOrgOrd], async () => (await advanceOrder(dependencies(), key)).answer)
  }

  const isCalledFor = (key: OrderKey, payOrdId: string): boolean =>
    dependencies()
      .journal.readEntries(key)
      .some(
        ({ kind, facts }) => kind === 'attention' && facts.reason === earlierUploadOpen && facts.detail === payOrdId,
      )

  /** A notice of fees that new ones have replaced (RULES 6.6): undefined when it is of those that count. */
  const receiveEarlier = async (
    key: OrderKey,
    { code, payOrdId }: Notification,
  ): Promise<NotificationResult | undefined> => {
    const order = findOrder(dependencies().journal, key)
    const upload = order === undefined ? undefined : earlierUpload(order, payOrdId)
    if (order === undefined || upload === undefined) return undefined
    const answer = await once([key.orgCodg, payOrdId], () => askAboutEarlier(dependencies(), order, upload))
    const isOpen = answer.kind === 'accepted' ? !isGone(statusIn(answer.output)) : code === '6302'
    if (isOpen && !isCalledFor(key, payOrdId)) {
      callPerson(dependencies(), key, earlierUploadOpen, payOrdId)
      dependencies().watch(key)
    }
    return result(false, '该笔费用已撤销')
  }

  const isRefused = (key: OrderKey): boolean => {
    const order = findOrder(dependencies().journal, key)
    return order !== undefined && isOfNewerVersion(order)
  }

  /** Writes the notice down, once. */
  const record = (key: OrderKey, notification: Notification): void => {
    const { journal, settings } = dependencies()
    const { code, output, signed, payOrdId } = notification
    const digest = journal.macOf(canonicalJsonText([code, payOrdId, output]))
    if (findOrder(journal, key)?.notices.includes(digest) !== false) return
    const awaitsBooking = code === '6302' && settings.callbackAck === 'booked'
    const facts = { code, digest, signed, output, ...(awaitsBooking ? { awaitsBooking } : {}) }
    journal.note(key, { kind: 'notification', facts })
  }

  const receive: ReceiveNotification = async (orgCodg, notification) => {
    const { journal, log, watch, settings } = dependencies()
    const key = findNoticed(dependencies(), orgCodg, notification)
    if (key === undefined) {
      log('warn', 'callback.unknown-order', { interface: notification.code, signed: notification.signed })
      const unclear = findUnclearUpload(dependencies(), orgCodg, notification)
      if (unclear === undefined || isRefused(unclear)) return result(false, '订单不存在')
      await writeWhenFree(journal, () => {
        record(unclear, notification)
      })
      callPerson(dependencies(), unclear, 'notice-without-upload')
      watch(unclear)
      return result(false, '费用上传的结果尚未核实')
    }
    if (isRefused(key)) return result(false, '该订单由更新的版本处理')
    await writeWhenFree(journal, () => {
      record(key, notification)
    })
    const earlier = await receiveEarlier(key, notification)
    if (earlier !== undefined) return earlier
    await confirmByQuery(key)
    watch(key)
    const order = findOrder(journal, key)
    if (order === undefined || !isConfirmed(order)) return result(false, '结算结果尚未核实')
    if (!sameLegs(order.legs, readLegs(notification.output, order.legs))) {
      callPerson(dependencies(), key, 'notice-differs')
      watch(key)
      return result(false, '金额与查询结果不一致')
    }
    if (settings.callbackAck === 'verified' || notification.code !== '6302') return result(true, '成功')
    const booked = await waitForBooking(dependencies(), key)
    if (booked === undefined) return result(false, 'HIS 尚未记账')
    return booked ? result(true, '成功') : result(false, 'HIS 记账失败')
  }
  return async (orgCodg, notification) => {
    const answer = await receive(orgCodg, notification)
    await dependencies().journal.durable()
    return answer
  }
}
