// Owns the life of one vendor library's host: start, one call in flight, heartbeat, kill, restart. It never repeats a call
// by itself. The queue of
// calls is call-line.ts, when to restart is restart-policy.ts; what a call sends and what its return value means is the profile's.
import type { HostFrame, HostReturned } from '../../contract/host/host-protocol.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import type { LibraryAnswer, VoucherLibrary } from '../usecases/base/ports.ts'
import { createCallLine, type Call } from './call-line.ts'
import { startHost, type HostLaunch, type HostProcess } from './hosts/host-process.ts'
import { shownStates, type HostState } from './hosts/host-state.ts'
import * as faults from './library/library-faults.ts'
import { findChange } from './library/library-manifest.ts'
import type { LibraryProfile } from './library/library-profile.ts'
import { nameOfCopy, prepareHost, type HostProgram } from './hosts/prepare-host.ts'
import type { LibraryCall, LibraryInput } from './library/profile-kind.ts'
import { freshStart, isBreakerOpen, recordFailure } from './restart-policy.ts'
import { supervisorLimits, type SupervisorLimits } from './supervisor-limits.ts'
import { assertOpened, assertSendable, makeCallFrame, readReturn } from './translate-call.ts'

export type VoucherLibraryOptions = {
  readonly profile: LibraryProfile
  /** The host programs that are installed; the library's header picks one. */
  readonly hosts: readonly HostProgram[]
  /** Added to the host's environment. */
  readonly environment?: Readonly<Record<string, string>>
  /** The file with the hashes of the accepted library; none are checked without it. Absolute. */
  readonly manifest?: string
  /** True when no real library stands behind it; shown by `status()`, never hidden. */
  readonly simulated: boolean
  readonly limits?: Partial<SupervisorLimits>
}

export type SupervisedLibrary = VoucherLibrary & {
  /** The files were accepted anew: a host that has none of the old ones takes this one's place, after its call. */
  readonly renew: () => void
}

/**
 * Opens the library and starts its host at once, so that the first patient does not wait. It does not throw: a library
 * that cannot be loaded shows in `status()` and in every call. Close it, or the host keeps the process alive.
 */
