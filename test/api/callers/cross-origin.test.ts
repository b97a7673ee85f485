// Web pages of other addresses: the registered ones may read answers, by their exact origin; nobody else may, whatever is sent.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

const page = 'https://his.hospital.example'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent({ origins: [page, 'http://10.1.2.3:8080'] })
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const send = (method: string, path: string, headers: OutgoingHttpHeaders): Promise<RawReply> =>
  sendRaw({ port, method, path, headers: { authorization: 'Bearer token-of-his', ...headers } })

const preflight = (origin: string, more: OutgoingHttpHeaders = {}): Promise<RawReply> =>
  sendRaw({
    port,
    method: 'OPTIONS',
    path: '/call/6301',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization, content-type',
      ...more,
    },
  })

const corsOf = ({ headers }: RawReply): string[] =>
  Object.keys(headers).filter((name) => name.startsWith('access-control'))

describe('a registered page', () => {
  it('gets its preflight answered without a token: methods, headers, its own origin and never *', async () => {
    const reply = await preflight(page)
    assert.equal(reply.status, 204)
    assert.equal(reply.text, '')
    assert.equal(reply.headers['access-control-allow-origin'], page)
    assert.equal(reply.headers['access-control-allow-methods'], 'GET, POST')
    assert.match(String(reply.headers['access-control-allow-headers']), /authorization/)
    assert.equal(reply.headers['vary'], 'Origin')
    assert.equal(reply.headers['access-control-allow-credentials'], undefined)
    assert.equal(reply.headers['access-control-allow-private-network'], undefined)
  })

  it('of a browser that asks for the private network gets that too', async () => {
    const reply = await preflight(page, { 'access-control-request-private-network': 'true' })
    assert.equal(reply.headers['access-control-allow-private-network'], 'true')
  })

  it('may read every answer: success, error, old-client address and event stream', async () => {
    for (const [method, path] of [
      ['GET', '/v1/status'],
      ['GET', '/v1/orders/NONE'],
      ['GET', '/nothing'],
      ['POST', '/call/6301'],
      ['POST', '/fsi'],
    ] as const) {
      const reply = await send(method, path, { origin: page })
      assert.equal(reply.headers['access-control-allow-origin'], page, path)
      assert.equal(reply.headers['vary'], 'Origin', path)
    }
    const stream = await fetch(`${agent.url}/v1/events`, {
      headers: { authorization: 'Bearer token-of-his', origin: page },
    })
    assert.equal(stream.headers.get('access-control-allow-origin'), page)
    await stream.body?.cancel()
  })

  it('still needs a token', async () => {
    const reply = await sendRaw({ port, path: '/v1/status', headers: { origin: page } })
    assert.equal(reply.json?.code, 'TOKEN_MISSING')
  })
})

describe('any other page', () => {
  const strangers = [
    'https://his.hospital.example.evil.example',
    'http://his.hospital.example',
    'https://his.hospital.example:8443',
    'https://HIS.hospital.example',
    'https://his.hospital.example/',
    'null',
    '',
  ]
  for (const origin of strangers) {
    it(`${origin || 'an empty origin'} is refused, with no header a browser would read as leave`, async () => {
      for (const reply of [await preflight(origin), await send('GET', '/v1/status', { origin })]) {
        assert.equal(reply.status, 403)
        assert.equal(reply.json?.code, 'ORIGIN_REFUSED')
        assert.deepEqual(corsOf(reply), [])
      }
    })
  }

  it('a registered origin under a strange Host is refused: the name was rebound', async () => {
    const reply = await preflight(page, { host: 'evil.example' })
    assert.equal(reply.json?.code, 'HOST_REFUSED')
    assert.deepEqual(corsOf(reply), [])
  })
})

it('a program without an origin gets no such header', async () => {
  assert.deepEqual(corsOf(await send('GET', '/v1/status', {})), [])
})
