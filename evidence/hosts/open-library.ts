// Owns the simulated library for long runs, and the looks at processes and memory that they share.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
import type { LibraryAnswer, VoucherLibrary } from '../../src/main/usecases/base/ports.ts'
import { completeProfile } from '../../src/main/voucher/library/library-profile.ts'
import type { HostProgram } from '../../src/main/voucher/hosts/prepare-host.ts'
import { openVoucherLibrary } from '../../src/main/voucher/supervisor.ts'
import type { SupervisorLimits } from '../../src/main/voucher/supervisor-limits.ts'

export type Given = { readonly host: HostProgram; readonly path: string }

export const openLibrary = (
  { host, path }: Given,
  deadlineMs: number,
  limits: Partial<SupervisorLimits> = {},
): VoucherLibrary =>
  openVoucherLibrary({
    profile: completeProfile({ path, url: 'http://127.0.0.1:1/', scannerOwner: 'agent', deadlineMs }),
    hosts: [host],
    simulated: true,
    limits,
  })

export const decode = (library: VoucherLibrary, ecQrCode: string): Promise<LibraryAnswer> =>
  library.call({
    input: { orgId: 'H00000000001', transType: 'ec.query', data: {}, ecQrCode },
    signal: new AbortController().signal,
  })

/** The parent of a process; undefined when it is gone or only waits to be reaped. */
const parentOf = (pid: number): number | undefined => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return state === 'Z' ? undefined : Number(parent)
  } catch {
    return undefined
  }
}

/** The host processes of this process. */
export const findHosts = (): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === process.pid)

/** Milliseconds until a process is gone, looked at every 2 ms, 10 s at most. */
export const untilGoneMs = async (pid: number): Promise<number> => {
  const startedMs = performance.now()
  while (parentOf(pid) !== undefined && performance.now() - startedMs < 10_000) await wait(2)
  return performance.now() - startedMs
}

/** Memory of this process after a collection where that can be asked for, MB. */
export const ownMegabytes = (): number => {
  globalThis.gc?.()
  return Math.round(process.memoryUsage.rss() / 1024 / 1024)
}

/** Memory may move by so much without being called growth, MB: a page here, a table there, and the collector's moods. */
export const tolerableMegabytes = 24
