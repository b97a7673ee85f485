// Owns reading the resident memory of one process, as Linux counts it; the decoder host is another process.
import { readFileSync } from 'node:fs'

/** NaN where there is no /proc. */
export const residentMegabytes = (pid: number): number => {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]
    return Number(kilobytes) / 1024
  } catch {
    return Number.NaN
  }
}
