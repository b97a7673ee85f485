// Reading by ticket, for what can only GET: one order, once, from one origin, and nothing of the patient.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { runInNewContext } from 'node:vm'
import { after, before, describe, it } from 'node:test'
import { inventedPatient } from '../../fixtures/invented-bill.ts'
import { createTickets, ticketLivesMs } from '../../../src/main/api/old-clients/tickets.ts'
import { pay, upload } from '../../support/cashier-job.ts'
import { postOld } from '../../support/old-client.ts'
import { sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

const page = 'http://his.hospital.example'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent({ origins: [page], jsonp: true })
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const ask = (body: object, as = 'his') =>
  postOld(port, '/call/ticket', JSON.stringify(body), { 'content-type': 'application/json' }, as)
const urlFor = async (medOrgOrd: string, more: object = {}): Promise<string> => {
  const answer = await ask({ medOrgOrd, ...more })
  assert.equal(answer.code, '0', answer.message)
  assert.equal(answer.data['expiresInMs'], 30_000)
  return String(answer.data['url'])
}
const get = (path: string, headers: OutgoingHttpHeaders = {}): Promise<RawReply> => sendRaw({ port, path, headers })

describe('a ticket', () => {
  it('tells once whether the order is paid, and nothing of the patient or the settlement', async () => {
    const url = await urlFor(await pay(agent))
    const reply = await get(url)
    assert.equal(reply.status, 200)
    assert.equal(reply.json?.code, '0')
    assert.equal(reply.json.data?.['paid'], true)
    const names = ['medOrgOrd', 'payOrdId', 'state', 'ordStas', 'paid', 'next', 'legs', 'environment', 'requestId']
    assert.deepEqual(Object.keys(reply.json.data ?? {}), names)
    for (const secret of [inventedPatient.idNo, inventedPatient.userName, 'hiDocSn', 'revsToken']) {
      assert.ok(!reply.text.includes(secret))
    }
    assert.equal((await get(url)).json?.code, 'TICKET_INVALID')
  })

  it('asks the center nothing', async () => {
    const medOrgOrd = await upload(agent)
    const asked = await agent.center.count(medOrgOrd, '6301')
    await get(await urlFor(medOrgOrd))
    assert.equal(await asked(), 0)
  })

  it('is for its order alone, and spent by the attempt', async () => {
    const [own, other] = [await upload(agent), await upload(agent)]
    const url = await urlFor(own)
    assert.equal((await get(url.replace(own, other))).json?.code, 'TICKET_INVALID')
    assert.equal((await get(url)).json?.code, 'TICKET_INVALID')
  })

  it('is for its origin alone: the page it was made for, by Origin or Referer, or a program, which has none', async () => {
    const medOrgOrd = await upload(agent)
    for (const [origin, headers, code] of [
      [page, { origin: page }, '0'],
      [page, { referer: `${page}/pay.html` }, '0'],
      [page, {}, 'TICKET_INVALID'],
      [page, { referer: 'http://evil.example/' }, 'TICKET_INVALID'],
      ['', { origin: page }, 'TICKET_INVALID'],
      ['', {}, '0'],
    ] as const) {
      const reply = await get(await urlFor(medOrgOrd, { origin }), headers)
      assert.equal(reply.json?.code, code, `${origin} ${JSON.stringify(headers)}`)
    }
    assert.match((await ask({ medOrgOrd, origin: 'http://evil.example' })).message, /origin.*已登记/)
  })

  it('ends after 30 s, and a flood of them drops the oldest', () => {
    let nowMs = 0
    const tickets = createTickets(() => nowMs)
    const caller = { name: 'his', orgCodg: 'H00000000001', scopes: [] }
    const [early, late] = [tickets.issue(caller, 'A', ''), tickets.issue(caller, 'A', '')]
    nowMs = ticketLivesMs - 1
    assert.equal(tickets.take(early, 'A', ''), caller)
    nowMs = ticketLivesMs
    assert.throws(() => tickets.take(late, 'A', ''), { code: 'TICKET_INVALID' })
    const first = tickets.issue(caller, 'A', '')
    for (let count = 0; count < 1_000; count++) tickets.issue(caller, 'A', '')
    assert.throws(() => tickets.take(first, 'A', ''), { code: 'TICKET_INVALID' })
  })

  it('needs a token with the scope to be made, and reads only the orders of its institution', async () => {
    assert.equal((await ask({ medOrgOrd: 'A' }, 'nobody')).code, 'TOKEN_INVALID')
    const medOrgOrd = await upload(agent)
    const { data } = await ask({ medOrgOrd }, 'other-hospital')
    assert.equal((await get(String(data['url']))).json?.code, 'ORDER_NOT_FOUND')
    assert.match((await ask({ medOrgOrd, path: '/v1/status' })).message, /path.*未知字段/)
  })

  it('opens nothing else: no payment, no decode, no other address by GET', async () => {
    for (const path of ['/call/6101?ticket=x', '/call/6202?ticket=x', '/call?ticket=x', '/fsi?ticket=x']) {
      assert.equal((await get(path)).json?.code, 'ROUTE_NOT_FOUND')
    }
    assert.equal((await get('/call/order')).json?.code, 'INVALID_FIELDS')
    assert.equal((await get('/call/order?medOrgOrd=A')).json?.code, 'TICKET_INVALID')
    assert.equal((await get('/call/order?medOrgOrd=A&ticket=x&refresh=true')).json?.code, 'INVALID_FIELDS')
  })
})

describe('JSONP', () => {
  it('calls the function that the script names, in ASCII, as a script and nothing else', async () => {
    const reply = await get(`${await urlFor(await upload(agent))}&callback=onPaid`)
    assert.equal(reply.headers['content-type'], 'text/javascript; charset=utf-8')
    assert.equal(reply.headers['x-content-type-options'], 'nosniff')
    const told: unknown[] = []
    runInNewContext(reply.text, { onPaid: (answer: unknown) => told.push(answer) })
    assert.equal((told[0] as { code: string }).code, '0')
    assert.ok(reply.bytes.every((byte) => byte < 0x80))
  })

  it('takes no name that is more than a name', async () => {
    for (const name of ['alert(1)', 'a.b', 'a;b', '1a', '<script>', 'a'.repeat(41), '', 'a%0d%0ab']) {
      const reply = await get(`${await urlFor('A')}&callback=${name.includes('%') ? name : encodeURIComponent(name)}`)
      assert.equal(reply.json?.code, 'INVALID_FIELDS', name)
      assert.match(String(reply.headers['content-type']), /json/)
    }
  })

  it('a script of a modern browser is refused before: it names no origin and says that it is foreign', async () => {
    const url = `${await urlFor('A', { origin: page })}&callback=f`
    const reply = await get(url, { referer: `${page}/`, 'sec-fetch-site': 'cross-site' })
    assert.equal(reply.json?.code, 'ORIGIN_REFUSED')
  })

  it('is off by default', async () => {
    const other = await startTestAgent()
    try {
      const reply = await sendRaw({
        port: Number(new URL(other.url).port),
        path: '/call/order?medOrgOrd=A&ticket=x&callback=f',
      })
      assert.equal(reply.json?.code, 'INVALID_FIELDS')
      assert.match(reply.json.message ?? '', /未启用 JSONP/)
    } finally {
      await other.close()
    }
  })
})
