// Owns the order of calls to one vendor library and the life of its host: one call in flight, the rest wait in line.
// It never repeats a call by itself, and does not look into what the library says.
import type { HostFrame } from '../../contract/host-protocol.ts'
import { AgentError } from '../domain/errors.ts'
import type { CancelSignal, LibraryAnswer, VoucherLibrary } from '../usecases/ports.ts'
import { decodeText } from './decode-text.ts'
import { encodeJson } from './encode-text.ts'
import { startHost, type HostLaunch, type HostProcess } from './host-process.ts'
import * as faults from './library-faults.ts'
import type { LibraryProfile } from './library-profile.ts'
import { freshStart, isBreakerOpen, recordFailure, type RestartLimits } from './restart-policy.ts'

export type SupervisorLimits = RestartLimits & {
  /** Calls that may wait behind the one in flight. */
  readonly waitingCalls: number
  /** From start to `ready`, milliseconds. */
  readonly startMs: number
  /** What the host gets above the library's deadline to say so itself, milliseconds. */
  readonly graceMs: number
  /** From SIGKILL to the end of the process, milliseconds. */
  readonly killMs: number
}

export const supervisorLimits: SupervisorLimits = {
  waitingCalls: 8,
  startMs: 10_000,
  graceMs: 1_000,
  killMs: 5_000,
  backOffMs: 500,
  breakerFailures: 5,
  breakerMs: 30_000,
}

export type VoucherLibraryOptions = HostLaunch & {
  readonly profile: LibraryProfile
  /** True when no real library stands behind it; shown by `status()`, never hidden. */
  readonly simulated: boolean
  readonly limits?: Partial<SupervisorLimits>
}

type Call = {
  readonly input: Buffer
  readonly resolve: (answer: LibraryAnswer) => void
  readonly reject: (fault: AgentError) => void
}

/**
 * What is true of the host:
 * absent    no process; `lastFault` says why, if it is not the first
 * starting  a process that has not said `ready`
 * idle      ready, no call
 * busy      ready, `current` is in the library
 * ending    killed or ending by itself; nothing is owed to anybody; the next one starts only after it is gone
 */
type HostState = 'absent' | 'starting' | 'idle' | 'busy' | 'ending'

/**
 * Opens the library and starts its host at once, so that the first patient does not wait. It does not throw: a library
 * that cannot be loaded shows in `status()` and in every call. Close it, or the host keeps the process alive.
 */
