// Pairing and links: six digits become a token that may what was fixed when the pairing began; a link becomes a session of the
// agent's own pages. Both are guessed in vain.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createPairings, pairingLivesMs } from '../../../src/main/api/tokens/pairings.ts'
import { openTokenBook } from '../../../src/main/api/tokens/token-book.ts'
import type { TokenBook } from '../../../src/main/api/tokens/token-book-types.ts'
import { hashToken, type StoredToken } from '../../../src/main/api/callers/tokens.ts'
import { bill, newNumber } from '../../support/cashier-job.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { openEvents } from '../../support/event-stream.ts'
import { orgCodg, startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

const page = 'https://his.hospital.example'
let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

type Headers = Readonly<Record<string, string>>

const post = (path: string, body: object, headers: Headers = {}): Promise<RawReply> =>
  sendRaw({
    port,
    method: 'POST',
    path,
    headers: { host: `127.0.0.1:${port}`, 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  })
const get = (path: string, token: string, headers: Headers = {}): Promise<RawReply> =>
  sendRaw({ port, path, headers: { host: `127.0.0.1:${port}`, authorization: `Bearer ${token}`, ...headers } })

const pair = async (more: object = {}): Promise<{ readonly code: string; readonly name: string }> => {
  const name = newNumber('窗口')
  const answer = await agent.call('POST', '/v1/pairings', { name, scopes: ['pay'], ...more }, 'his')
  assert.equal(answer.code, '0', answer.message)
  return { code: String(answer.data['code']), name }
}
const exchange = (code: string, more: object = {}, headers: Headers = {}): Promise<RawReply> =>
  post('/v1/pairings/exchange', { code, application: '测试 HIS', ...more }, headers)

const wrongCode = (code: string): string => String((Number(code) + 1) % 1_000_000).padStart(6, '0')
const cancel = (): Promise<unknown> => agent.call('POST', '/v1/pairings/cancel', {}, 'only-admin')
const stateNow = async (): Promise<unknown> =>
  (await agent.call('GET', '/v1/pairings', undefined, 'only-admin')).data['state']

describe('a pairing', () => {
  it('gives a token with the name, scopes and institution fixed at its start, once', async () => {
    const { code, name } = await pair({ scopes: ['decode', 'pay'], expiresInDays: 30 })
    assert.match(code, /^\d{6}$/)
    const reply = await exchange(code)
    assert.equal(reply.json?.code, '0', reply.text)
    const { token, expiresAt, ...given } = reply.json.data ?? {}
    assert.deepEqual(given, { name, scopes: ['decode', 'pay'], orgCodg, environment: 'sandbox' })
    assert.match(String(expiresAt), /\+08:00$/)
    assert.equal((await get('/v1/orders/NONE', String(token))).json?.code, 'ORDER_NOT_FOUND')
    assert.equal((await get('/v1/status', String(token))).json?.code, 'SCOPE_MISSING')
    assert.equal((await exchange(code)).json?.code, 'PAIRING_CODE_INVALID')
    assert.equal(await stateNow(), 'used')
  })

  it('is dead after five wrong codes, whoever tried them; the right one no longer helps, and it never says which was wrong', async () => {
    const { code } = await pair({ application: '测试 HIS' })
    const wrong = [
      await exchange(wrongCode(code)),
      await exchange(code, { application: '别的程序' }),
      await exchange(code, {}, { origin: `http://127.0.0.1:${port}` }),
      await exchange(wrongCode(code)),
      await exchange(wrongCode(code)),
    ]
    assert.deepEqual(
      wrong.map(({ status, json }) => [status, json?.code, json?.data?.['triesLeft']]),
      [4, 3, 2, 1, 0].map((left) => [401, 'PAIRING_CODE_INVALID', left]),
    )
    assert.equal((await exchange(code)).json?.code, 'PAIRING_CODE_INVALID')
    assert.equal(await stateNow(), 'dead')
  })

  it('is held when it is guessed at, each time longer on one connection', async () => {
    const { code } = await pair()
    const began = performance.now()
    await exchange(wrongCode(code))
    assert.ok(performance.now() - began >= 95)
    await cancel()
  })

  it('is one at a time, and may be cancelled', async () => {
    const { code } = await pair()
    const second = await agent.call('POST', '/v1/pairings', { name: newNumber('P'), scopes: ['read'] }, 'his')
    assert.equal(second.code, 'PAIRING_OPEN')
    assert.equal(second.status, 409)
    await cancel()
    assert.equal(await stateNow(), 'cancelled')
    assert.equal((await exchange(code)).json?.code, 'PAIRING_CODE_INVALID')
  })

  it('of another institution is neither named nor cancelled, and who has none to cancel is told', async () => {
    const { name } = await pair()
    const foreign = await agent.call(
      'POST',
      '/v1/pairings',
      { name: newNumber('P'), scopes: ['pay'] },
      'other-hospital',
    )
    assert.equal(foreign.code, 'PAIRING_OPEN')
    assert.ok(!JSON.stringify(foreign).includes(name))
    assert.equal((await agent.call('POST', '/v1/pairings/cancel', {}, 'other-hospital')).code, 'PAIRING_NONE')
    assert.equal(await stateNow(), 'open')
    assert.equal((await agent.call('POST', '/v1/pairings/cancel', {}, 'his')).code, '0')
    assert.equal((await agent.call('POST', '/v1/pairings/cancel', {}, 'his')).code, 'PAIRING_NONE')
  })

  it('shows its state without its code', async () => {
    const { code, name } = await pair()
    const answer = await agent.call('GET', '/v1/pairings', undefined, 'only-admin')
    assert.equal(answer.data['name'], name)
    assert.equal(answer.data['state'], 'open')
    assert.ok(!JSON.stringify(answer.data).includes(code))
    await cancel()
  })

  it('wants a name that no token has, known scopes, and either a page or a program', async () => {
    const ask = async (body: object): Promise<string> => (await agent.call('POST', '/v1/pairings', body, 'his')).code
    assert.equal(await ask({ name: 'his', scopes: ['pay'] }), 'TOKEN_NAME_TAKEN')
    assert.equal(await ask({ name: newNumber('P'), scopes: [] }), 'INVALID_FIELDS')
    assert.equal(await ask({ name: newNumber('P'), scopes: ['root'] }), 'INVALID_FIELDS')
    assert.equal(await ask({ name: 'a b\n', scopes: ['pay'] }), 'INVALID_FIELDS')
    assert.equal(await ask({ name: newNumber('P'), scopes: ['pay'], origin: `${page}/x` }), 'INVALID_FIELDS')
    assert.equal(await ask({ name: newNumber('P'), scopes: ['pay'], origin: page, application: 'x' }), 'INVALID_FIELDS')
    assert.equal(await ask({ name: newNumber('P'), scopes: ['pay'], orgCodg: 'H9' }), 'INVALID_FIELDS')
  })

  it('ends after two minutes, by a clock that nobody can set', () => {
    let nowMs = 0
    const book: TokenBook = openTokenBook({
      fixed: [] as StoredToken[],
      store: { read: () => undefined, write: () => undefined },
      rolledOut: [],
      orgCodg,
      nowMs: 1_800_000_000_000,
      log: () => undefined,
    })
    const pairings = createPairings(book, { wallMs: () => 1_800_000_000_000, monotonicMs: () => nowMs })
    const { code } = pairings.start({ name: 'w', orgCodg, scopes: ['pay'], expiresInDays: undefined, maker: undefined })
    nowMs += pairingLivesMs
    assert.equal(pairings.state().state, 'expired')
    assert.throws(() => pairings.exchange({ code, application: 'x', origin: undefined }), {
      code: 'PAIRING_CODE_INVALID',
    })
  })
})

describe('a pairing for a web page', () => {
  it('lets that page ask, exchange and call with its own token, and nobody else with it', async () => {
    const preflight = (origin: string): Promise<RawReply> =>
      sendRaw({
        port,
        method: 'OPTIONS',
        path: '/v1/pairings/exchange',
        headers: { host: `127.0.0.1:${port}`, origin, 'access-control-request-method': 'POST' },
      })
    assert.equal((await preflight(page)).json?.code, 'ORIGIN_REFUSED', 'before there is a pairing')
    const { code, name } = await pair({ origin: page })
    assert.equal((await preflight(page)).headers['access-control-allow-origin'], page)
    assert.equal((await preflight('https://evil.example')).status, 403)
    assert.equal((await exchange(code)).json?.code, 'PAIRING_CODE_INVALID', 'a program has no origin')
    const reply = await exchange(code, {}, { origin: page })
    assert.equal(reply.headers['access-control-allow-origin'], page)
    const token = String(reply.json?.data?.['token'])
    const own = await get('/v1/orders/NONE', token, { origin: page })
    assert.equal(own.json?.code, 'ORDER_NOT_FOUND')
    assert.equal(own.headers['access-control-allow-origin'], page)
    for (const headers of [{}, { origin: `http://127.0.0.1:${port}` }] as Headers[]) {
      assert.equal((await get('/v1/orders/NONE', token, headers)).json?.code, 'ORIGIN_REFUSED')
    }
    const others = await get('/v1/status', 'token-of-his', { origin: page })
    assert.equal(others.json?.code, 'ORIGIN_REFUSED', 'the page is welcome with its own token only')
    const inBody = await post('/call/6301', { token: 'token-of-his', medOrgOrd: 'NONE' }, { origin: page })
    assert.equal(inBody.json?.code, 'ORIGIN_REFUSED', 'nor with one in the body')
    await agent.call('POST', `/v1/tokens/${encodeURIComponent(name)}/revoke`, {}, 'only-admin')
    assert.equal((await preflight(page)).json?.code, 'ORIGIN_REFUSED', 'after its token was revoked')
  })
})

describe('a link to the console', () => {
  const own = (): Headers => ({ origin: `http://127.0.0.1:${port}` })
  const makeLink = async (): Promise<string> => {
    const answer = await agent.call('POST', '/v1/links', {}, 'his')
    const [address = '', link = ''] = String(answer.data['link']).split('#link=')
    assert.equal(address, `http://127.0.0.1:${port}/console/`)
    return link
  }

  it('opens one session with all scopes for the agent’s own pages, which work from each of its names', async () => {
    const link = await makeLink()
    const reply = await post('/v1/links/exchange', { link }, own())
    assert.equal(reply.json?.code, '0', reply.text)
    const { token, scopes } = reply.json.data ?? {}
    assert.deepEqual(scopes, ['read', 'decode', 'pay', 'refund', 'admin'])
    for (const name of ['127.0.0.1', 'localhost', '[::1]']) {
      const status = await get('/v1/status', String(token), {
        origin: `http://${name}:${port}`,
        host: `${name}:${port}`,
      })
      assert.equal(status.json?.code, '0', name)
    }
    assert.equal((await get('/v1/status', String(token))).json?.code, '0', 'a GET of a page itself has no Origin')
    const again = await post('/v1/links/exchange', { link }, own())
    assert.equal(again.json?.code, 'LINK_INVALID')
  })

  it('is for no other page and no program, and trying does not use it up', async () => {
    const link = await makeLink()
    for (const headers of [
      {},
      { origin: `http://127.0.0.1:${port + 1}` },
      { origin: `127.0.0.1:${port}` },
    ] as Headers[]) {
      assert.equal((await post('/v1/links/exchange', { link }, headers)).json?.code, 'ORIGIN_REFUSED')
    }
    assert.equal((await post('/v1/links/exchange', { link }, own())).json?.code, '0')
    assert.equal((await post('/v1/links/exchange', { link: 'guess' }, own())).json?.code, 'LINK_INVALID')
  })

  it('ends with the agent: nothing of a session is on the disk', async () => {
    const reply = await post('/v1/links/exchange', { link: await makeLink() }, own())
    const token = String(reply.json?.data?.['token'])
    await agent.stop()
    await agent.start()
    port = Number(new URL(agent.url).port)
    assert.equal((await get('/v1/status', token)).json?.code, 'TOKEN_INVALID')
  })
})

it('a token paired while the agent runs works after a restart, and sees the orders it made without the scope to read', async () => {
  const { code } = await pair({ scopes: ['pay'] })
  const token = String((await exchange(code)).json?.data?.['token'])
  const bearer = { authorization: `Bearer ${token}` }
  const medOrgOrd = newNumber('OWN')
  const uploaded = await post('/v1/orders', bill(medOrgOrd), bearer)
  assert.equal(uploaded.json?.code, '0', uploaded.text)
  const operationId = String(uploaded.json.data?.['operationId'])
  const foreign = newNumber('HIS')
  const other = await agent.call('POST', '/v1/orders', bill(foreign))
  await agent.stop()
  await agent.start()
  port = Number(new URL(agent.url).port)
  assert.equal((await get(`/v1/orders/${medOrgOrd}`, token)).json?.code, '0')
  assert.equal((await get(`/v1/operations/${operationId}`, token)).json?.code, '0')
  assert.equal((await get(`/v1/orders/${foreign}`, token)).json?.code, 'ORDER_NOT_FOUND')
  assert.equal(
    (await get(`/v1/operations/${String(other.data['operationId'])}`, token)).json?.code,
    'OPERATION_NOT_FOUND',
  )
  assert.equal((await post('/call/6301', { medOrgOrd: foreign }, bearer)).json?.code, 'ORDER_NOT_FOUND')
  assert.equal((await agent.call('GET', `/v1/orders/${medOrgOrd}`)).code, '0', 'whoever may read sees both')
  const events = await openEvents(agent, 'only-pay')
  assert.equal((await post(`/v1/orders/${medOrgOrd}/revocation`, {}, bearer)).json?.code, '0')
  const mine = newNumber('MINE')
  assert.equal((await agent.call('POST', '/v1/orders', bill(mine), 'only-pay')).code, '0')
  await events.find('the event of its own order', ({ medOrgOrd: number }) => number === mine)
  assert.ok(!events.text().includes(medOrgOrd), 'the events of another’s order are not told')
  await events.close()
  assert.ok(!agent.logged.some((line) => line.includes(token) || line.includes(hashToken(token))))
})
