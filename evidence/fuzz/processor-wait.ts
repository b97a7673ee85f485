// Owns how long a process that could run had to wait for a processor: what a busy machine adds to every answer, and no program
// can help.
import { readdirSync, readFileSync } from 'node:fs'

const waitOf = (thread: string): number => {
  try {
    // Nanoseconds that it ran, nanoseconds that it waited, how often it ran.
    return Number(readFileSync(`${thread}/schedstat`, 'utf8').split(' ')[1]) / 1_000_000
  } catch {
    return 0
  }
}

/**
 * Milliseconds so far, of all threads that it has: a collection and a file are waited for on others. 0 where the system does
 * not tell (only Linux does).
 */
export const readProcessorWaitMs = (pid: number): number => {
  try {
    const threads = readdirSync(`/proc/${pid}/task`).map((id) => waitOf(`/proc/${pid}/task/${id}`))
    return threads.reduce((sum, thread) => sum + thread, 0)
  } catch {
    return 0
  }
}
