// Owns one decoder host process: start, frames both ways, kill, and the news of its end.
// It does not know about queues, deadlines or restarts (supervisor.ts).
import { spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { isHostFrame, type HostFrame, type HostRequest } from '../../../contract/host/host-protocol.ts'
import { childEnvironment } from '../../../core/domain/machine/child-environment.ts'
import { createFrameDecoder, encodeFrame } from './framing.ts'
import type { HostExit } from '../library/library-faults.ts'

export type HostLaunch = {
  /** The program, absolute. */
  readonly program: string
  /** All of its arguments. */
  readonly arguments: readonly string[]
  /** Its working directory; the agent's own when undefined. */
  readonly folder: string | undefined
  /** Added to what every child process gets of the agent's environment. */
  readonly environment?: Readonly<Record<string, string>>
}

export type HostProcess = {
  readonly pid: number | undefined
  readonly send: (request: HostRequest) => void
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
  on: { readonly frame: (frame: HostFrame) => void; readonly end: (exit: HostExit) => void },
): HostProcess => {
  const child = spawn(launch.program, launch.arguments, {
    ...(launch.folder === undefined ? {} : { cwd: launch.folder }),
    env: childEnvironment(process.env, launch.environment),
    // A vendor may print a patient's data: it is thrown away. Never windowsHide: it would hide the vendor's own window.
    stdio: ['pipe', 'ignore', 'ignore', 'pipe'],
  })
  const requests = child.stdio[0] as Writable
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
  requests.on('error', () => undefined)
  child.on('error', (error) => end({ exitCode: null, signal: null, reason: error.message }))
  child.on('exit', (exitCode, signal) => {
    const exit = { exitCode, signal }
    child.on('close', () => end(exit))
    // A process that the library started may hold the pipe open: do not wait for it.
    setTimeout(() => end(exit), drainMs).unref()
  })

  return {
    pid: child.pid,
    send: (request) => void requests.write(encodeFrame(request)),
    kill: () => void child.kill('SIGKILL'),
  }
}
