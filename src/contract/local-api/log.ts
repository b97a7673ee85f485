// Owns what the agent answers about its own log, for the agent and the console.
import type { LogLine } from '../log-line.ts'

/** What is written to the files: the usual, or more for an hour. */
export type FileLevel = 'info' | 'debug'

export type LogStanding = {
  readonly level: FileLevel
  /** When the level falls back, ISO 8601 with +08:00; "" at the usual level. */
  readonly until: string
  /** Why the log cannot be written, a code; "" when it can. */
  readonly fault: string
}

export type LogAnswer = LogStanding & {
  /** The newest first. */
  readonly lines: readonly LogLine[]
}
