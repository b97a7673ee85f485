// Owns the system's timers, as the use cases are given them.
import { outsideRequest } from '../../../core/log/request-context.ts'
import type { Timers } from '../../usecases/base/ports.ts'

export const systemTimers: Timers = {
  after: (delayMs, run) => {
    const timer = outsideRequest(() => setTimeout(run, delayMs))
    return () => {
      clearTimeout(timer)
    }
  },
}
