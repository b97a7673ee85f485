// Owns every limit of a supervisor in one place, with the values that a site gets.
import type { RestartLimits } from './restart-policy.ts'

export type SupervisorLimits = RestartLimits & {
  /** Calls that may wait behind the one in flight. */
  readonly waitingCalls: number
  /** From start to `ready`, milliseconds. */
  readonly startMs: number
  /** What the host gets above the library's deadline to say so itself, milliseconds. */
  readonly graceMs: number
  /** From SIGKILL to the end of the process, milliseconds. */
  readonly killMs: number
  /** An idle host is asked after so long whether it still listens, milliseconds. */
  readonly heartbeatMs: number
  /** How long it may take to say so, milliseconds. */
  readonly pongMs: number
  /** After so many calls the host is replaced: vendors leak. */
  readonly callsPerHost: number
  /** Above so much memory, too, KiB. */
  readonly hostMemoryKb: number
}

export const supervisorLimits: SupervisorLimits = {
  waitingCalls: 8,
  startMs: 10_000,
  graceMs: 500,
  killMs: 5_000,
  heartbeatMs: 30_000,
  pongMs: 5_000,
  callsPerHost: 5_000,
  hostMemoryKb: 512 * 1024,
  backOffMs: 250,
  breakerFailures: 5,
  breakerMs: 30_000,
}
