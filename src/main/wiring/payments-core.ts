// Owns how the use cases are put together, whoever lends them ports, clock, timers and ids: the product real ones, the
// simulation virtual ones. No decision about an order is taken here.
import { AgentError } from '../../core/domain/errors/errors.ts'
import { cashRuleStart } from '../usecases/base/cash-rule-start.ts'
import { keepLooking, watchCenter } from '../usecases/base/center-link.ts'
import type { Dependencies, OrderSettings } from '../usecases/base/dependencies.ts'
import { createKiosk, type KioskSettings } from '../usecases/base/kiosk.ts'
import { createOrderWaits } from '../usecases/base/order-waits.ts'
import type { Center, Doctor, HisBills } from '../usecases/base/ports.ts'
import { createRunningOperations } from '../usecases/base/running-operations.ts'
import { createStepPace } from '../usecases/base/step-pace.ts'
import { createNotificationReceiver, type ReceiveNotification } from '../usecases/following/receive-notification.ts'
import { createSweep } from '../usecases/following/sweep-settled.ts'
import { createOrderWatch } from '../usecases/following/watch-orders.ts'

type Lent = 'journal' | 'voucher' | 'scanners' | 'clock' | 'timers' | 'newId' | 'announce' | 'log'

export type PaymentsParts = Pick<Dependencies, Lent> & {
  readonly center: Center
  /** Made with the center as the use cases see it: what doctor asks counts for the center's light as well. */
  readonly doctor: (center: Center) => Doctor
  /** A self-service kiosk and the HIS whose bills it pays; undefined: none. */
  readonly kiosk: { readonly settings: KioskSettings; readonly bills: HisBills } | undefined
  readonly settings: OrderSettings
}

export type PaymentsCore = {
  /** What every use case is given. */
  readonly dependencies: Dependencies
  readonly receive: ReceiveNotification
  /** Takes up every open order of the journal, and returns when what that wrote is durable. Before any call is answered. */
  readonly recover: () => Promise<void>
  /** Begins what runs by itself: asking after settled orders, looking whether the center is there. */
  readonly start: () => void
  /** Each ends one part; in the order in which the parts were begun. */
  readonly closers: readonly (() => unknown)[]
}

export const createPaymentsCore = (parts: PaymentsParts): PaymentsCore => {
  const { journal, clock, timers, log, kiosk, settings } = parts
  const { center, link } = watchCenter(parts.center, clock)
  const running = createRunningOperations()
  const pace = createStepPace({ clock, timers, link }, settings)
  const orderWatch = createOrderWatch(() => dependencies, pace)
  const sweep = createSweep(() => dependencies, pace)
  let stopLooking = (): void => undefined
  const dependencies: Dependencies = {
    journal,
    center,
    voucher: parts.voucher,
    scanners: parts.scanners,
    doctor: parts.doctor(center),
    clock,
    timers,
    newId: parts.newId,
    announce: parts.announce,
    log,
    running,
    watch: orderWatch.watch,
    link,
    waits: createOrderWaits(clock),
    settings: {
      ...settings,
      cashRefundOn16AfterSeq: cashRuleStart(journal, settings.cashRefundOn16),
      // Without a HIS there is nobody to tell: what a kiosk left open is found as unbooked (RULES 8.1).
      ...(kiosk === undefined ? { billRetriesMs: [] } : {}),
    },
    kiosk: kiosk === undefined ? undefined : createKiosk(kiosk.settings, kiosk.bills),
  }
  return {
    dependencies,
    receive: createNotificationReceiver(() => dependencies),
    recover: async () => {
      orderWatch.recover()
      await journal.durable().catch((error: unknown) => {
        // Questions are answered all the same; what recovery could not write down it finds, and does, again.
        log('error', 'journal.recovery-unwritten', { error: error instanceof AgentError ? error.code : 'unknown' })
      })
    },
    start: () => {
      stopLooking = keepLooking(link, timers)
      sweep.start()
    },
    closers: [
      running.drain,
      pace.close,
      orderWatch.close,
      sweep.close,
      () => {
        stopLooking()
      },
    ],
  }
}
