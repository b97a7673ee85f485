// Owns starting a host once to see whether it gets ready, and ending it. It calls no function of the library.
import { AgentError } from '../../core/domain/errors/errors.ts'
import { startHost } from './hosts/host-process.ts'
import * as faults from './library/library-faults.ts'
import type { LibraryProfile } from './library/library-profile.ts'
import { prepareHost, type HostProgram } from './hosts/prepare-host.ts'

/** Resolves with undefined when the host loaded the library, else with what is wrong. Never rejects; the host is gone then. */
export const tryHost = async (
  profile: LibraryProfile,
  hosts: readonly HostProgram[],
  withinMs: number,
): Promise<AgentError | undefined> => {
  const launch = prepareHost(profile, hosts)
  if (launch instanceof AgentError) return launch
  return new Promise((resolve) => {
    let seen: AgentError | 'ready' | undefined
    const host = startHost(launch, {
      frame: (frame) => {
        seen ??= frame.type === 'fatal' ? faults.faultOfFatal(frame) : 'ready'
        host.kill()
      },
      end: (exit) => {
        clearTimeout(timer)
        resolve(seen === 'ready' ? undefined : (seen ?? faults.faultOfStart(exit)))
      },
    })
    const timer = setTimeout(() => {
      seen ??= faults.faultOfStart({ exitCode: null, signal: null, reason: 'no ready in time' })
      host.kill()
    }, withinMs)
  })
}
