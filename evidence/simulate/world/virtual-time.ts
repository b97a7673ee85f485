// Owns virtual time: a queue of events that run one after the other, each with everything it sets off, before the clock moves
// on. Nothing here waits for real time, so the same events always run in the same order.
import { setImmediate as nextTurn } from 'node:timers'

type Cancel = () => void

/** Who an event belongs to. Ended, nothing of it runs any more; frozen, everything of it waits. */
export type Scope = {
  readonly after: (delayMs: number, run: () => void) => Cancel
  readonly end: () => void
  /** Nothing of it runs for so long: the machine sleeps. */
  readonly freeze: (forMs: number) => void
}

export type VirtualTime = {
  /** Milliseconds since the history began. */
  readonly nowMs: () => number
  readonly createScope: () => Scope
  /** Whose event is running, so that what it sets off belongs to the same. */
  readonly current: () => Scope | undefined
  /** Runs events until the work settles. Rejects when it does, or when an event throws, or when nothing is left to run. */
  readonly play: <Value>(work: () => Promise<Value>) => Promise<Value>
}

type Owner = { isEnded: boolean; frozenUntilMs: number; scope: Scope }
type Event = { atMs: number; readonly order: number; readonly owner: Owner; run: (() => void) | undefined }

const isBefore = (one: Event, other: Event): boolean =>
  one.atMs < other.atMs || (one.atMs === other.atMs && one.order < other.order)

/** A binary heap: the earliest event first, of two at the same time the one that was planned first. */
const createQueue = () => {
  const heap: Event[] = []
  const at = (index: number): Event => heap[index] as Event
  const swap = (one: number, other: number): void => {
    const kept = at(one)
    heap[one] = at(other)
    heap[other] = kept
  }
  const sink = (from: number): void => {
    let index = from
    for (;;) {
      let least = index
      for (const child of [2 * index + 1, 2 * index + 2]) {
        if (child < heap.length && isBefore(at(child), at(least))) least = child
      }
      if (least === index) return
      swap(index, least)
      index = least
    }
  }
  return {
    push: (event: Event): void => {
      let index = heap.push(event) - 1
      for (let parent = (index - 1) >> 1; index > 0 && isBefore(at(index), at(parent)); parent = (index - 1) >> 1) {
        swap(index, parent)
        index = parent
      }
    },
    pop: (): Event | undefined => {
      const last = heap.pop()
      if (last === undefined || heap.length === 0) return last
      const first = at(0)
      heap[0] = last
      sink(0)
      return first
    },
  }
}

export const createVirtualTime = (): VirtualTime => {
  const queue = createQueue()
  let nowMs = 0
  let lastOrder = 0
  let current: Owner | undefined

  const createScope = (): Scope => {
    const after = (delayMs: number, run: () => void): Cancel => {
      if (owner.isEnded) return () => undefined
      const event: Event = { atMs: nowMs + Math.max(0, Math.ceil(delayMs)), order: ++lastOrder, owner, run }
      queue.push(event)
      return () => {
        event.run = undefined
      }
    }
    const scope: Scope = {
      after,
      end: () => {
        owner.isEnded = true
      },
      freeze: (forMs) => {
        owner.frozenUntilMs = nowMs + forMs
      },
    }
    const owner: Owner = { isEnded: false, frozenUntilMs: 0, scope }
    return scope
  }

  /** Runs the next event; false when there is none. */
  const runNext = (): boolean => {
    for (let event = queue.pop(); event !== undefined; event = queue.pop()) {
      const { owner, run } = event
      if (run === undefined || owner.isEnded) continue
      if (owner.frozenUntilMs > event.atMs) {
        event.atMs = owner.frozenUntilMs
        queue.push(event)
        continue
      }
      nowMs = event.atMs
      current = owner
      event.run = undefined
      run()
      return true
    }
    return false
  }

  return {
    nowMs: () => nowMs,
    createScope,
    current: () => current?.scope,
    play: <Value>(work: () => Promise<Value>) =>
      new Promise<Value>((resolve, reject) => {
        let isSettled = false
        const settle = (): void => {
          isSettled = true
        }
        // A turn of the real event loop between two events: every promise that an event settled has run its course by then.
        const step = (): void => {
          if (isSettled) return
          try {
            if (runNext()) nextTurn(step)
            else reject(new Error('nothing is left to happen, and the history has not ended'))
          } catch (error) {
            reject(error instanceof Error ? error : new Error(String(error)))
          }
        }
        work().then(resolve, reject).finally(settle)
        nextTurn(step)
      }),
  }
}
