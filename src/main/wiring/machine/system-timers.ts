// Owns the system's timers, as the use cases are given them.
import type { Timers } from '../../usecases/base/ports.ts'

export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = setTimeout(run, delayMs)
    return () => {
      clearTimeout(timer)
    }
  },
}
