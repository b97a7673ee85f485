// Owns the calls that wait for a library, in their order, and their cancelling while they wait. It does not know the
// host (supervisor.ts), and what a cancelled call in flight means.
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { CancelSignal, LibraryAnswer } from '../usecases/base/ports.ts'
import type { LibraryCall } from './library/profile-kind.ts'

export type Call = {
  readonly call: LibraryCall
  readonly resolve: (answer: LibraryAnswer) => void
  readonly reject: (fault: AgentError) => void
}

export type CallLine = {
  readonly length: () => number
  /** At the end of the line; `cancelled` is asked when the signal fires and the call does not wait any more. */
  readonly add: (call: LibraryCall, signal: CancelSignal, cancelled: (call: Call) => void) => Promise<LibraryAnswer>
  /** The first of the line, which leaves it. */
  readonly take: () => Call | undefined
  readonly rejectAll: (fault: AgentError) => void
}

export const createCallLine = (): CallLine => {
  const waiting: Call[] = []
  return {
    length: () => waiting.length,
    add: (libraryCall, signal, cancelled) =>
      new Promise((resolve, reject) => {
        const settle =
          <Value>(done: (value: Value) => void) =>
          (value: Value): void => {
            signal.removeEventListener('abort', onAbort)
            done(value)
          }
        const call: Call = { call: libraryCall, resolve: settle(resolve), reject: settle(reject) }
        const onAbort = (): void => {
          const place = waiting.indexOf(call)
          if (place === -1) {
            cancelled(call)
            return
          }
          waiting.splice(place, 1)
          call.reject(new AgentError('DECODE_CANCELLED'))
        }
        signal.addEventListener('abort', onAbort, { once: true })
        waiting.push(call)
      }),
    take: () => waiting.shift(),
    rejectAll: (fault) => {
      for (const call of waiting.splice(0)) call.reject(fault)
    },
  }
}
