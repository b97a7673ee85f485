// Owns following orders: one timer per order that still moves, a bounded number of 6301s at a time, and the start after a
// crash. What a step does is advance-order.ts.
import { AgentError } from '../domain/errors.ts'
import { advanceOrder, needsResuming, nextQueryInMs, recordAbandoned, resumeOrder } from './advance-order.ts'
import type { Dependencies } from './dependencies.ts'
import type { CancelTimer, OrderKey } from './ports.ts'
import { fileOrder } from './file-order.ts'
import { findOrder } from './read-order.ts'

const atMostAtOnce = 4
// A timer cannot wait longer than 2^31 ms, and a clock may jump while it waits: look again at least this often.
const longestWaitMs = 60_000

export type OrderWatch = {
  /** Plans the next step of an order; harmless when it is planned already. */
  readonly watch: (key: OrderKey) => void
  /** Ends what a crash left open and plans every open order. Local only: nothing is sent before it returns. */
  readonly recover: () => void
  readonly close: () => Promise<void>
}

const nameOf = ({ orgCodg, medOrgOrd }: OrderKey): string => JSON.stringify([orgCodg, medOrgOrd])

/** `dependencies` is asked for lazily because its own `watch` is the result's. */
export const createOrderWatch = (dependencies: () => Dependencies): OrderWatch => {
  const planned = new Map<string, CancelTimer>()
  const lastQueryMs = new Map<string, number>()
  const waiting: (() => void)[] = []
  const active = new Set<Promise<void>>()
  let closed = false

  // A journal that cannot be written must not end the process: the order stays open and is tried again.
  const logFailure = ({ medOrgOrd }: OrderKey, error: unknown): void => {
    const { log } = dependencies()
    log('error', 'order.step-failed', {
      medOrgOrd,
      error: error instanceof AgentError ? error.code : (error as Error).name,
    })
  }

  const step = async (key: OrderKey): Promise<void> => {
    const { clock } = dependencies()
    const name = nameOf(key)
    try {
      await resumeOrder(dependencies(), key)
      if (needsQuery(key) === 0) {
        lastQueryMs.set(name, clock.wallMs())
        await advanceOrder(dependencies(), key)
      }
    } catch (error) {
      logFailure(key, error)
    }
  }

  const needsQuery = (key: OrderKey): number | undefined => {
    const order = findOrder(dependencies().journal, key)
    return order === undefined ? undefined : nextQueryInMs(dependencies(), order, lastQueryMs.get(nameOf(key)))
  }

  const startNext = (): void => {
    if (active.size < atMostAtOnce) waiting.shift()?.()
  }

  const enqueue = (key: OrderKey): void => {
    waiting.push(() => {
      const work = step(key).finally(() => {
        active.delete(work)
        if (closed) return
        plan(key, true)
        startNext()
      })
      active.add(work)
    })
    startNext()
  }

  const planAfter = (key: OrderKey, inMs: number): void => {
    const name = nameOf(key)
    const cancel = dependencies().timers.after(Math.min(inMs, longestWaitMs), () => {
      planned.delete(name)
      if (inMs <= longestWaitMs) enqueue(key)
      else plan(key, false)
    })
    planned.set(name, cancel)
  }

  const refile = (key: OrderKey): void => {
    const { journal } = dependencies()
    const order = findOrder(journal, key)
    if (order === undefined) return
    const moves = needsResuming(dependencies(), order) || needsQuery(key) !== undefined
    fileOrder(journal, key, order, moves)
  }

  const planNext = (key: OrderKey): void => {
    const { journal, settings } = dependencies()
    const order = findOrder(journal, key)
    if (order === undefined) return
    if (needsResuming(dependencies(), order)) {
      planAfter(key, settings.uploadRepeatAfterMs)
      return
    }
    const inMs = nextQueryInMs(dependencies(), order, lastQueryMs.get(nameOf(key)))
    if (inMs !== undefined) {
      planAfter(key, inMs)
      return
    }
    lastQueryMs.delete(nameOf(key))
  }

  const plan = (key: OrderKey, afterStep: boolean): void => {
    const name = nameOf(key)
    if (closed) return
    try {
      refile(key)
      if (planned.has(name) && !afterStep) return
      planned.get(name)?.()
      planned.delete(name)
      planNext(key)
    } catch (error) {
      logFailure(key, error)
      planAfter(key, longestWaitMs)
    }
  }

  return {
    watch: (key) => {
      plan(key, false)
    },
    recover: () => {
      for (const key of dependencies().journal.readList('open')) {
        try {
          recordAbandoned(dependencies(), key)
        } catch (error) {
          // One order that cannot be read or written must not keep the others, and the port, closed.
          logFailure(key, error)
        }
        plan(key, false)
      }
    },
    close: async () => {
      closed = true
      for (const cancel of planned.values()) cancel()
      planned.clear()
      waiting.length = 0
      await Promise.allSettled(active)
    },
  }
}
