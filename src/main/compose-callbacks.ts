// Owns the wiring of the optional listener for the center's notices: what they tell goes to the use cases, nothing else.
import {
  listenForCallbacks,
  type CallbackListener,
  type CallbackReceivers,
  type CallbackSettings,
} from './callbacks/listener.ts'
import type { EnvelopeKeys } from './center/envelope.ts'
import { AgentError } from './domain/errors.ts'
import { takeAuthorization } from './usecases/authorize-order.ts'
import type { Dependencies } from './usecases/dependencies.ts'
import type { CancelTimer, Log } from './usecases/ports.ts'
import { createNotificationReceiver } from './usecases/receive-notification.ts'

const firstRetryMs = 2_000
const longestRetryMs = 5 * 60_000
const tries: ReadonlySet<string> = new Set(['PORT_IN_USE', 'PORT_REFUSED', 'ADDRESS_NOT_HERE'])

export type Callbacks = {
  /** undefined while it does not listen. */
  readonly port: () => number | undefined
  /** Why it does not listen, in Chinese; "" when it does. */
  readonly fault: () => string
  readonly close: () => Promise<void>
}

/**
 * Listens as configured. An address that is not there, or is taken, stops nobody: the payments go on and are asked for, and it is
 * tried again, less and less often. Throws what else listening throws.
 */
export const openCallbacks = async (
  { orgCodg, ...settings }: CallbackSettings & { readonly orgCodg: string },
  keys: EnvelopeKeys,
  dependencies: Dependencies,
  log: Log,
): Promise<Callbacks> => {
  const receive = createNotificationReceiver(() => dependencies)
  const receivers: CallbackReceivers = {
    notification: (notification) => receive(orgCodg, notification),
    authorization: (medOrgOrd, payAuthNo) => takeAuthorization(dependencies, { orgCodg, medOrgOrd }, payAuthNo),
  }
  let listener: CallbackListener | undefined
  let fault = ''
  let isClosed = false
  let cancel: CancelTimer = () => undefined

  const open = async (retryMs: number): Promise<void> => {
    try {
      const opened = await listenForCallbacks(settings, keys, receivers, log)
      if (isClosed) {
        await opened.close()
        return
      }
      if (fault !== '') log('info', 'callback.listening', { port: opened.port })
      listener = opened
      fault = ''
    } catch (error) {
      if (!(error instanceof AgentError) || !tries.has(error.code)) throw error
      fault = error.message
      log('warn', 'callback.not-listening', { code: error.code, retryMs })
      if (isClosed) return
      cancel = dependencies.timers.after(retryMs, () => {
        open(Math.min(2 * retryMs, longestRetryMs)).catch((failure: unknown) => {
          log('error', 'callback.failed', { error: failure instanceof Error ? failure.name : 'unknown' })
        })
      })
    }
  }
  await open(firstRetryMs)
  return {
    port: () => listener?.port,
    fault: () => fault,
    close: async () => {
      isClosed = true
      cancel()
      await listener?.close()
    },
  }
}
