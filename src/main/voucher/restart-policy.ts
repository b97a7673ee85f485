// Owns when a failed host may be started again: a pure rule over counted failures. It starts nothing itself.

export type RestartLimits = {
  /** The first failure restarts at once, the second after this, then twice as long each time, milliseconds. */
  readonly backOffMs: number
  /** From this many failures in a row the breaker is open. */
  readonly breakerFailures: number
  /** How long an open breaker refuses calls before one is let through, milliseconds. */
  readonly breakerMs: number
}

export type RestartState = { readonly failures: number; readonly notBeforeMs: number }

/** No failure on record; also after every call that the library answered. */
export const freshStart: RestartState = { failures: 0, notBeforeMs: 0 }

/** One more failure at `nowMs` (monotonic). */
export const recordFailure = (state: RestartState, nowMs: number, limits: RestartLimits): RestartState => {
  const failures = state.failures + 1
  if (failures >= limits.breakerFailures) return { failures, notBeforeMs: nowMs + limits.breakerMs }
  return { failures, notBeforeMs: nowMs + (failures === 1 ? 0 : limits.backOffMs * 2 ** (failures - 2)) }
}

/** True while calls are refused at once. */
export const isBreakerOpen = (state: RestartState, nowMs: number, limits: RestartLimits): boolean =>
  state.failures >= limits.breakerFailures && nowMs < state.notBeforeMs
