// Looks at processes of this machine through Linux's /proc. It ends none.
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'

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

export const isAlive = (pid: number): boolean => parentOf(pid) !== undefined

export const childrenOf = (parent: number): number[] =>
  readdirSync('/proc')
    .map(Number)
    .filter((pid) => Number.isInteger(pid) && parentOf(pid) === parent)

/** Resident memory of a process, KiB; 0 when it is gone. */
export const memoryKbOf = (pid: number): number => {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * 4
  } catch {
    return 0
  }
}

/** Another process's end gives no event: looks every 5 ms, for a minute at most. */
export const isGone = async (pid: number): Promise<boolean> => {
  const until = performance.now() + 60_000
  while (isAlive(pid) && performance.now() < until) await wait(5)
  return !isAlive(pid)
}
