// Owns following orders: one timer per order that still moves, a bounded number of steps at a time, and the start after a crash.
// Which step is next is core/domain/order/next-step.ts; taking it is advance-order.ts.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { nextStepOf, type NextStep } from '../../../core/domain/order/next-step.ts'
import { recordAbandoned, stepContextOf, takeStep } from './advance-order.ts'
import type { Dependencies } from '../base/dependencies.ts'
import { fileOrder } from '../order/file-order.ts'
import type { CancelTimer, OrderKey } from '../base/ports.ts'
import { findOrder } from '../order/read-order.ts'
import type { StepPace } from '../base/step-pace.ts'

// A timer cannot wait longer than 2^31 ms, and the day's end is told by a clock that may jump: look again at least this often.
const longestWaitMs = 60_000

export type OrderWatch = {
  /** Plans the next step of an order anew. */
  readonly watch: (key: OrderKey) => void
  /** Ends what a crash left open and plans every open order. Local only: nothing is sent before it returns. */
  readonly recover: () => void
  readonly close: () => void
}

const nameOf = ({ orgCodg, medOrgOrd }: OrderKey): string => JSON.stringify([orgCodg, medOrgOrd])

/** `dependencies` is asked for lazily because its own `watch` is the result's. */
export const createOrderWatch = (dependencies: () => Dependencies, pace: StepPace): OrderWatch => {
  const planned = new Map<string, CancelTimer>()
  /** Orders whose step waits for its turn or is being taken; it is planned anew when that ended. */
  const busy = new Set<string>()
  let closed = false

  // A journal that cannot be written must not end the process: the order stays open and is tried again.
  const logFailure = ({ medOrgOrd }: OrderKey, error: unknown): void => {
    dependencies().log('error', 'order.step-failed', {
      medOrgOrd,
      error: error instanceof AgentError ? error.code : (error as Error).name,
    })
  }

  const nextStep = (key: OrderKey): NextStep => {
    const order = findOrder(dependencies().journal, key)
    if (order === undefined) return { kind: 'rest' }
    return nextStepOf(order, stepContextOf(dependencies(), key), dependencies().settings)
  }

  const takeDue = async (key: OrderKey): Promise<void> => {
    try {
      const step = nextStep(key)
      if ('inMs' in step && step.inMs > 0) return
      dependencies().log('debug', 'order.step', { medOrgOrd: key.medOrgOrd, step: step.kind })
      dependencies().waits.noteQuery(key)
      await takeStep(dependencies(), key, step)
    } catch (error) {
      logFailure(key, error)
    }
  }

  const enqueue = (key: OrderKey): void => {
    const name = nameOf(key)
    busy.add(name)
    pace.enqueue(async () => {
      await takeDue(key)
      busy.delete(name)
      plan(key)
    })
  }

  const planAfter = (key: OrderKey, inMs: number): void => {
    const name = nameOf(key)
    const cancel = dependencies().timers.after(Math.min(inMs, longestWaitMs), () => {
      planned.delete(name)
      if (inMs <= longestWaitMs) enqueue(key)
      else plan(key)
    })
    planned.set(name, cancel)
  }

  const fileQuietly = (key: OrderKey): void => {
    try {
      fileOrder(dependencies(), key, true)
    } catch (error) {
      logFailure(key, error)
    }
  }

  const plan = (key: OrderKey): void => {
    const name = nameOf(key)
    if (closed) return
    if (busy.has(name)) {
      // Its next step is planned when this one ended; on which lists it stands is true at once.
      fileQuietly(key)
      return
    }
    planned.get(name)?.()
    planned.delete(name)
    try {
      const step = nextStep(key)
      fileOrder(dependencies(), key, step.kind !== 'rest')
      // What cannot wait by itself is not repeated without a pause either: writing it down may have failed.
      if (step.kind !== 'rest') planAfter(key, 'inMs' in step ? step.inMs : dependencies().settings.uploadRepeatAfterMs)
    } catch (error) {
      logFailure(key, error)
      planAfter(key, longestWaitMs)
    }
  }

  return {
    watch: plan,
    recover: () => {
      for (const key of dependencies().journal.readList('open')) {
        try {
          recordAbandoned(dependencies(), key)
        } catch (error) {
          // One order that cannot be read or written must not keep the others, and the port, closed.
          logFailure(key, error)
        }
        plan(key)
      }
    },
    close: () => {
      closed = true
      for (const cancel of planned.values()) cancel()
      planned.clear()
    },
  }
}
