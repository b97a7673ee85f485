// Owns how Linux tells who holds the other end of a loopback connection: its socket table (socket-table.ts) names the user, and,
// where this process may look, the open files of that user's processes name the process and its session.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { isIPv6 } from 'node:net'
import type { Ends, Peer } from './peer.ts'
import { createFindSocket, type SocketRow } from './socket-table.ts'

/** Looking through open files of processes ends here, after some milliseconds; then the name stays unknown. */
const atMostFiles = 1_000
/** What an unset audit session or login user reads as. */
const unset = '4294967295'

const readText = (path: string): string => {
  try {
    return readFileSync(path, 'utf8').trim()
  } catch {
    return ''
  }
}

type Search = { readonly target: string; left: number }

const holds = (pid: string, search: Search): boolean => {
  try {
    // The newest number first, which a new connection has.
    return readdirSync(`/proc/${pid}/fd`)
      .toReversed()
      .some((fd) => {
        search.left -= 1
        try {
          return search.left > 0 && readlinkSync(`/proc/${pid}/fd/${fd}`) === search.target
        } catch {
          return false
        }
      })
  } catch {
    return false
  }
}

const ownerOf = (pid: string): string => {
  try {
    return String(statSync(`/proc/${pid}`).uid)
  } catch {
    return ''
  }
}

/** The process last seen for a user comes first: a HIS opens many connections. */
const lastPids = new Map<string, string>()

const findProcess = ({ uid, inode }: SocketRow): string | undefined => {
  const search: Search = { target: `socket:[${inode}]`, left: atMostFiles }
  const last = lastPids.get(uid)
  if (last !== undefined && holds(last, search)) return last
  // The newest first, as long as the numbers have not begun anew: whoever was just started has just connected.
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.toReversed().find((pid) => search.left > 0 && ownerOf(pid) === uid && holds(pid, search))
  if (found !== undefined) lastPids.set(uid, found)
  return found
}

/** One user's process for every user that ever called would be a list without end. */
const atMostUsers = 1_000

const find4 = createFindSocket('/proc/net/tcp')
const find6 = createFindSocket('/proc/net/tcp6')

/** Who is at the other end. Rejects with what reading the table rejects with. */
export const readLinuxPeer = async (ends: Ends): Promise<Peer> => {
  const row = await (isIPv6(ends.remoteAddress) ? find6 : find4)(ends)
  if (row === undefined) return {}
  if (lastPids.size > atMostUsers) lastPids.clear()
  const pid = findProcess(row)
  if (pid === undefined) return { osUser: row.uid }
  const session = readText(`/proc/${pid}/sessionid`)
  const name = readText(`/proc/${pid}/comm`)
  return {
    osUser: row.uid,
    ...(name === '' ? {} : { process: `${name} ${pid}` }),
    ...(session === '' || session === unset ? {} : { session }),
  }
}
