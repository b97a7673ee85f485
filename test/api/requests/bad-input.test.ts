// Everything a caller can get wrong: a clear Chinese message with its stable code, nothing sent, nothing written, and the
// agent goes on answering.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, afterEach, before, describe, it } from 'node:test'
import { bill, newNumber, placement, readOrder, type Fields } from '../../support/cashier-job.ts'
import { postAsHis, sendRaw, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

afterEach(async () => {
  assert.equal((await agent.call('GET', '/v1/health')).code, '0', 'the agent goes on answering')
})

const post = (path: string, body: Buffer | string, headers?: OutgoingHttpHeaders): Promise<RawReply> =>
  postAsHis(port, path, body, headers)

const faultsOf = (answer: { data?: Record<string, unknown> }): string[] => answer.data?.['faults'] as string[]

const assertRefused = (reply: RawReply, status: number, code: string): void => {
  assert.equal(reply.status, status, reply.text)
  assert.equal(reply.json?.code, code)
  assert.match(reply.json.message ?? '', /\p{Script=Han}/u)
  assert.equal(reply.json.data?.['environment'], 'sandbox')
}

describe('a body that is no JSON object', () => {
  const bodies: readonly (readonly [string, Buffer | string])[] = [
    ['text', 'hello'],
    ['cut in half', '{"medOrgOrd": "A1"'],
    ['with a trailing comma', '{"medOrgOrd": "A1",}'],
    ['a list', '[]'],
    ['a string', '"A1"'],
    ['a number', '1'],
    ['null', 'null'],
    ['GBK instead of UTF-8', Buffer.from('{"userName":"\xb2\xe2\xca\xd4"}', 'latin1')],
    ['UTF-16', Buffer.from('{"a":"1"}', 'utf16le')],
    ['nested without end', `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ]
  for (const [what, body] of bodies) {
    it(`${what}: BAD_JSON`, async () => {
      const reply = await post('/v1/orders', body)
      assertRefused(reply, 400, 'BAD_JSON')
    })
  }

  it('the message never quotes the body: it may hold a patient', async () => {
    const reply = await post('/v1/orders', '{"userName": 测试甲, "idNo": "110101199003070000"}')
    assertRefused(reply, 400, 'BAD_JSON')
    assert.ok(!reply.text.includes('测试甲'))
  })

  it('an empty body is an empty object: every required field is named', async () => {
    const reply = await post('/v1/orders', '')
    assertRefused(reply, 422, 'INVALID_FIELDS')
    assert.ok(faultsOf(reply.json ?? {}).includes('medOrgOrd 医疗机构订单号: 必填'))
  })

  it('keys of JavaScript itself are unknown fields like any other', async () => {
    const reply = await post('/v1/orders', '{"__proto__": {"paid": "1"}, "constructor": "x"}')
    assertRefused(reply, 422, 'INVALID_FIELDS')
    assert.equal(({} as Fields)['paid'], undefined)
  })
})

describe('the shape of a request', () => {
  it('another content type: UNSUPPORTED_MEDIA', async () => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/xml']) {
      assertRefused(await post('/v1/orders', 'a=1', { 'content-type': type }), 415, 'UNSUPPORTED_MEDIA')
    }
  })

  it('10 MB: BODY_TOO_LARGE, whether the length is told or not', async () => {
    const large = Buffer.alloc(10 * 1024 * 1024, 0x20)
    assertRefused(await post('/v1/orders', large), 413, 'BODY_TOO_LARGE')
    const headers = {
      authorization: 'Bearer token-of-his',
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
    }
    const untold = await sendRaw({ port, method: 'POST', path: '/v1/orders', headers, body: large })
    assertRefused(untold, 413, 'BODY_TOO_LARGE')
  })

  it('10 MB without a token is refused before it is read', async () => {
    const reply = await post('/v1/orders', Buffer.alloc(10 * 1024 * 1024, 0x20), { authorization: '' })
    assertRefused(reply, 401, 'TOKEN_MISSING')
  })

  it('an unknown route, and a known one by another method: ROUTE_NOT_FOUND', async () => {
    for (const [method, path] of [
      ['GET', '/'],
      ['GET', '/v1/nothing'],
      ['POST', '/v1/health'],
      ['DELETE', '/v1/orders/A1'],
      ['PUT', '/v1/orders'],
      ['GET', '/v1/orders/%E0%A4%A'],
      ['GET', `/v1/orders/${'A'.repeat(100)}`],
    ] as const) {
      const headers = { authorization: 'Bearer token-of-his' }
      assertRefused(await sendRaw({ port, method, path, headers }), 404, 'ROUTE_NOT_FOUND')
    }
  })

  it('a query that the endpoint does not know, or neither true nor false: INVALID_FIELDS, and nothing goes out', async () => {
    const medOrgOrd = newNumber()
    const sent = agent.center.sent()
    for (const query of ['dryrun=true', 'dryRun=1', 'dryRun=TRUE', 'dryRun=', 'dryRun=true&dryRun=true', 'x=1']) {
      const answer = await agent.call('POST', `/v1/orders?${query}`, bill(medOrgOrd))
      assert.equal(answer.code, 'INVALID_FIELDS', query)
    }
    assert.deepEqual(agent.center.sent(), sent)
    assert.equal((await readOrder(agent, medOrgOrd)).code, 'ORDER_NOT_FOUND')
  })

  it('an unknown order and an unknown operation: their own codes', async () => {
    assert.equal((await agent.call('GET', '/v1/orders/NONE')).code, 'ORDER_NOT_FOUND')
    assert.equal((await agent.call('GET', '/v1/orders/NONE?refresh=true')).code, 'ORDER_NOT_FOUND')
    const { payAuthNo } = placement()
    const bodies = {
      placement: placement(),
      'bank-placement': { payAuthNo },
      'cashier-url': { payAuthNo },
      revocation: {},
    }
    for (const [path, body] of Object.entries(bodies)) {
      assert.equal((await agent.call('POST', `/v1/orders/NONE/${path}`, body)).code, 'ORDER_NOT_FOUND', path)
    }
    assert.equal((await agent.call('GET', '/v1/operations/NONE')).code, 'OPERATION_NOT_FOUND')
    assert.equal((await agent.call('POST', '/v1/operations/NONE/cancel', {})).code, 'OPERATION_NOT_FOUND')
  })
})
