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

const find4 = createFindSocket('tcp')
const find6 = createFindSocket('tcp6')

/** The IPv4 address of a mapped one. */
const plain = (address: string): string => address.replace(/^::ffff:(?=[\d.]+$)/i, '')

/**
 * The two ends of one connection may stand in different tables: Java and .NET reach 127.0.0.1 by a socket of IPv6. Most callers
 * have one of IPv4, and their row is found without a look at the other table.
 */
const findRow = async ({ localAddress, remoteAddress, ...ports }: Ends): Promise<SocketRow | undefined> => {
  const ends = { localAddress: plain(localAddress), remoteAddress: plain(remoteAddress), ...ports }
  const row = isIPv6(ends.remoteAddress) ? undefined : await find4(ends)
  return row ?? find6(ends)
}

/** Who is at the other end; undefined when nobody holds it. Rejects with what reading the tables rejects with. */
export const readLinuxPeer = async (ends: Ends): Promise<Peer | undefined> => {
  const row = await findRow(ends)
  if (row === undefined) return undefined
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
