// Owns how fast the agent does what nobody waits for: after a crash or a day offline hundreds of orders are due at once, and the
// center is not to be flooded (RULES 4.6). Memory only.
import type { CenterLink } from './center-link.ts'
import type { CancelTimer, Clock, Timers } from './ports.ts'

export type PaceSettings = {
  readonly stepsPerSecond: number
  /** While the center cannot be reached, one step at a time is tried this often. */
  readonly probeEveryMs: number
}

const atMostAtOnce = 4

export type StepPace = {
  /** Runs the work when its turn comes, in order. */
  readonly enqueue: (work: () => Promise<void>) => void
  /** Forgets what has not begun, and resolves when the rest ended. */
  readonly close: () => Promise<void>
}

export const createStepPace = (
  { clock, timers, link }: { readonly clock: Clock; readonly timers: Timers; readonly link: CenterLink },
  { stepsPerSecond, probeEveryMs }: PaceSettings,
): StepPace => {
  const waiting: (() => Promise<void>)[] = []
  const active = new Set<Promise<void>>()
  let nextAtMs = 0
  let cancel: CancelTimer | undefined

  const startOne = (work: () => Promise<void>): void => {
    const running = work().finally(() => {
      active.delete(running)
      startDue()
    })
    active.add(running)
    nextAtMs = Math.max(nextAtMs, clock.monotonicMs()) + 1000 / stepsPerSecond
  }

  const startDue = (): void => {
    cancel?.()
    cancel = undefined
    while (waiting.length > 0 && active.size < (link.isDown() ? 1 : atMostAtOnce)) {
      const inMs = (link.isDown() ? nextAtMs + probeEveryMs : nextAtMs) - clock.monotonicMs()
      if (inMs > 0) {
        cancel = timers.after(inMs, startDue)
        return
      }
      const work = waiting.shift()
      if (work !== undefined) startOne(work)
    }
  }

  return {
    enqueue: (work) => {
      waiting.push(work)
      startDue()
    },
    close: async () => {
      waiting.length = 0
      cancel?.()
      await Promise.allSettled(active)
    },
  }
}
