// Measures asking Linux who holds the other end of a connection, which the agent does once per connection.
import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createPeerOf, systemReadPeer } from '../src/main/api/callers/peers.ts'
import { median, p99, timeMs } from './measure.ts'
import type { Bench, Part } from './part.ts'
import { digits, tableLines } from './report.ts'

const run = async (bench: Bench): Promise<void> => {
  if (process.platform !== 'linux') {
    bench.print('  只有 Linux (Linux only: not measured)')
    return
  }
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const samples: number[] = []
  for (let round = 0; round < bench.rounds(300); round++) {
    const far = connect((server.address() as AddressInfo).port, '127.0.0.1')
    const [near] = (await once(server, 'connection')) as [Socket]
    const peerOf = createPeerOf(systemReadPeer())
    samples.push(await timeMs(() => peerOf(near)))
    far.destroy()
    near.destroy()
  }
  server.close()
  bench.print(
    ...tableLines([
      ['毫秒 ms', 'median', 'p99'],
      ['连接另一端的用户和进程 user and process', digits(median(samples)), digits(p99(samples))],
    ]),
  )
}

export const peer: Part = { name: 'peer', title: '谁在调用 (who is at the other end of a connection)', run }
