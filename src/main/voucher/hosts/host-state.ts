// Owns the names of what is true of a library's host, and which of them are shown. Who goes from one to the next is supervisor.ts.

/**
 * What is true of the host:
 * absent    no process; `lastFault` says why, if it is not the first
 * checking  no process yet, the library's files are compared with the manifest
 * starting  a process that has not said `ready`
 * opening   ready, the library's own opening call is in it
 * idle      ready, no call
 * pinging   ready, no call, asked whether it still listens
 * busy      ready, `current` is in the library
 * ending    killed or ending by itself; nothing is owed to anybody; the next one starts only after it is gone
 */
export type HostState = 'absent' | 'checking' | 'starting' | 'opening' | 'idle' | 'pinging' | 'busy' | 'ending'

/** What `/v1/status` says of each. */
export const shownStates = {
  absent: 'down',
  checking: 'starting',
  starting: 'starting',
  opening: 'starting',
  ending: 'starting',
  idle: 'ready',
  pinging: 'ready',
  busy: 'busy',
} as const satisfies Readonly<Record<HostState, string>>
