// Owns long polls: who waits for which operation to end, and no longer than asked. They are told by the journal's own write,
// nobody reads it in a loop. What the answer says is answer.ts.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { isOpenOutcome } from '../../../core/domain/order/entries.ts'
import type { Journal, Timers } from '../../usecases/base/ports.ts'

/** Each holds a connection: half of them stay free for calls. */
export const atMostWaits = 128

/** Calls back when the caller has left, or was answered. */
export type WhenCallerLeft = (run: () => void) => void

export type OperationWaits = {
  /** Resolves when the operation ended, the time is up, the caller has left, or the agent ends. Throws TOO_MANY_WAITS. */
  readonly untilEnded: (operationId: string, waitMs: number, whenCallerLeft?: WhenCallerLeft) => Promise<void>
  readonly ended: (operationId: string) => void
  readonly endAll: () => void
  readonly count: () => number
}

export const createOperationWaits = (timers: Timers): OperationWaits => {
  const waiting = new Map<() => void, string>()
  let isEnding = false
  return {
    untilEnded: (operationId, waitMs, whenCallerLeft) => {
      // Whoever comes while the agent ends is answered with what is known.
      if (isEnding) return Promise.resolve()
      if (waiting.size >= atMostWaits) throw new AgentError('TOO_MANY_WAITS')
      return new Promise((resolve) => {
        const end = (): void => {
          cancel()
          waiting.delete(end)
          resolve()
        }
        const cancel = timers.after(waitMs, end)
        waiting.set(end, operationId)
        whenCallerLeft?.(end)
      })
    },
    ended: (operationId) => {
      for (const [end, awaited] of waiting) if (awaited === operationId) end()
    },
    endAll: () => {
      isEnding = true
      for (const end of waiting.keys()) end()
    },
    count: () => waiting.size,
  }
}

/** The journal, telling the waiting callers of every outcome that is final, whoever wrote it: a reply, a rule, a person. */
export const tellOfEnds = (journal: Journal, { ended }: Pick<OperationWaits, 'ended'>): Journal => ({
  ...journal,
  finish: (operation, order, request) => {
    const entry = journal.finish(operation, order, request)
    if (!isOpenOutcome(request.outcome)) ended(operation.operationId)
    return entry
  },
})