export const openVoucherLibrary = (options: VoucherLibraryOptions): SupervisedLibrary => {
  const { profile, manifest } = options
  const { kind } = profile
  const limits = { ...supervisorLimits, ...options.limits }
  const line = createCallLine()
  let current: Call | undefined
  let lastId = 0
  let state: HostState = 'absent'
  let host: HostProcess | undefined
  let callsOfHost = 0
  let restarts = freshStart
  let lastFault: AgentError | undefined
  /** The deadline of what is going on: start, call, ping, end, or pause before one of them. Never two at once. */
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

  /** The library cannot be used until somebody changes its files: every call looks again. */
  const refuse = (fault: AgentError): void => {
    state = 'absent'
    lastFault = fault
    line.rejectAll(fault)
  }

  const start = (): void => {
    const launch = prepareHost(profile, options.hosts)
    if (launch instanceof AgentError) refuse(launch)
    else if (manifest === undefined || profile.path === undefined) launchHost(launch)
    else void checkThenLaunch(profile.path, manifest, launch)
  }

  const checkThenLaunch = async (path: string, file: string, launch: HostLaunch): Promise<void> => {
    state = 'checking'
    const change = await findChange(path, file, nameOfCopy(launch.program))
    if (closing !== undefined) onGone()
    else if (change !== undefined) refuse(change)
    else launchHost(launch)
  }

  const launchHost = (launch: HostLaunch): void => {
    state = 'starting'
    callsOfHost = 0
    const environment = { ...launch.environment, ...options.environment }
    host = startHost({ ...launch, environment }, { frame: onFrame, end: onEnd })
    plan(limits.startMs, () =>
      end(faults.faultOfStart({ exitCode: null, signal: null, reason: 'no ready in time' }), true),
    )
  }

  const killHost = (): void => {
    host?.kill()
    plan(limits.killMs, () => line.rejectAll(faults.faultOfStuckHost()))
  }

  /** For no fault: the next one starts when it is gone. */
  const replaceHost = (): void => {
    state = 'ending'
    killHost()
  }

  /** Ends the host for a reason of ours; `counts` when it is a failure of library or host. */
  const end = (fault: AgentError, counts: boolean): void => {
    giveUp(fault, counts)
    killHost()
  }

  /** The host is finished, whether it has ended or is about to: whoever depends on it is told. */
  const giveUp = (fault: AgentError, counts: boolean): void => {
    const failedStart = state === 'starting' || state === 'opening'
    state = 'ending'
    if (counts) {
      lastFault = fault
      restarts = recordFailure(restarts, performance.now(), limits)
    }
    current?.reject(fault)
    current = undefined
    if (failedStart && counts) line.rejectAll(fault)
  }

  const onEnd = (exit: faults.HostExit): void => {
    if (state === 'starting') giveUp(faults.faultOfStart(exit), true)
    else if (state !== 'ending') giveUp(faults.faultOfExit(exit), true)
    state = 'absent'
    host = undefined
    unplan()
    if (closing !== undefined) onGone()
    else if (isBreakerOpen(restarts, performance.now(), limits)) line.rejectAll(lastFault ?? faults.faultOfExit(exit))
    else plan(Math.max(0, restarts.notBeforeMs - performance.now()), start)
  }

  const onFrame = (frame: HostFrame): void => {
    const answers = 'id' in frame && frame.id === lastId
    if (state === 'ending') return
    if (frame.type === 'ready' && state === 'starting') open()
    else if (frame.type === 'fatal' && state === 'starting') end(faults.faultOfFatal(frame), true)
    else if (frame.type === 'pong' && answers && state === 'pinging') rest()
    else if (frame.type === 'reply' && answers && (current !== undefined || state === 'opening')) {
      if (!frame.ok) end(faults.faultOfReply(frame, profile), state === 'opening' || frame.error !== 'deadline')
      else if (current === undefined) finishOpening(frame)
      else finish(current, frame)
    } else end(faults.faultOfExit({ exitCode: null, signal: null, reason: `unexpected frame ${frame.type}` }), true)
  }

  const sendCall = (call: LibraryCall): void => {
    const { deadlineMs } = profile
    lastId += 1
    host?.send(makeCallFrame(lastId, call, profile))
    // Not counted as a failure of a running library: in library ownership this is also a patient who did not scan.
    plan(deadlineMs + limits.graceMs, () => end(faults.faultOfDeadline(deadlineMs), state === 'opening'))
  }

  /** Runs `work`; an AgentError it throws goes to `fail`. */
  const attempt = (work: () => void, fail: (fault: AgentError) => void): void => {
    try {
      work()
    } catch (error) {
      if (!(error instanceof AgentError)) throw error
      fail(error)
    }
  }

  const open = (): void => {
    const call = kind.open?.(profile)
    if (call === undefined) {
      rest()
      return
    }
    state = 'opening'
    sendCall(call)
  }

  const finishOpening = (reply: HostReturned): void => {
    const call = kind.open?.(profile)
    if (call === undefined) return
    attempt(
      () => {
        assertOpened(reply, call, profile)
        rest()
      },
      (fault) => end(fault, true),
    )
  }

  const finish = (call: Call, reply: HostReturned): void => {
    current = undefined
    callsOfHost += 1
    restarts = freshStart
    attempt(
      () => call.resolve({ ...readReturn(reply, call.call, profile), elapsedUs: reply.elapsedUs }),
      (fault) => call.reject(fault),
    )
    if (callsOfHost < limits.callsPerHost && reply.memoryKb < limits.hostMemoryKb) rest()
    else replaceHost()
  }

  /** The host has nothing to do: the next call, or a heartbeat when there is none for long. */
  const rest = (): void => {
    state = 'idle'
    plan(limits.heartbeatMs, ping)
    sendNext()
  }

  const ping = (): void => {
    state = 'pinging'
    lastId += 1
    host?.send({ type: 'ping', id: lastId })
    const exit = { exitCode: null, signal: null, reason: 'no pong in time' }
    plan(limits.pongMs, () => end(faults.faultOfExit(exit), true))
  }

  const sendNext = (): void => {
    if (state === 'absent' && timer === undefined && line.length() > 0) start()
    if (state !== 'idle') return
    current = line.take()
    if (current === undefined) return
    state = 'busy'
    sendCall(current.call)
  }

  const closeHost = async (): Promise<void> => {
    unplan()
    line.rejectAll(faults.faultOfClosing())
    if (state === 'absent') return
    await new Promise<void>((resolve) => {
      onGone = resolve
      if (state === 'checking') return
      end(faults.faultOfClosing(), false)
      // A process that outlives SIGKILL hangs in the kernel: waiting longer would not help.
      plan(limits.killMs, resolve)
    })
  }

  const enqueue = (call: LibraryCall, signal: Parameters<typeof line.add>[1]): Promise<LibraryAnswer> => {
    const answer = line.add(call, signal, (cancelled) => {
      if (cancelled === current) end(new AgentError('DECODE_CANCELLED'), false)
    })
    sendNext()
    return answer
  }

  const renew = (): void => {
    if (closing !== undefined) return
    restarts = freshStart
    // The call that runs is a patient's: `finish` replaces the host after it.
    callsOfHost = limits.callsPerHost
    if (state === 'idle' || state === 'pinging') replaceHost()
    else if (state === 'absent') plan(0, start)
  }

  start()
  return {
    renew,
    scannerOwner: profile.scannerOwner,
    call: async ({ input, signal }) => {
      if (closing !== undefined) throw faults.faultOfClosing()
      if (signal.aborted) throw new AgentError('DECODE_CANCELLED')
      const call = kind.plan(input as LibraryInput, profile)
      assertSendable(call, profile)
      if (state === 'absent' && lastFault !== undefined && isBreakerOpen(restarts, performance.now(), limits)) {
        throw lastFault
      }
      if (state === 'ending' && timer === undefined) throw faults.faultOfStuckHost()
      if (line.length() >= limits.waitingCalls) throw new AgentError('DECODE_BUSY')
      return enqueue(call, signal)
    },
    status: () => {
      const pausing = state === 'absent' && timer !== undefined
      const reason = state === 'absent' && !pausing ? lastFault?.message : undefined
      const shown = pausing ? 'starting' : shownStates[state]
      return { state: shown, simulated: options.simulated, ...(reason === undefined ? {} : { reason }) }
    },
    close: () => (closing ??= closeHost()),
  }
}
