// Owns the deadlines of calls in the hands of a test: they pass when it says so, not when the machine is slow.
import type { TestContext } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'

export type Deadlines = {
  /** What was asked for, in order. */
  readonly askedMs: readonly number[]
  /** All that were asked for so far pass, once what is on its way to this process has been read. */
  readonly pass: () => Promise<void>
}

/** From now on, and until the test ends, no deadline of this process passes by itself. */
export const holdDeadlines = (t: TestContext): Deadlines => {
  const askedMs: number[] = []
  const controllers: AbortController[] = []
  t.mock.method(AbortSignal, 'timeout', (delayMs: number): AbortSignal => {
    const controller = new AbortController()
    askedMs.push(delayMs)
    controllers.push(controller)
    return controller.signal
  })
  return {
    askedMs,
    pass: async () => {
      // The server is in this process too: what it wrote before is read in the next turn at the latest.
      await nextTurn()
      await nextTurn()
      for (const controller of controllers) controller.abort(new DOMException('the time is up', 'TimeoutError'))
    },
  }
}
