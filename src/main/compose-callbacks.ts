// Owns the wiring of the optional listener for the center's notices: what they tell goes to the use cases, nothing else.
import { listenForCallbacks, type CallbackReceivers, type CallbackSettings } from './callbacks/listener.ts'
import type { EnvelopeKeys } from './center/envelope.ts'
import { takeAuthorization } from './usecases/authorize-order.ts'
import type { Dependencies } from './usecases/dependencies.ts'
import type { Log } from './usecases/ports.ts'
import { createNotificationReceiver } from './usecases/receive-notification.ts'

/** Listens as configured. Throws what listening throws. */
export const openCallbacks = (
  { orgCodg, ...settings }: CallbackSettings & { readonly orgCodg: string },
  keys: EnvelopeKeys,
  dependencies: Dependencies,
  log: Log,
): ReturnType<typeof listenForCallbacks> => {
  const receive = createNotificationReceiver(() => dependencies)
  const receivers: CallbackReceivers = {
    notification: (notification) => receive(orgCodg, notification),
    authorization: (medOrgOrd, payAuthNo) => takeAuthorization(dependencies, { orgCodg, medOrgOrd }, payAuthNo),
  }
  return listenForCallbacks(settings, keys, receivers, log)
}
