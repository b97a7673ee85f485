// Owns how Linux tells who holds the other end of a loopback connection: its socket table names the user, and, where this
// process may look, the open files of that user's processes name the process and its session.
import { readdirSync, readFileSync, readlinkSync, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import type { Ends, Peer } from './peer.ts'

/** Looking through open files of processes ends here, after some milliseconds; then the name stays unknown. */
const atMostFiles = 1_000
/** What an unset audit session or login user reads as. */
const unset = '4294967295'

const hexOf = (bytes: readonly number[]): string =>
  bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** The kernel writes an address in words of its own byte order, which is little-endian wherever this runs. */
const ipv4 = (address: string): string => hexOf(address.split('.').map(Number).toReversed())
const ipv6Loopback = `${'0'.repeat(24)}01000000`

/** An end as the table writes it. ::1 is the only IPv6 address that is listened on. */
const endOf = (address: string, port: number): string =>
  `${isIPv6(address) ? ipv6Loopback : ipv4(address)}:${port.toString(16).padStart(4, '0').toUpperCase()}`

type Row = { readonly uid: string; readonly inode: string }

/** Some 100,000 connections: a table that never ends is not read for ever. */
const atMostPages = 4_000
const pageBytes = 8_192

/** Where the two ends stand beside each other. The kernel gives whole rows, a page at a time: reading on costs, so it stops. */
const findText = async (path: string, ends: string): Promise<string | undefined> => {
  const page = Buffer.allocUnsafe(pageBytes)
  const file = await open(path, 'r')
  try {
    for (let pages = 0; pages < atMostPages; pages++) {
      const { bytesRead } = await file.read(page, 0, pageBytes, null)
      if (bytesRead === 0) return undefined
      const rows = page.subarray(0, bytesRead)
      const start = rows.indexOf(ends)
      if (start !== -1) return rows.toString('latin1', start + 1, rows.indexOf('\n', start))
    }
    return undefined
  } finally {
    await file.close()
  }
}

/** The peer's row of the table; undefined when it has let go of the connection: then the row's uid means nothing. */
const findRow = async ({ localAddress, localPort, remoteAddress, remotePort }: Ends): Promise<Row | undefined> => {
  const path = isIPv6(remoteAddress) ? '/proc/net/tcp6' : '/proc/net/tcp'
  const ends = ` ${endOf(remoteAddress, remotePort)} ${endOf(localAddress, localPort)} `
  const [, , , , , , uid = '', , inode = ''] = ((await findText(path, ends)) ?? '').split(/ +/)
  return inode === '0' || !/^\d+$/.test(uid) ? undefined : { uid, inode }
}

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

const findProcess = ({ uid, inode }: Row): string | undefined => {
  const search: Search = { target: `socket:[${inode}]`, left: atMostFiles }
  const last = lastPids.get(uid)
  if (last !== undefined && holds(last, search)) return last
  // The newest first: whoever was just started has just connected.
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name))
  const found = pids.toReversed().find((pid) => search.left > 0 && ownerOf(pid) === uid && holds(pid, search))
  if (found !== undefined) lastPids.set(uid, found)
  return found
}

/** One user's process for every user that ever called would be a list without end. */
const atMostUsers = 1_000

/** Who is at the other end. Rejects with what reading the table rejects with. */
export const readLinuxPeer = async (ends: Ends): Promise<Peer> => {
  const row = await findRow(ends)
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
