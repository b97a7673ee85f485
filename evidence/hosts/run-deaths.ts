// Owns calls that never return: each host must be dead within the library's deadline and 1.1 s, also when it is stopped and
// cannot end itself.
import type { VoucherLibrary } from '../../src/main/usecases/base/ports.ts'
import { decode, findHosts, openLibrary, untilGoneMs, type Given } from './open-library.ts'

const deadlineMs = 150
const mostMs = deadlineMs + 1_100
/** Every so many a host is stopped (SIGSTOP), so that only the agent can end it. */
const stoppedEvery = 20
const mostAttempts = 20

/** A decode, so that the host runs and has worked. On a busy machine it may miss the short deadline. */
const untilDecoded = async (library: VoucherLibrary): Promise<void> => {
  for (let attempt = 1; ; attempt++) {
    try {
      await decode(library, '1')
      return
    } catch (error) {
      if (attempt === mostAttempts) throw error
    }
  }
}

export const runDeaths = async (target: Given, count: number) => {
  const library = openLibrary(target, deadlineMs)
  let [late, slowestMs] = [0, 0]
  for (let at = 1; at <= count; at++) {
    await untilDecoded(library)
    const [pid] = findHosts()
    if (pid === undefined) throw new Error('no host')
    const startedMs = performance.now()
    const call = decode(library, 'SIM:hang:').then(
      () => false,
      () => true,
    )
    if (at % stoppedEvery === 0) process.kill(pid, 'SIGSTOP')
    const refused = await call
    await untilGoneMs(pid)
    const tookMs = performance.now() - startedMs
    slowestMs = Math.max(slowestMs, tookMs)
    if (!refused || tookMs > mostMs) late += 1
  }
  await library.close()
  return { count, late, slowestMs: Math.round(slowestMs), mostMs, left: findHosts().length }
}