export const openVoucherLibrary = (options: VoucherLibraryOptions): VoucherLibrary => {
  const { profile } = options
  const limits = { ...supervisorLimits, ...options.limits }
  const waiting: Call[] = []
  let current: Call | undefined
  let lastCallId = 0
  let state: HostState = 'absent'
  let host: HostProcess | undefined
  let restarts = freshStart
  let lastFault: AgentError | undefined
  /** The deadline of what is going on: start, call, end, or pause before a restart. Never two at once. */
  let timer: NodeJS.Timeout | undefined
  let closing: Promise<void> | undefined
  let onGone = (): void => undefined

  const plan = (delayMs: number, run: () => void): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      timer = undefined
      run()
    }, delayMs)
  }
  const unplan = (): void => {
    clearTimeout(timer)
    timer = undefined
  }

  const rejectWaiting = (fault: AgentError): void => {
    for (const call of waiting.splice(0)) call.reject(fault)
  }

  const start = (): void => {
    const fault = profile.path === undefined ? undefined : faults.inspectLibrary(profile.path, options.execPath)
    if (fault !== undefined) {
      lastFault = fault
      rejectWaiting(fault)
      return
    }
    state = 'starting'
    host = startHost(options, profile, { frame: onFrame, end: onEnd })
    plan(limits.startMs, () =>
      end(faults.faultOfStart({ exitCode: null, signal: null, reason: 'no ready in time' }), true),
    )
  }

  /** Ends the host for a reason of ours; `counts` when it is a failure of library or host. */
  const end = (fault: AgentError, counts: boolean): void => {
    giveUp(fault, counts)
    host?.kill()
    plan(limits.killMs, () => rejectWaiting(faults.faultOfStuckHost()))
  }

  /** The host is finished, whether it has ended or is about to: whoever depends on it is told. */
  const giveUp = (fault: AgentError, counts: boolean): void => {
    const failedStart = state === 'starting'
    state = 'ending'
    if (counts) {
      lastFault = fault
      restarts = recordFailure(restarts, performance.now(), limits)
    }
    current?.reject(fault)
    current = undefined
    if (failedStart && counts) rejectWaiting(fault)
  }

  const onEnd = (exit: faults.HostExit): void => {
    if (state === 'starting') giveUp(faults.faultOfStart(exit), true)
    else if (state !== 'ending') giveUp(faults.faultOfExit(exit), true)
    state = 'absent'
    host = undefined
    unplan()
    if (closing !== undefined) onGone()
    else if (isBreakerOpen(restarts, performance.now(), limits)) rejectWaiting(lastFault ?? faults.faultOfExit(exit))
    else plan(Math.max(0, restarts.notBeforeMs - performance.now()), start)
  }

  const onFrame = (frame: HostFrame): void => {
    if (state === 'ending') return
    if (frame.type === 'ready' && state === 'starting') {
      state = 'idle'
      unplan()
      sendNext()
    } else if (frame.type === 'fatal' && state === 'starting') {
      end(faults.faultOfFatal(frame, profile), true)
    } else if (frame.type === 'reply' && current !== undefined && frame.id === lastCallId) {
      if (!frame.ok) end(faults.faultOfReply(frame, profile), frame.error !== 'deadline')
      else finish(current, frame)
    } else {
      end(faults.faultOfExit({ exitCode: null, signal: null, reason: `unexpected frame ${frame.type}` }), true)
    }
  }

  const finish = (call: Call, reply: Extract<HostFrame, { ok: true }>): void => {
    unplan()
    current = undefined
    state = 'idle'
    restarts = freshStart
    try {
      if (reply.unterminated) throw faults.faultOfOutput('unterminated', profile)
      call.resolve({
        status: decodeText(Buffer.from(reply.status, 'base64'), profile.outputCharset),
        output: decodeText(Buffer.from(reply.out, 'base64'), profile.outputCharset),
        elapsedUs: reply.elapsedUs,
      })
    } catch (error) {
      if (!(error instanceof AgentError)) throw error
      call.reject(error)
    }
    sendNext()
  }

  const sendNext = (): void => {
    if (state === 'absent' && timer === undefined && waiting.length > 0) start()
    if (state !== 'idle') return
    const call = waiting.shift()
    if (call === undefined) return
    current = call
    state = 'busy'
    const { url, outputCapBytes: capBytes, deadlineMs } = profile
    lastCallId += 1
    host?.send({ type: 'call', id: lastCallId, url, in: call.input.toString('base64'), capBytes, deadlineMs })
    // Not counted as a failure: in library ownership this is also a patient who did not scan.
    plan(deadlineMs + limits.graceMs, () => end(faults.faultOfDeadline(deadlineMs), false))
  }

  const cancel = (call: Call): void => {
    const fault = new AgentError('DECODE_CANCELLED')
    const place = waiting.indexOf(call)
    if (place !== -1) {
      waiting.splice(place, 1)
      call.reject(fault)
    } else if (current === call) {
      end(fault, false)
    }
  }

  const enqueue = (input: object, signal: CancelSignal): Promise<LibraryAnswer> =>
    new Promise((resolve, reject) => {
      const onAbort = (): void => cancel(call)
      const settle =
        <Value>(done: (value: Value) => void) =>
        (value: Value): void => {
          signal.removeEventListener('abort', onAbort)
          done(value)
        }
      const call: Call = {
        input: encodeJson(input, profile.inputCharset),
        resolve: settle(resolve),
        reject: settle(reject),
      }
      signal.addEventListener('abort', onAbort, { once: true })
      waiting.push(call)
      sendNext()
    })

  const closeHost = async (): Promise<void> => {
    unplan()
    rejectWaiting(faults.faultOfClosing())
    if (state === 'absent') return
    await new Promise<void>((resolve) => {
      onGone = resolve
      end(faults.faultOfClosing(), false)
      // A process that outlives SIGKILL hangs in the kernel: waiting longer would not help.
      plan(limits.killMs, resolve)
    })
  }

  start()
  return {
    scannerOwner: profile.scannerOwner,
    call: async ({ input, signal }) => {
      if (closing !== undefined) throw faults.faultOfClosing()
      if (signal.aborted) throw new AgentError('DECODE_CANCELLED')
      if (state === 'absent' && lastFault !== undefined && isBreakerOpen(restarts, performance.now(), limits)) {
        throw lastFault
      }
      if (state === 'ending' && timer === undefined) throw faults.faultOfStuckHost()
      if (waiting.length >= limits.waitingCalls) throw new AgentError('DECODE_BUSY')
      return enqueue(input, signal)
    },
    status: () => {
      const pausing = state === 'absent' && timer !== undefined
      const shown = {
        absent: pausing ? 'starting' : 'down',
        starting: 'starting',
        ending: 'starting',
        idle: 'ready',
        busy: 'busy',
      } as const
      const reason = state === 'absent' && !pausing ? lastFault?.message : undefined
      return { state: shown[state], simulated: options.simulated, ...(reason === undefined ? {} : { reason }) }
    },
    close: () => (closing ??= closeHost()),
  }
}
