// Owns how long the agent has waited, by the monotonic clock: a wall clock that jumps, or sleeps, neither hurries an order nor
// stalls it (RULES 1.2). Memory only; what came before a restart is told by the times in the journal.
import type { StepContext, Waited } from '../../../core/domain/order/next-step.ts'
import type { Moment } from '../../../core/domain/order/order.ts'
import type { Clock, OrderKey } from './ports.ts'

/** More waits than orders can be open; the oldest is forgotten and then counted from the journal's time again. */
const atMostRemembered = 20_000

export type OrderWaits = {
  readonly waited: (moment: Moment) => Waited
  readonly noteQuery: (key: OrderKey) => void
  readonly lastQuery: (key: OrderKey) => StepContext['lastQuery']
}

const remember = <Key, Value>(map: Map<Key, Value>, key: Key, value: Value): void => {
  map.delete(key)
  map.set(key, value)
  const [oldest] = map.keys()
  if (map.size > atMostRemembered && oldest !== undefined) map.delete(oldest)
}

export const createOrderWaits = (clock: Clock): OrderWaits => {
  const seen = new Map<number, { readonly monotonicMs: number; readonly elapsedMs: number }>()
  const queries = new Map<string, { readonly monotonicMs: number; readonly atMs: number }>()
  const nameOf = ({ orgCodg, medOrgOrd }: OrderKey): string => JSON.stringify([orgCodg, medOrgOrd])
  return {
    waited: ({ seq, atMs }) => {
      const monotonicMs = clock.monotonicMs()
      const first = seen.get(seq) ?? { monotonicMs, elapsedMs: Math.max(0, clock.wallMs() - atMs) }
      if (!seen.has(seq)) remember(seen, seq, first)
      const seenMs = monotonicMs - first.monotonicMs
      return { elapsedMs: first.elapsedMs + seenMs, seenMs }
    },
    noteQuery: (key) => {
      remember(queries, nameOf(key), { monotonicMs: clock.monotonicMs(), atMs: clock.wallMs() })
    },
    lastQuery: (key) => {
      const last = queries.get(nameOf(key))
      return last === undefined ? undefined : { atMs: last.atMs, agoMs: clock.monotonicMs() - last.monotonicMs }
    },
  }
}
