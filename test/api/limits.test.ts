// Limits of the local API: how often one may call, what a wrong token costs its sender and nobody else, and connections that
// are opened and not used.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import { after, before, describe, it } from 'node:test'
import { postOld } from '../support/old-client.ts'
import { sendRaw } from '../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../support/test-agent.ts'

const portOf = (agent: TestAgent): number => Number(new URL(agent.url).port)

/** One connection that is kept; gives status, code and Retry-After of each answer. */
const keepConnection = (
  port: number,
  token = 'token-of-his',
): {
  readonly get: () => Promise<{ readonly status: number; readonly code: string; readonly retryAfter: string }>
  readonly close: () => void
} => {
  const keeper = new Agent({ keepAlive: true, maxSockets: 1 })
  return {
    get: () =>
      new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` }
        const asked = request({ port, host: '127.0.0.1', path: '/v1/status', headers, agent: keeper }, (reply) => {
          let text = ''
          reply.on('data', (part: Buffer) => (text += part.toString()))
          reply.on('end', () => {
            const { code } = JSON.parse(text) as { code: string }
            resolve({ status: reply.statusCode ?? 0, code, retryAfter: reply.headers['retry-after'] ?? '' })
          })
        })
        asked.on('error', reject)
        asked.end()
      }),
    close: () => {
      keeper.destroy()
    },
  }
}

describe('who calls too often', () => {
  it('is told 429 and when to come again, by its token, while another token is served', async () => {
    const agent = await startTestAgent({ limits: { perToken: 5, perConnection: 1_000 } })
    try {
      // At once: on a busy machine one after the other would stay below the rate.
      const answers = await Promise.all(Array.from({ length: 30 }, () => agent.call('GET', '/v1/status')))
      const refused = answers.find(({ status }) => status === 429)
      assert.equal(refused?.code, 'RATE_LIMITED')
      assert.ok(answers.filter(({ status }) => status === 200).length >= 10, 'twice the rate at once is taken')
      assert.equal((await agent.call('GET', '/v1/status', undefined, 'kiosk')).status, 200)
      const headers = { authorization: 'Bearer token-of-his' }
      let reply = await sendRaw({ port: portOf(agent), path: '/v1/status', headers })
      while (reply.status !== 429) reply = await sendRaw({ port: portOf(agent), path: '/v1/status', headers })
      assert.match(String(reply.headers['retry-after']), /^\d+$/)
      let old = await postOld(portOf(agent), '/call/6301', '{"medOrgOrd":"A1"}')
      while (old.code !== 'RATE_LIMITED') old = await postOld(portOf(agent), '/call/6301', '{"medOrgOrd":"A1"}')
      assert.equal(old.status, 200)
    } finally {
      await agent.close()
    }
  })

  it('is told so by its connection, while another connection of the same address is served', async () => {
    const agent = await startTestAgent({ limits: { perToken: 1_000, perConnection: 5 } })
    const own = keepConnection(portOf(agent))
    try {
      const answers = []
      for (let index = 0; index < 12; index++) answers.push(await own.get().catch(() => undefined))
      const refused = answers.find((answer) => answer?.status === 429)
      assert.equal(refused?.code, 'RATE_LIMITED')
      assert.match(refused.retryAfter, /^\d+$/)
      assert.equal((await agent.call('GET', '/v1/status')).status, 200)
    } finally {
      own.close()
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

describe('a wrong token', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent()
  })
  after(() => agent.close())

  it('waits longer each time on its connection, while a valid one of the same address does not wait', async () => {
    const guesser = keepConnection(portOf(agent), 'a-guess')
    try {
      const began = performance.now()
      await guesser.get()
      await guesser.get()
      assert.ok(performance.now() - began >= 290, 'the first two were held 100 and 200 ms')
      let isAnswered = false
      const third = guesser.get().then((answer) => {
        isAnswered = true
        return answer
      })
      assert.equal((await agent.call('GET', '/v1/status')).status, 200)
      assert.ok(!isAnswered, 'the valid token was answered before the wrong one')
      assert.equal((await third).code, 'TOKEN_INVALID')
    } finally {
      guesser.close()
    }
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

  it('have an end to their number, and kept ones make room for who comes', async () => {
    const agent = await startTestAgent()
    const sockets = await openIdle(portOf(agent), 256)
    try {
      // Each has asked once and is kept alive, as a browser or a connection pool does.
      for (const socket of sockets) socket.write(`GET /v1/health HTTP/1.1\r\nhost: 127.0.0.1:${portOf(agent)}\r\n\r\n`)
      await Promise.all(sockets.map((socket) => once(socket, 'data')))
      const ask = (): Promise<unknown> => sendRaw({ port: portOf(agent), path: '/v1/health' })
      await assert.rejects(ask, 'the one that is too many is dropped')
      await ask()
    } finally {
      for (const socket of sockets) socket.destroy()
      await agent.close()
    }
  })
})
