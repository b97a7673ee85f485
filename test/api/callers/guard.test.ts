// Who may call: tokens and scopes, the Host header, web pages. Static pages and the OpenAPI document are public.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { routes } from '../../../src/main/api/endpoints.ts'
import { bill, newNumber, placement, refundAll, type Fields } from '../../support/cashier-job.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

const page = 'http://his.hospital.example'
let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent({ origins: [page] })
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const get = (path: string, headers: Record<string, string> = {}): Promise<RawReply> =>
  sendRaw({ port, path, headers: { host: `127.0.0.1:${port}`, ...headers } })

const bearer = (token: string): Record<string, string> => ({ authorization: `Bearer ${token}` })

describe('tokens', () => {
  const refusals: readonly (readonly [string, Record<string, string>, string])[] = [
    ['none', {}, 'TOKEN_MISSING'],
    ['an empty one', { authorization: 'Bearer ' }, 'TOKEN_MISSING'],
    ['another scheme', { authorization: 'Basic aGlzOmhpcw==' }, 'TOKEN_MISSING'],
    ['an unknown one', bearer('token-of-nobody'), 'TOKEN_INVALID'],
    ['one of 300 characters', bearer('x'.repeat(300)), 'TOKEN_INVALID'],
    ['the hash in place of the token', bearer('0'.repeat(64)), 'TOKEN_INVALID'],
    ['one that has expired', bearer('token-of-expired'), 'TOKEN_EXPIRED'],
  ]
  for (const [what, headers, code] of refusals) {
    it(`${what}: 401 ${code}`, async () => {
      const reply = await get('/v1/status', headers)
      assert.equal(reply.status, 401)
      assert.equal(reply.json?.code, code)
      assert.match(reply.json.message ?? '', /令牌/)
    })
  }

  it('no token is needed for health and the OpenAPI document, and they hold no secret', async () => {
    for (const path of ['/v1/health', '/openapi.json']) {
      const reply = await get(path)
      assert.equal(reply.status, 200)
      assert.ok(!reply.text.includes('token-of-') && !reply.text.includes(agent.dataDir))
    }
  })

  it('every other route of the table wants one', async () => {
    for (const { method, path, scope } of routes.filter((route) => route.scope !== undefined)) {
      const concrete = path.replace(':medOrgOrd', 'A1').replace(':id', 'X')
      const reply = await sendRaw({ port, method, path: concrete })
      assert.equal(reply.json?.code, 'TOKEN_MISSING', `${method} ${path} ${String(scope)}`)
    }
  })

  it('a token without the scope is refused with the scope it lacks, and nothing is sent', async () => {
    const calls: readonly (readonly [string, Fields, string])[] = [
      ['/v1/vouchers/decode', decodeFields, 'decode'],
      ['/v1/orders', bill(newNumber()), 'pay'],
      ['/v1/orders/A1/placement', placement(), 'pay'],
      ['/v1/orders/A1/refunds', refundAll(), 'refund'],
      ['/v1/orders/A1/revocation', {}, 'pay'],
    ]
    const sent = agent.center.sent()
    for (const [path, body, scope] of calls) {
      const answer = await agent.call('POST', path, body, 'reader')
      assert.equal(answer.status, 403)
      assert.equal(answer.code, 'SCOPE_MISSING')
      assert.equal(answer.data['scope'], scope)
    }
    assert.deepEqual(agent.center.sent(), sent)
    assert.equal((await agent.call('GET', '/v1/status', undefined, 'reader')).code, '0')
  })
})

describe('the Host header', () => {
  it('names this agent, or the request is refused before any route (DNS rebinding)', async () => {
    const refused = [
      'x',
      'evil.example',
      `evil.example:${port}`,
      '127.0.0.1',
      `127.0.0.1:${port + 1}`,
      `127.0.0.1.evil.example:${port}`,
    ]
    for (const host of refused) {
      const reply = await get('/v1/health', { host })
      assert.equal(reply.status, 403, host)
      assert.equal(reply.json?.code, 'HOST_REFUSED')
      assert.match(reply.json.message ?? '', /主机名/)
    }
  })

  it('without its port, as programs of their own sockets write it, is refused with the word that the port belongs to it', async () => {
    const reply = await get('/v1/health', { host: '127.0.0.1' })
    assert.match(JSON.stringify(reply.json), /要连端口/)
    assert.equal(reply.headers['content-length'], String(Buffer.byteLength(reply.text)), 'no chunks')
  })

  it('may be 127.0.0.1, localhost or [::1], in any case', async () => {
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, `LocalHost:${port}`]) {
      assert.equal((await get('/v1/health', { host })).status, 200, host)
    }
  })
})

describe('web pages', () => {
  it('a registered page is answered, a foreign one is refused, with and without a token', async () => {
    assert.equal((await get('/v1/health', { origin: page })).status, 200)
    for (const origin of [
      'http://evil.example',
      'null',
      `${page}.evil.example`,
      page.replace('http:', 'https:'),
      'file://',
    ]) {
      for (const headers of [{}, bearer('token-of-his')]) {
        const reply = await get('/v1/status', { origin, ...headers })
        assert.equal(reply.status, 403, origin)
        assert.equal(reply.json?.code, 'ORIGIN_REFUSED')
      }
    }
  })

  it("the agent's own pages are no foreign ones", async () => {
    assert.equal((await get('/v1/health', { origin: `http://127.0.0.1:${port}` })).status, 200)
  })

  it('a request of a page without Origin, as a GET by <img> is, is known by Sec-Fetch-Site', async () => {
    for (const site of ['cross-site', 'same-site']) {
      assert.equal((await get('/v1/health', { 'sec-fetch-site': site })).json?.code, 'ORIGIN_REFUSED')
    }
    for (const site of ['none', 'same-origin']) {
      assert.equal((await get('/v1/health', { 'sec-fetch-site': site })).status, 200)
    }
  })

  it('no answer reflects a foreign Origin', async () => {
    const reply = await get('/v1/health', { origin: 'http://evil.example' })
    assert.equal(reply.headers['access-control-allow-origin'], undefined)
  })
})

it('answers are JSON in UTF-8 that nobody keeps', async () => {
  for (const reply of [await get('/v1/health'), await get('/v1/status'), await get('/nothing')]) {
    assert.equal(reply.headers['content-type'], 'application/json; charset=utf-8')
    assert.equal(reply.headers['cache-control'], 'no-store')
    assert.equal(typeof (reply.json as Fields)['requestId'], 'string')
  }
})
