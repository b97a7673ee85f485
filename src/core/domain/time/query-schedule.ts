// Owns when 6301 is asked (RULES 4.6): pure arithmetic over the time since placing. Who asks is usecases/following/advance-order.ts.

export type Schedule = {
  readonly firstAfterMs: number
  readonly everyMs: number
  readonly untilMs: number
  readonly backOffMs: readonly number[]
}

/**
 * When the next query after `sinceMs` is due, both counted from placing: first at 20 s, every 5 s to 80 s, then 30 s, 1 min
 * and every 5 min. The times are fixed from placing on, so a restart in between changes nothing.
 */
export const nextQueryAfter = (schedule: Schedule, sinceMs: number): number => {
  const { firstAfterMs, everyMs, untilMs, backOffMs } = schedule
  if (sinceMs < firstAfterMs) return firstAfterMs
  const steps = Math.floor((sinceMs - firstAfterMs) / everyMs) + 1
  const dense = firstAfterMs + steps * everyMs
  if (dense <= untilMs) return dense
  let at = untilMs
  for (const step of backOffMs) {
    at += step
    if (at > sinceMs) return at
  }
  const last = backOffMs.at(-1) ?? everyMs
  return at + (Math.floor((sinceMs - at) / last) + 1) * last
}
