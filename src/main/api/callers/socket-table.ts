// Owns looking up rows of Linux's table of TCP sockets. The kernel makes the table anew for every reader and walks all its
// connections for it, those of the last minute included; so there is one reader at a time, for everybody who asks meanwhile.
import { open } from 'node:fs/promises'
import { isIPv6 } from 'node:net'
import type { Ends } from './peer.ts'

/** Who holds a socket, as the kernel writes it: the uid and the inode, decimal. */
export type SocketRow = { readonly uid: string; readonly inode: string }

/** The row of the other end; undefined when it has let go of the connection. Rejects with what reading the table rejects with. */
export type FindSocket = (ends: Ends) => Promise<SocketRow | undefined>

const hexOf = (bytes: readonly number[]): string =>
  bytes
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()

/** The kernel writes an address in words of its own byte order, which is little-endian wherever this runs. */
const ipv4 = (address: string): string => hexOf(address.split('.').map(Number).toReversed())

const wordsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((word) => Number.parseInt(word, 16))

/** The eight words of an address without dots, in four groups of four bytes, each turned round. */
const ipv6 = (address: string): string => {
  const [before = '', after] = address.replace(/%.*$/, '').split('::')
  const [first, last] = [wordsOf(before), wordsOf(after ?? '')]
  const words = [...first, ...Array<number>(8 - first.length - last.length).fill(0), ...last]
  const bytes = words.flatMap((word) => [word >> 8, word & 0xff])
  return [0, 4, 8, 12].map((at) => hexOf(bytes.slice(at, at + 4).toReversed())).join('')
}

/** An IPv4 address as a socket of IPv6 has it: ::ffff:127.0.0.1. */
const mapped = (address: string): string => `${'0'.repeat(16)}FFFF0000${ipv4(address)}`

/** One socket of IPv4 in `tcp`, one of IPv6 in `tcp6`, where an IPv4 address is a mapped one. */
export type Table = 'tcp' | 'tcp6'

const writeAddress = (table: Table, address: string): string =>
  isIPv6(address) ? ipv6(address) : table === 'tcp' ? ipv4(address) : mapped(address)

/** An end as the table writes it. */
const endOf = (table: Table, address: string, port: number): string =>
  `${writeAddress(table, address)}:${port.toString(16).padStart(4, '0').toUpperCase()}`

/** Some 100,000 connections: a table that never ends is not read for ever. */
const atMostPages = 4_000
const pageBytes = 8_192

/** Who is asked for, by the two ends as the table writes them, and the promise of the row. */
type Wanted = Map<string, PromiseWithResolvers<SocketRow | undefined>>

/** A row without an inode belongs to nobody any more: then its uid means nothing. */
const readRow = (text: string): SocketRow | undefined => {
  const [, , , , , , , uid = '', , inode = ''] = text.trimStart().split(/ +/)
  return inode === '0' || !/^\d+$/.test(uid) ? undefined : { uid, inode }
}

/** Number, the row's own end, the other's: `  12: 0100007F:44C0 0100007F:D1F6 01 ...`; the table's heading is no row. */
const rows = /^ *\d+: (\w+:\w+ \w+:\w+) .*$/gm

/** Settles those of `wanted` that stand in a page of whole rows. */
const settleFound = (wanted: Wanted, page: string): void => {
  for (const [text, ends = ''] of page.matchAll(rows)) {
    wanted.get(ends)?.resolve(readRow(text))
    wanted.delete(ends)
  }
}

/** Reads on, a page at a time as the kernel gives it, until all were found or the table ends. */
const readTable = async (path: string, wanted: Wanted): Promise<void> => {
  const page = Buffer.allocUnsafe(pageBytes)
  const file = await open(path, 'r')
  try {
    for (let pages = 0; pages < atMostPages && wanted.size > 0; pages++) {
      const { bytesRead } = await file.read(page, 0, pageBytes, null)
      if (bytesRead === 0) return
      settleFound(wanted, page.toString('latin1', 0, bytesRead))
    }
  } finally {
    await file.close()
  }
}

/** Addresses are plain: a mapped one as its IPv4 address. */
export const createFindSocket = (table: Table, path = `/proc/net/${table}`): FindSocket => {
  let asked: Wanted = new Map()
  let reading = false

  const readForAll = async (): Promise<void> => {
    reading = true
    while (asked.size > 0) {
      // Who asks from now on waits for the next reading: this one may have passed his row already.
      const wanted = asked
      asked = new Map()
      try {
        await readTable(path, wanted)
        for (const { resolve } of wanted.values()) resolve(undefined)
      } catch (error) {
        for (const { reject } of wanted.values()) reject(error)
      }
    }
    reading = false
  }

  return ({ localAddress, localPort, remoteAddress, remotePort }) => {
    const ends = `${endOf(table, remoteAddress, remotePort)} ${endOf(table, localAddress, localPort)}`
    const row = asked.get(ends) ?? Promise.withResolvers<SocketRow | undefined>()
    asked.set(ends, row)
    if (!reading) void readForAll()
    return row.promise
  }
}
