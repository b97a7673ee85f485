// Whatever bytes come, under whatever type and charset: an answer of 200 in its shape, never INTERNAL, nothing sent on.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { after, before, it } from 'node:test'
import { gbk, postOld } from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const types = [
  'application/json',
  'text/plain',
  'application/x-www-form-urlencoded',
  'text/html',
  '',
  ';',
  'application/json;charset',
]
const charsets = [
  '',
  '; charset=utf-8',
  '; charset=gbk',
  '; charset="GB18030"',
  '; charset=big5',
  '; charset=',
  '; charset=%00',
]
const paths = [
  '/call',
  '/call/6101',
  '/call/6201',
  '/call/6301',
  '/call/operation',
  '/call/toString',
  '/fsi',
  '/call/6201?dryRun=true',
]
const keys = [
  'token',
  'code',
  'data',
  'input',
  'infno',
  'medOrgOrd',
  'payOrdId',
  'operationId',
  'operator',
  'ecQrCode',
  '__proto__',
  '测试',
  '',
]

const value = fc.letrec<{ node: unknown }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'small' },
    fc.constantFrom('', '测试甲', 'A1', '6301', '{"a":1}', '\ud842', '\u0000', 1e300, -0, true, null),
    fc.string(),
    fc.integer(),
    fc.array(tie('node'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom(...keys), tie('node'), { maxKeys: 4 }),
  ),
})).node

const object = fc.dictionary(fc.constantFrom(...keys), value, { maxKeys: 6 }).map((each) => JSON.stringify(each))

const body = fc.oneof(
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
  object.map((text) => Buffer.from(text)),
  object.map(gbk),
  fc.tuple(object.map(gbk), fc.nat(), fc.nat(255)).map(([bytes, at, byte]) => {
    const changed = Buffer.from(bytes)
    changed[at % bytes.length] = byte
    return changed
  }),
  fc.tuple(object, fc.nat()).map(([text, at]) => Buffer.from(text).subarray(0, at % (text.length + 1))),
  fc
    .dictionary(fc.constantFrom(...keys), fc.string())
    .map((fields) => Buffer.from(new URLSearchParams(fields).toString())),
  fc.string({ unit: fc.constantFrom('%', '2', 'B', 'z', '=', '&', '+', 'a') }).map((text) => Buffer.from(text)),
)

const who = fc.constantFrom('his', 'gbk-his', 'fsi-his', 'reader', null)

it('600 requests of any kind get an answer in its shape', async () => {
  const sent = agent.center.sent()
  await fc.assert(
    fc.asyncProperty(
      body,
      fc.constantFrom(...types),
      fc.constantFrom(...charsets),
      fc.constantFrom(...paths),
      who,
      async (bytes, type, charset, path, as) => {
        const headers = type + charset === '' ? {} : { 'content-type': type + charset }
        const answer = await postOld(port, path, bytes, headers, as)
        assert.equal(answer.status, 200)
        const code = path === '/fsi' ? String(answer.json['err_msg']).split(':')[0] : answer.code
        assert.match(code ?? '', /^(0|[A-Z_]*)$/)
        assert.notEqual(code, 'INTERNAL')
      },
    ),
    { numRuns: 600 },
  )
  assert.deepEqual(agent.center.sent(), sent)
  assert.deepEqual(
    agent.logged.filter((line) => line.includes('api.failed')),
    [],
  )
})
