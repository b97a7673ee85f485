// Owns when the agent's process may be started again after it died: a pure rule over the times it ended.

export type RestartRule = {
  /** The pause after the first end, then twice as long each time, milliseconds. */
  readonly firstAfterMs: number
  readonly atMostAfterMs: number
  /** So many ends within `withinMs` and a person is called instead. */
  readonly atMostEnds: number
  readonly withinMs: number
}

export const defaultRestartRule: RestartRule = {
  firstAfterMs: 1_000,
  atMostAfterMs: 30_000,
  atMostEnds: 6,
  withinMs: 600_000,
}

/** `ends`: monotonic milliseconds, the last one now. How long to wait, or undefined: give up. */
export const restartAfter = (ends: readonly number[], rule: RestartRule): number | undefined => {
  const nowMs = ends.at(-1) ?? 0
  const recent = ends.filter((atMs) => nowMs - atMs < rule.withinMs).length
  if (recent >= rule.atMostEnds) return undefined
  return Math.min(rule.firstAfterMs * 2 ** Math.max(0, recent - 1), rule.atMostAfterMs)
}
