// Where the agent listens: both loopback addresses and no other, both or none.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { after, before, describe, it } from 'node:test'
import { startAgent } from '../../src/main/wiring/compose.ts'
import { sendRaw } from '../support/raw-http.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { startTestAgent, testSettings, type TestAgent } from '../support/agents/test-agent.ts'
import { freePort } from '../support/agents/free-port.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const addresses = Object.values(networkInterfaces()).flatMap((list) => list ?? [])
const elsewhere = addresses.filter(({ internal, scopeid }) => !internal && !scopeid).map(({ address }) => address)
const hasIpv6 = addresses.some(({ address }) => address === '::1')
const skipIpv6 = hasIpv6 ? false : '没有 ::1 (this machine has no IPv6 loopback)'

const listenOn = async (host: string, at: number): Promise<Server> => {
  const server = createServer((socket) => socket.destroy())
  server.listen(at, host)
  await once(server, 'listening')
  return server
}

describe('the agent listens', () => {
  it('on 127.0.0.1', async () => {
    assert.equal((await sendRaw({ host: '127.0.0.1', port, path: '/v1/health' })).status, 200)
  })

  it('on ::1, on the same port', { skip: skipIpv6 }, async () => {
    const reply = await sendRaw({ host: '::1', port, path: '/v1/health', headers: { host: `[::1]:${port}` } })
    assert.equal(reply.status, 200)
  })

  const skip = elsewhere.length > 0 ? false : '没有其他网卡地址 (this machine has no other address)'
  it('on no other address of the machine', { skip }, async () => {
    for (const host of elsewhere) {
      await assert.rejects(sendRaw({ host, port, path: '/v1/health' }), { code: 'ECONNREFUSED' }, host)
    }
  })
})

describe('a port that is taken', () => {
  const taken = async (host: string, folder: string): Promise<void> => {
    const busy = await freePort()
    const other = await listenOn(host, busy)
    const settings = { ...testSettings(folder, agent.center.url), port: busy }
    try {
      await assert.rejects(
        startAgent(settings, () => undefined),
        { code: 'PORT_IN_USE', message: /端口已被占用/ },
      )
    } finally {
      other.close()
    }
    // Nothing was left running and nothing is locked: the same settings start once the port is free.
    await once(other, 'close')
    const started = await startAgent(settings, () => undefined)
    assert.equal(started.port, busy)
    await started.close()
  }

  it('on 127.0.0.1: PORT_IN_USE, and everything is let go', async (t) => {
    await taken('127.0.0.1', folderFor(t))
  })

  it(
    'on ::1 alone, where a program could harvest tokens: PORT_IN_USE (both or none)',
    { skip: skipIpv6 },
    async (t) => {
      await taken('::1', folderFor(t))
    },
  )
})
