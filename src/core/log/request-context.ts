// Owns which HTTP request the running code works for, so that every line it logs names the request.
import { AsyncLocalStorage } from 'node:async_hooks'

const requests = new AsyncLocalStorage<string>()

export const inRequest = <Value>(requestId: string, work: () => Value): Value => requests.run(requestId, work)

/** What a timer does later is done for nobody who still waits. */
export const outsideRequest = <Value>(work: () => Value): Value => requests.exit(work)

export const currentRequest = (): string | undefined => requests.getStore()
