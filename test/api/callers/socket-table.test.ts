// Looking up who holds the other end of a connection in Linux's table of sockets. Where it matters who reads
// when, the table is a named pipe and the test is the kernel.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import type { Ends } from '../../../src/main/api/callers/peer.ts'
import { createFindSocket } from '../../../src/main/api/callers/socket-table.ts'

const folder = mkdtempSync(join(tmpdir(), 'mip-socket-table-'))
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

const agentPort = 17_600

const endsOf = (remotePort: number): Ends => ({
  ...{ localAddress: '127.0.0.1', localPort: agentPort, remoteAddress: '127.0.0.1', remotePort },
})

const hex = (port: number): string => `0100007F:${port.toString(16).toUpperCase().padStart(4, '0')}`

/** A row as the kernel writes it. */
const rowOf = (at: number, port: number, uid: number, inode: number): string =>
  `${String(at).padStart(4)}: ${hex(port)} ${hex(agentPort)} 01 00000000:00000000 00:00000000 00000000 ${String(uid).padStart(5)}        0 ${inode} 1 0000000000000000 20 4 30 10 -1`.padEnd(149) // prettier-ignore

const heading = '  sl  local_address rem_address'.padEnd(149)

/** Whole rows to a page, as the kernel gives them to a reader of eight kilobytes. */
const table = (...rows: readonly string[]): string =>
  Array.from({ length: Math.ceil(rows.length / 50) }, (_, page) => [heading, ...rows.slice(page * 50, page * 50 + 50)])
    .map((page) => `${page.join('\n').padEnd(8_191)}\n`)
    .join('')

describe(
  'the table of sockets',
  { skip: process.platform === 'win32' ? '没有命名管道文件 (no named pipes in the file system)' : false },
  () => {
    it('is read once at a time: all who ask during one reading share the next', { timeout: 60_000 }, async (t) => {
      const path = join(folder, 'pipe')
      assert.equal(spawnSync('mkfifo', [path]).status, 0)
      // Open for both: a reader that leaves breaks nothing, and one that should not be there takes what the right one needs.
      const kernel = openSync(path, 'r+')
      t.after(() => {
        closeSync(kernel)
      })
      const find = createFindSocket('tcp', path)
      const first = find(endsOf(40_000))
      const meanwhile = Array.from({ length: 100 }, (_, at) => find(endsOf(50_000 + at)))
      writeSync(kernel, table(rowOf(0, 40_000, 1_000, 7)))
      assert.deepEqual(await first, { uid: '1000', inode: '7' })
      writeSync(kernel, table(...Array.from({ length: 100 }, (_, at) => rowOf(at, 50_000 + at, 2_000 + at, 8 + at))))
      const holders = Array.from({ length: 100 }, (_, at) => ({ uid: String(2_000 + at), inode: String(8 + at) }))
      assert.deepEqual(await Promise.all(meanwhile), holders)
    })

    it('names nobody for who is not in it, nor for what nobody holds any more', async () => {
      const path = join(folder, 'file')
      const find = createFindSocket('tcp', path)
      await writeFile(path, table(rowOf(0, 40_002, 1_000, 7)))
      assert.equal(await find(endsOf(40_001)), undefined)
      await writeFile(path, table(rowOf(0, 40_002, 0, 0)))
      assert.equal(await find(endsOf(40_002)), undefined)
    })

    it('has the ends of IPv6 in words of four bytes, each address its own, and those of IPv4 as mapped ones', async () => {
      const path = join(folder, 'tcp6')
      const loopback = `${'0'.repeat(24)}01000000`
      const rows = [
        ['000080FE00000000FF00FC00010000FE', 'fe80::fc:ff:fe00:1%eth0', '::1'],
        ['000000FD000000000000000002000000', 'fd00:0::2', '::1'],
        [loopback, '::1', '::1'],
        ['0000000000000000FFFF00000100007F', '127.0.0.1', '127.0.0.1'],
      ] as const
      const written = rows.map(([far], at) => {
        const near = at === 3 ? '0000000000000000FFFF00000100007F' : loopback
        return rowOf(at, 40_000, 1_000 + at, 7 + at)
          .replace(`${hex(40_000)} `, `${far}:9C40 `)
          .replace(hex(agentPort), `${near}:44C0`)
      })
      await writeFile(path, table(...written))
      const find = createFindSocket('tcp6', path)
      const found = rows.map(([, remoteAddress, localAddress]) =>
        find({ ...endsOf(40_000), remoteAddress, localAddress }),
      )
      const uids = (await Promise.all(found)).map((row) => row?.uid)
      assert.deepEqual(uids, ['1000', '1001', '1002', '1003'])
    })

    it('that cannot be read fails all who asked, and is tried again for the next', async () => {
      const path = join(folder, 'later')
      const find = createFindSocket('tcp', path)
      const asked = [find(endsOf(40_000)), find(endsOf(40_001))]
      for (const each of await Promise.allSettled(asked)) assert.equal(each.status, 'rejected')
      await writeFile(path, table(rowOf(0, 40_000, 1_000, 7)))
      assert.deepEqual(await find(endsOf(40_000)), { uid: '1000', inode: '7' })
    })
  },
)
