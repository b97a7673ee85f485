// Owns following orders: one timer per order that still moves, a bounded number of 6301s at a time, and the start after a
// crash. What a step does is advance-order.ts.
import { foldOrder } from '../domain/order.ts'
import { stateOf } from '../domain/order-state.ts'
import { advanceOrder, nextQueryInMs, resumeIfUpload } from './advance-order.ts'
import type { Dependencies } from './dependencies.ts'
import type { CancelTimer, OrderKey } from './ports.ts'
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

  const step = async (key: OrderKey): Promise<void> => {
    const { clock, log } = dependencies()
    const name = nameOf(key)
    try {
      await resumeIfUpload(dependencies(), key)
      if (needsQuery(key) === 0) {
        lastQueryMs.set(name, clock.wallMs())
        await advanceOrder(dependencies(), key)
      }
    } catch (error) {
      // A journal that cannot be written must not end the process: the order stays open and is tried again.
      log('error', 'order.step-failed', { medOrgOrd: key.medOrgOrd, error: (error as Error).name })
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

  const plan = (key: OrderKey, afterStep: boolean): void => {
    const name = nameOf(key)
    if (closed || (planned.has(name) && !afterStep)) return
    planned.get(name)?.()
    planned.delete(name)
    const { journal, timers } = dependencies()
    const order = findOrder(journal, key)
    if (order === undefined) return
    const inMs = nextQueryInMs(dependencies(), order, lastQueryMs.get(name))
    if (inMs === undefined) {
      lastQueryMs.delete(name)
      if (stateOf(order) !== 'uploading') journal.markClosed(key)
      return
    }
    const cancel = timers.after(Math.min(inMs, longestWaitMs), () => {
      planned.delete(name)
      if (inMs <= longestWaitMs) enqueue(key)
      else plan(key, false)
    })
    planned.set(name, cancel)
  }

  const endLeftOpen = (key: OrderKey): void => {
    const { journal } = dependencies()
    const order = foldOrder(key.orgCodg, key.medOrgOrd, journal.readEntries(key))
    for (const { intent, outcome } of order.operations) {
      if (outcome !== undefined) continue
      const facts = { reason: 'the agent ended while this was in flight' }
      journal.finish(intent, key, { outcome: 'unknown', facts, lookups: [] })
    }
  }

  return {
    watch: (key) => {
      plan(key, false)
    },
    recover: () => {
      for (const key of dependencies().journal.readOpenOrders()) {
        endLeftOpen(key)
        const order = findOrder(dependencies().journal, key)
        if (order !== undefined && stateOf(order) === 'uploading') enqueue(key)
        else plan(key, false)
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
