// Requests that carry a nonce and a time stamp are taken once; what was recorded and is sent again is refused.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createNonceMemory, nonceWindowS } from '../../../src/main/api/callers/nonce-memory.ts'
import { newNumber, placement, upload } from '../../support/cashier-job.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, testTokens, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

type Headers = Readonly<Record<string, string>>
const port = (): number => Number(new URL(agent.url).port)
const get = (path: string, token: string, headers: Headers = {}): Promise<RawReply> =>
  sendRaw({
    port: port(),
    path,
    headers: { host: `127.0.0.1:${port()}`, authorization: `Bearer ${token}`, ...headers },
  })
describe('a nonce', () => {
  const stamp = (): string => String(Math.floor(Date.now() / 1_000))
  const once = (nonce: string, time = stamp()): Headers => ({
    'x-mip-nonce': nonce.padEnd(16, 'x'),
    'x-mip-timestamp': time,
  })

  before(async () => {
    await until('the first time stamp taken', async () => {
      const reply = await get('/v1/status', 'token-of-his', once(newNumber('first')))
      return reply.json?.code === '0'
    })
  })

  it('makes a payment that is sent again as it was refused, and nothing is sent to the center', async () => {
    const medOrgOrd = await upload(agent)
    const place = (headers: Headers): Promise<RawReply> =>
      sendRaw({
        ...{
          port: port(),
          method: 'POST',
          path: `/v1/orders/${medOrgOrd}/placement`,
          body: JSON.stringify(placement()),
        },
        headers: {
          host: `127.0.0.1:${port()}`,
          authorization: 'Bearer token-of-his',
          'content-type': 'application/json',
          ...headers,
        },
      })
    const headers = once(newNumber('pay'))
    assert.equal((await place(headers)).json?.code, '0')
    const sent = agent.center.sent()
    const again = await place(headers)
    assert.equal(again.status, 409)
    assert.equal(again.json?.code, 'NONCE_USED')
    assert.match(again.json.message ?? '', /重复的请求/)
    assert.deepEqual(agent.center.sent(), sent)
    assert.equal((await place(once(newNumber('pay')))).json?.code, '0', 'under a new nonce it is the recorded answer')
  })

  it('is taken from the façade too, whose token stands in the body', async () => {
    const headers = { host: `127.0.0.1:${port()}`, 'content-type': 'application/json', ...once(newNumber('old')) }
    const body = JSON.stringify({ token: 'token-of-his', medOrgOrd: 'NONE' })
    const ask = (): Promise<RawReply> => sendRaw({ port: port(), method: 'POST', path: '/call/6301', headers, body })
    assert.equal((await ask()).json?.code, 'ORDER_NOT_FOUND')
    assert.equal((await ask()).json?.code, 'NONCE_USED')
  })

  it('is refused outside its window with the agent’s time, and when it is half or misshapen', async () => {
    const old = String(Number(stamp()) - nonceWindowS - 1)
    const before = stamp()
    const stale = await get('/v1/status', 'token-of-his', once(newNumber('n'), old))
    assert.equal(stale.json?.code, 'NONCE_STALE')
    const agentTimeS = String(stale.json.data?.['agentTimeS'])
    assert.ok(before <= agentTimeS && agentTimeS <= stamp(), agentTimeS)
    for (const headers of [
      { 'x-mip-nonce': 'n'.repeat(16) },
      { 'x-mip-timestamp': stamp() },
      { 'x-mip-nonce': 'short', 'x-mip-timestamp': stamp() },
      { 'x-mip-nonce': 'n'.repeat(16), 'x-mip-timestamp': 'now' },
    ] as Headers[]) {
      assert.equal((await get('/v1/status', 'token-of-his', headers)).json?.code, 'NONCE_INVALID')
    }
  })

  it('is another token’s too, and its memory has an end: then a nonce is refused, never forgotten', () => {
    let nowS = 1_800_000_000
    const take = createNonceMemory(() => nowS * 1_000)
    nowS += 10
    const [one, other] = testTokens
    assert.equal(take(one?.hash ?? '', 'n', nowS), 'new')
    assert.equal(take(other?.hash ?? '', 'n', nowS), 'new')
    for (let count = 2; count < 200_000; count++) take('hash', String(count), nowS)
    assert.equal(take('hash', 'one more', nowS), 'full')
    assert.equal(take(one?.hash ?? '', 'n', nowS), 'used')
    nowS += nonceWindowS + 1
    assert.equal(take('hash', 'one more', nowS), 'new')
  })
})
