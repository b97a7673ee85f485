// Owns one decoder host process: start, frames both ways, kill, and the news of its end.
// It does not know about queues, deadlines or restarts (supervisor.ts).
import { spawn } from 'node:child_process'
import { dirname } from 'node:path'
import type { Readable, Writable } from 'node:stream'
import { isHostFrame, type HostCall, type HostFrame } from '../../contract/host-protocol.ts'
import { createFrameDecoder, encodeFrame } from './framing.ts'
import type { HostExit } from './library-faults.ts'
import type { LibraryProfile } from './library-profile.ts'

export type HostLaunch = {
  /** The program: a Node 24 executable, or a host that needs none. Absolute. */
  readonly execPath: string
  /** The script that Node runs, absolute; absent when `execPath` is the host itself. */
  readonly hostEntry?: string
  /** Added to the host's environment. */
  readonly environment?: Readonly<Record<string, string>>
}

export type HostProcess = {
  readonly pid: number | undefined
  readonly send: (call: HostCall) => void
  /** SIGKILL: a hung library ignores anything milder. `onEnd` follows. */
  readonly kill: () => void
}

/** How long the last frames of a host that has ended may take to arrive, milliseconds. */
const drainMs = 200

/**
 * Starts a host. `onFrame` gets every valid frame in order; `onEnd` comes exactly once and last, also when the host
 * could not be started. A host that sends anything else is killed and ends with a `reason`.
 */
export const startHost = (
  launch: HostLaunch,
  profile: LibraryProfile,
  on: { readonly frame: (frame: HostFrame) => void; readonly end: (exit: HostExit) => void },
): HostProcess => {
  const { execPath, hostEntry } = launch
  const { path, symbol, signature } = profile
  const child = spawn(execPath, [...(hostEntry === undefined ? [] : [hostEntry]), path ?? '', symbol, signature], {
    ...(path === undefined ? {} : { cwd: dirname(path) }),
    env: { ...ownEnvironment(), ...launch.environment },
    // A vendor may print a patient's data: it is thrown away. Never windowsHide: it would hide the vendor's own window.
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const calls = child.stdio[0] as Writable
  const frames = child.stdio[3] as Readable
  const decoder = createFrameDecoder()
  let reason: string | undefined
  let ended = false

  const end = (exit: HostExit): void => {
    if (ended) return
    ended = true
    on.end(reason === undefined ? exit : { ...exit, reason })
  }
  const refuse = (why: string): void => {
    reason ??= why
    child.kill('SIGKILL')
  }

  frames.on('data', (chunk: Buffer) => {
    if (reason !== undefined) return
    try {
      for (const frame of decoder.push(chunk)) {
        if (isHostFrame(frame)) on.frame(frame)
        else refuse('a frame that the protocol does not know')
      }
    } catch (error) {
      refuse(error instanceof Error ? error.message : String(error))
    }
  })
  // A broken pipe on either side is told by the exit that follows.
  frames.on('error', () => undefined)
  calls.on('error', () => undefined)
  child.on('error', (error) => end({ exitCode: null, signal: null, reason: error.message }))
  child.on('exit', (exitCode, signal) => {
    const exit = { exitCode, signal }
    child.on('close', () => end(exit))
    // A process that the library started may hold the pipe open: do not wait for it.
    setTimeout(() => end(exit), drainMs).unref()
  })

  return {
    pid: child.pid,
    send: (call) => void calls.write(encodeFrame(call)),
    kill: () => void child.kill('SIGKILL'),
  }
}

/** The agent's environment without what would change Node itself (NODE_OPTIONS, a test runner's context). */
const ownEnvironment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_')))
