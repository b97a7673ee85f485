// Owns what Linux counts of one process: its processor time and what it wrote.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

let ticks: number | undefined

/** Processor time so far, user and system, milliseconds; NaN where there is no /proc. */
export const processorMs = (pid: number): number => {
  try {
    ticks ??= Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }))
    // The name of the program, in parentheses, may hold blanks.
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /, '')
      .split(' ')
    return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticks
  } catch {
    return Number.NaN
  }
}

/** Bytes written to files so far; NaN where there is no /proc or it is not ours to read. */
export const writtenBytes = (pid: number): number => {
  try {
    return Number(/^write_bytes: (\d+)$/m.exec(readFileSync(`/proc/${pid}/io`, 'utf8'))?.[1])
  } catch {
    return Number.NaN
  }
}
