// Limits of the local API: how often one may call, what a wrong token costs its sender and nobody else, and connections that
// are opened and not used.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { connect, type AddressInfo, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { createIncompleteRequests } from '../../../src/main/api/requests/incomplete-requests.ts'
import { postOld } from '../../support/old-client.ts'
import { sendRaw } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'
import { sendTogether, statusesOf } from './pipeline.ts'

const portOf = (agent: TestAgent): number => Number(new URL(agent.url).port)

const refused = /HTTP\/1\.1 429 [^]*?\r\nretry-after: \d+\r\n[^]*?"code":"RATE_LIMITED"/i

describe('who calls too often', () => {
  it('is told 429 and when to come again, by its token, while another token is served', async () => {
    const agent = await startTestAgent({ limits: { perToken: 5, perConnection: 1_000 } })
    try {
      const asked = await sendTogether(portOf(agent), 30, { path: '/v1/status', token: 'token-of-his' })
      const text = await asked.ended
      assert.match(text, refused)
      assert.ok(statusesOf(text).filter((status) => status === 200).length >= 10, 'twice the rate at once is taken')
      assert.equal((await agent.call('GET', '/v1/status', undefined, 'kiosk')).status, 200)
      const call = { method: 'POST', path: '/call/6301', token: 'token-of-his', body: '{"medOrgOrd":"A1"}' }
      const old = await (await sendTogether(portOf(agent), 30, call)).ended
      assert.match(old, /"code":"RATE_LIMITED"/)
      assert.deepEqual(new Set(statusesOf(old)), new Set([200]))
    } finally {
      await agent.close()
    }
  })

  it('is told so by its connection, while another connection of the same address is served', async () => {
    const agent = await startTestAgent({ limits: { perToken: 1_000, perConnection: 5 } })
    try {
      const asked = await sendTogether(portOf(agent), 30, { path: '/v1/status', token: 'token-of-his' })
      assert.match(await asked.ended, refused)
      assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    } finally {
      await agent.close()
    }
  })

  it('cannot use up the share of a token that it does not hold', async () => {
    const agent = await startTestAgent({ limits: { perToken: 2, perConnection: 1_000 } })
    try {
      for (let index = 0; index < 6; index++) {
        await sendRaw({ port: portOf(agent), path: '/v1/status', headers: { authorization: `Bearer guess-${index}` } })
      }
      assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    } finally {
      await agent.close()
    }
  })
})

describe('requests that do not wait for their answers', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent()
  })
  after(() => agent.close())

  it('are answered up to 32 on a connection; the next one is refused, and the connection ends with that', async () => {
    for (const path of ['/openapi.json', '/v1/health', '/console/', '/nowhere']) {
      const statuses = statusesOf(await (await sendTogether(portOf(agent), 900, { path })).ended)
      assert.equal(statuses.length, 33, path)
      assert.equal(statuses.at(-1), 429)
    }
  })
})

describe('a wrong token', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent()
  })
  after(() => agent.close())

  it('waits longer each time on its connection, while a valid one of the same address does not wait', async () => {
    const began = performance.now()
    const guesser = await sendTogether(portOf(agent), 5, { path: '/v1/status', token: 'a-guess' })
    await until('the first refusal', () => statusesOf(guesser.text()).length > 0)
    assert.ok(performance.now() - began >= 95, 'the first was held 100 ms')
    assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    assert.ok(statusesOf(guesser.text()).length < 5, 'the valid token was answered before the last wrong one')
    assert.deepEqual(statusesOf(await guesser.ended), [401, 401, 401, 401, 401])
    assert.ok(performance.now() - began >= 1_590, 'the fifth was held 1,600 ms')
  })

  it('in a hundred connections at once keeps no valid one out', async () => {
    const headers = { authorization: 'Bearer a-guess' }
    const guesses = Array.from({ length: 100 }, () =>
      sendRaw({ port: portOf(agent), path: '/v1/status', headers }).catch(() => undefined),
    )
    for (let index = 0; index < 10; index++) assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    const refused = (await Promise.all(guesses)).filter((reply) => reply !== undefined)
    for (const { status } of refused) assert.equal(status, 401)
  })

  it('in a body of the façade waits too', async () => {
    const began = performance.now()
    const answer = await postOld(portOf(agent), '/call/6301', '{"token":"a-guess","medOrgOrd":"A1"}', {}, null)
    assert.equal(answer.code, 'TOKEN_INVALID')
    assert.ok(performance.now() - began >= 95)
  })
})

describe('connections that are not used', () => {
  const openIdle = async (port: number, count: number): Promise<Socket[]> => {
    const sockets = Array.from({ length: count }, () => connect(port, '127.0.0.1').on('error', () => undefined))
    await Promise.all(sockets.map((socket) => once(socket, 'connect')))
    return sockets
  }

  it('have an end to their number, and kept ones make room for who comes before he is turned away', async () => {
    const agent = await startTestAgent()
    const sockets = await openIdle(portOf(agent), 1_264)
    try {
      // Each has asked once and is kept alive, as a browser or a connection pool does.
      for (const socket of sockets) socket.write(`GET /v1/health HTTP/1.1\r\nhost: 127.0.0.1:${portOf(agent)}\r\n\r\n`)
      await Promise.all(sockets.map((socket) => once(socket, 'data')))
      const closed = once(sockets[0] as Socket, 'close')
      for (let count = 0; count < 40; count++) await sendRaw({ port: portOf(agent), path: '/v1/health' })
      await closed
    } finally {
      for (const socket of sockets) socket.destroy()
      await agent.close()
    }
  })
})

describe('answers that are not taken', () => {
  it('cost their connection when all places are taken, the oldest first', async () => {
    const server = createServer((_request, response) => {
      response.end(Buffer.alloc(32 * 1024 * 1024))
    })
    createIncompleteRequests().watch(server, 4)
    await once(server.listen(0, '127.0.0.1'), 'listening')
    const { port } = server.address() as AddressInfo
    const ask = async (): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      const asked = once(server, 'request')
      socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
      await asked
      return socket
    }
    const served: Socket[] = []
    server.on('connection', (socket: Socket) => served.push(socket))
    const sockets: Socket[] = []
    try {
      for (let count = 0; count < 5; count++) sockets.push(await ask())
      assert.deepEqual(
        served.map(({ destroyed }) => destroyed),
        [true, false, false, false, false],
      )
    } finally {
      for (const socket of sockets) socket.destroy()
      server.close()
    }
  })
})
