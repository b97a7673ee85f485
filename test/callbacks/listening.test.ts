// An address for the center's notices that is not there, or is taken, never stops the counter: the agent starts, says so, and
// listens as soon as it can.
import assert, { fail } from 'node:assert/strict'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { describe, it } from 'node:test'
import { listenError } from '../../src/core/domain/errors/listen-error.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { pay, type Fields } from '../support/cashier-job.ts'
import { freePort } from '../support/agents/free-port.ts'
import { startTestAgent, testCallbacks } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

const lightOf = (data: Fields): Fields => (data['lights'] as { center: Fields }).center

describe('the listener for notices', () => {
  it('whose address is not of this machine leaves payments alone, and status says so', async (t) => {
    const agent = await startTestAgent({ callbacks: { ...testCallbacks, host: '192.0.2.1' } })
    t.after(agent.close)
    const { data } = await agent.call('GET', '/v1/status')
    assert.match(String((data['callbacks'] as Fields)['fault']), /监听地址不在本机/)
    assert.equal(lightOf(data)['state'], 'warning')
    await pay(agent, 'insurance')
  })

  it('gives up 64 silent connections within 14 s, and the next notice gets in', async (t) => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    t.after(agent.close)
    const port = Number(new URL(agent.callbackUrl).port)
    const startedMs = performance.now()
    const ends: Promise<unknown>[] = []
    for (let index = 0; index < 64; index++) {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      ends.push(once(socket.resume(), 'close'))
    }
    await Promise.all(ends)
    // The agent sees the end of the last one a little later than its client.
    const post = () => fetch(`${agent.callbackUrl}/settlement`, { method: 'POST', body: '{}' })
    await until('a place', () =>
      post().then(
        ({ status }) => status === 200,
        () => false,
      ),
    )
    assert.ok(performance.now() - startedMs < 14_000)
  })

  it('lets a notice in while 64 connections without the secret ask and ask again', async (t) => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    t.after(agent.close)
    const port = Number(new URL(agent.callbackUrl).port)
    const post = async (): Promise<number> =>
      (await fetch(`${agent.callbackUrl}/settlement`, { method: 'POST', body: '{}' })).status
    const opened = async (sent: string): Promise<Socket> => {
      const socket = connect(port, '127.0.0.1').on('error', () => undefined)
      await once(socket, 'connect')
      socket.write(sent)
      return socket.resume()
    }
    const silent: Socket[] = []
    for (let index = 0; index < 64; index++) silent.push(await opened(''))
    const first = once(silent[0] ?? fail(), 'close')
    assert.equal(await post(), 200)
    await first
    assert.equal(await post(), 200, 'and again, on the connection that has shown the secret')
    for (const socket of silent.slice(-8)) socket.write('GET /x HTTP/1.1\r\nHost: a\r\n\r\n')
    await Promise.all(silent.slice(-8).map((socket) => once(socket, 'close')))
    assert.equal(await post(), 200)
    for (const socket of silent) socket.destroy()
  })

  it('whose port is taken listens once it is free', async (t) => {
    const port = await freePort()
    const other = createServer().listen(port, '127.0.0.1')
    await once(other, 'listening')
    const agent = await startTestAgent({ callbacks: { ...testCallbacks, port } })
    t.after(agent.close)
    const faultOf = async (): Promise<string> =>
      String(((await agent.call('GET', '/v1/status')).data['callbacks'] as Fields)['fault'])
    assert.match(await faultOf(), /端口已被占用/)
    other.close()
    await once(other, 'close')
    await until('the listener', async () => (await faultOf()) === '')
  })
})

describe('a refusal to listen', () => {
  for (const [code, text] of [
    ['EADDRINUSE', /端口已被占用/],
    ['EACCES', /系统不允许使用此端口/],
    ['EADDRNOTAVAIL', /监听地址不在本机/],
  ] as const) {
    it(`by ${code} has its Chinese text`, () => {
      const error = listenError(Object.assign(new Error(code), { code }), '17600')
      assert.ok(error instanceof AgentError)
      assert.match(error.message, text)
      assert.match(error.message, /17600/)
    })
  }
})
