// Measures asking Linux who holds the other end of a connection, which the agent does once per connection.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createPeerOf, systemReadPeer } from '../../src/main/api/callers/peers.ts'
import { median, p99, timeMs } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'

const atMostMs = 1

const run = async (bench: Bench): Promise<void> => {
  if (process.platform !== 'linux') {
    bench.print('  只有 Linux (Linux only: not measured)')
    return
  }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  /** Milliseconds until all of so many new connections are known. */
  const lookUp = async (connections: number): Promise<number> => {
    const fars: Socket[] = []
    const nears: Socket[] = []
    for (let index = 0; index < connections; index++) {
      fars.push(connect(port, '127.0.0.1'))
      const [near] = (await once(server, 'connection')) as [Socket]
      nears.push(near)
    }
    const peerOf = createPeerOf(systemReadPeer())
    const elapsedMs = await timeMs(() => Promise.all(nears.map(peerOf)))
    // Reset, so that they do not stay in the table that is being read.
    for (const socket of [...fars, ...nears]) socket.resetAndDestroy()
    return elapsedMs
  }
  const rows: string[][] = []
  for (const connections of [1, 8]) {
    const samples: number[] = []
    for (let round = 0; round < bench.rounds(300); round++) samples.push(await lookUp(connections))
    if (connections === 1) bench.record({ name: 'peer', label: '一个连接的另一端 (the other end of one connection)', value: median(samples), unit: 'ms', limit: { atMost: atMostMs } }) // prettier-ignore
    rows.push([`${connections} 个连接同时 at once`, digits(median(samples)), digits(p99(samples))])
  }
  server.close()
  bench.print(...tableLines([['连接另一端的用户和进程, 毫秒 (user and process, ms)', 'median', 'p99'], ...rows]))
}

export const peer: Part = { name: 'peer', title: '谁在调用 (who is at the other end of a connection)', run }
