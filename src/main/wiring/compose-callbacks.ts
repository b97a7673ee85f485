// Owns the wiring of the optional listener for the center's notices: what they tell goes to the use cases, nothing else.
import {
  listenForCallbacks,
  type CallbackListener,
  type CallbackReceivers,
  type CallbackSettings,
  type ListenerTls,
} from '../callbacks/listener.ts'
import type { EnvelopeKeys } from '../center/envelope.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { shanghaiIso } from '../../core/domain/time/shanghai-time.ts'
import { takeAuthorization } from '../usecases/order/authorize-order.ts'
import type { CancelTimer, Log } from '../usecases/base/ports.ts'
import type { PaymentsCore } from './payments-core.ts'

const firstRetryMs = 2_000
const longestRetryMs = 5 * 60_000
const tries: ReadonlySet<string> = new Set(['PORT_IN_USE', 'PORT_REFUSED', 'ADDRESS_NOT_HERE'])

/** The listener's settings, with a certificate as the configuration has it: usable for some time, or, in Chinese, why not. */
export type CallbackOptions = Omit<CallbackSettings, 'tls'> & {
  readonly orgCodg: string
  readonly tls:
    (ListenerTls & { readonly startsMs: number; readonly endsMs: number }) | { readonly problem: string } | undefined
}

/** In Chinese; "" when it can be used, or there is none. `nowMs`: the wall clock. */
const faultOfCertificate = (tls: CallbackOptions['tls'], nowMs: number): string => {
  if (tls === undefined) return ''
  if ('problem' in tls) return tls.problem
  if (tls.endsMs <= nowMs) return `证书 callbacks.certFile 已于 ${shanghaiIso(tls.endsMs)} 过期`
  return tls.startsMs > nowMs ? `证书 callbacks.certFile 从 ${shanghaiIso(tls.startsMs)} 起才有效` : ''
}

export type Callbacks = {
  /** undefined while it does not listen. */
  readonly port: () => number | undefined
  /** Why it does not listen, or why the center may not trust it, in Chinese; "" when all is well. */
  readonly fault: () => string
  readonly close: () => Promise<void>
}

/**
 * Listens as configured. An address that is not there, or is taken, stops nobody: the payments go on and are asked for, and it is
 * tried again, less and less often. A certificate that cannot be used is told, and nobody listens: never plain HTTP in its place. One
 * that has ended is told and used: whether to trust it is the visitor's. Throws what else listening throws.
 */
export const openCallbacks = async (
  { orgCodg, tls, ...settings }: CallbackOptions,
  keys: EnvelopeKeys,
  { dependencies, receive }: Pick<PaymentsCore, 'dependencies' | 'receive'>,
  log: Log,
): Promise<Callbacks> => {
  const receivers: CallbackReceivers = {
    notification: (notification) => receive(orgCodg, notification),
    authorization: ({ medOrgOrd, ...authorization }) =>
      takeAuthorization(dependencies, { orgCodg, medOrgOrd }, authorization),
  }
  let listener: CallbackListener | undefined
  let fault = ''
  let isClosed = false
  let cancel: CancelTimer = () => undefined

  const certificateFault = (): string => faultOfCertificate(tls, dependencies.clock.wallMs())
  if (certificateFault() !== '')
    log('warn', 'callback.certificate', { state: tls !== undefined && 'problem' in tls ? 'unusable' : 'not-valid-now' })
  if (tls !== undefined && 'problem' in tls) {
    return { port: () => undefined, fault: certificateFault, close: () => Promise.resolve() }
  }

  const open = async (retryMs: number): Promise<void> => {
    try {
      const opened = await listenForCallbacks({ ...settings, tls }, keys, receivers, log)
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
    fault: () => (fault === '' ? certificateFault() : fault),
    close: async () => {
      isClosed = true
      cancel()
      await listener?.close()
    },
  }
}
