// Looks at processes of this machine through Linux's /proc. It ends none.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
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

/** The TCP ports at which a process listens. */
export const portsOf = (pid: number): readonly number[] => {
  const sockets = new Set(
    readdirSync(`/proc/${pid}/fd`).map((fd) => {
      try {
        return readlinkSync(`/proc/${pid}/fd/${fd}`)
      } catch {
        return ''
      }
    }),
  )
  const rows = ['tcp', 'tcp6'].flatMap((name) => readFileSync(`/proc/${pid}/net/${name}`, 'utf8').split('\n'))
  const ports = rows.flatMap((row) => {
    const [, local = '', , state, , , , , , inode] = row.trim().split(/\s+/)
    return state === '0A' && sockets.has(`socket:[${inode}]`) ? [parseInt(local.split(':')[1] ?? '', 16)] : []
  })
  return [...new Set(ports)].toSorted((a, b) => a - b)
}
