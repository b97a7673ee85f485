// Measures what clients cost that only listen to events: the agent's resident memory before and with 1,000 idle streams.
import { connect, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import { startAgentProcess } from '../../test/fixtures/agent-process.ts'
import { agentEntry } from '../agent-under-test.ts'
import type { Bench, Part } from '../part.ts'
import { digits } from '../report.ts'
import { residentMegabytes } from '../resident-memory.ts'

const streams = 1_000
const atOnce = 50
const atMostMegabytes = 40
/** What a start leaves behind is collected by then. */
const settleMs = 3_000

/** Resolves once the agent has taken the subscription. */
const listen = (port: number, token: string): Promise<Socket> =>
  new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET /v1/events HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nAuthorization: Bearer ${token}\r\n\r\n`)
    socket.once('error', reject)
    socket.on('data', (bytes) => {
      if (bytes.includes('connected')) resolve(socket)
      else if (bytes.includes('HTTP/1.1 4') || bytes.includes('HTTP/1.1 5')) reject(new Error(bytes.toString()))
    })
  })

const run = async (bench: Bench): Promise<void> => {
  const agent = await startAgentProcess([await agentEntry(), '--sandbox', '--port', '0'])
  const open: Socket[] = []
  try {
    const pid = agent.child.pid ?? 0
    const port = Number(new URL(agent.url).port)
    for (let call = 0; call < 200; call++) await agent.call('GET', '/v1/status')
    await wait(settleMs)
    const before = residentMegabytes(pid)
    for (let round = 0; round < streams / atOnce; round++) {
      open.push(...(await Promise.all(Array.from({ length: atOnce }, () => listen(port, agent.token)))))
    }
    await wait(settleMs)
    const after = residentMegabytes(pid)
    bench.print(`  ${streams} 个空闲事件流 idle streams: ${digits(before)} -> ${digits(after)} MB`)
    const label = `${streams} 个空闲事件流的内存 memory of idle streams`
    bench.record({ name: 'streams', label, value: after - before, unit: 'MB', limit: { atMost: atMostMegabytes } })
  } finally {
    for (const socket of open) socket.destroy()
    await agent.stop()
  }
}

export const idleStreams: Part = { name: 'streams', title: '空闲事件流的内存 Memory of idle event streams', run }
