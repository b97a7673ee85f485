// What the addresses for old programs refuse, in Chinese and with the place: a token, a text that is none, too much. What they
// take is old-clients.test.ts.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { inventedPatient } from '../../fixtures/invented-bill.ts'
import { bill, newNumber, refundAll, upload } from '../../support/cashier-job.ts'
import {
  assertGood,
  assertRefused,
  form,
  gbk,
  json,
  jsonGbk,
  oldClientOf,
  plain,
  postOld,
  urlencoded,
  type OldClient,
} from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let port: number
let { post, postBare, call } = {} as OldClient
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
  ;({ post, postBare, call } = oldClientOf(port))
})
after(() => agent.close())

const patientOf = (medOrgOrd: string): unknown => agent.center.order(medOrgOrd).patient.userName

describe('the token', () => {
  it('may stand in the body: as JSON, as text and in a form, in the charset of its setting', async () => {
    const medOrgOrd = await upload(agent)
    const body = JSON.stringify({ token: 'token-of-his', medOrgOrd })
    assertGood(await postBare('/call/6301', body))
    assertGood(await postBare('/call/6301', body, plain))
    assertGood(await postBare('/call', form({ token: 'token-of-his', code: '6301', medOrgOrd }), urlencoded))
    const number = newNumber()
    const fees = JSON.stringify({ ...bill(number), token: 'token-of-gbk-his' })
    assertGood(await postBare('/call/6201', gbk(fees), plain))
    assert.equal(patientOf(number), inventedPatient.userName)
  })

  it('is needed, must be right and have the scope; each has its own code', async () => {
    assertRefused(await postBare('/call/6301', '{}'), 'TOKEN_MISSING', /令牌/)
    assertRefused(await postBare('/call/6301', ''), 'TOKEN_MISSING', /令牌/)
    assertRefused(await postBare('/call/6301', '', { 'content-length': undefined }), 'TOKEN_MISSING', /令牌/)
    assertRefused(await postBare('/call/6301', '{"token":7}'), 'TOKEN_MISSING', /令牌/)
    assertRefused(await postBare('/call/6301', '{"token":"x"}'), 'TOKEN_INVALID', /令牌/)
    assertRefused(await post('/call/6301', '{}', json, 'nobody'), 'TOKEN_INVALID', /令牌/)
    assertRefused(await post('/call/6301', '{}', json, 'expired'), 'TOKEN_EXPIRED', /令牌/)
    assertRefused(await call('6203', { medOrgOrd: 'A', ...refundAll() }, 'reader'), 'SCOPE_MISSING', /权限/)
  })

  it('of another institution does not find the order', async () => {
    assertRefused(await call('6301', { medOrgOrd: await upload(agent) }, 'other-hospital'), 'ORDER_NOT_FOUND', /订单/)
  })

  it('never reaches the log, and neither does the patient', async () => {
    await postBare('/call/6201', JSON.stringify({ ...bill(newNumber()), token: 'token-of-his' }))
    const all = agent.logged.join('\n')
    assert.ok(!all.includes('token-of-'))
    assert.ok(!all.includes(inventedPatient.idNo))
  })
})

describe('bad input is refused in Chinese, with the place', () => {
  const text = JSON.stringify({ operatorId: 'OP01', operatorName: '测试', idNo: '1' })
  const cut = (at: number): Buffer => {
    const bytes = gbk(text)
    const middle = bytes.indexOf(gbk('试')) + at
    return Buffer.concat([bytes.subarray(0, middle), bytes.subarray(middle + 1)])
  }
  const cases: readonly (readonly [string, Buffer | string, OutgoingHttpHeaders, string, RegExp])[] = [
    [
      'half a GBK character before a quote',
      cut(1),
      jsonGbk,
      'BAD_JSON',
      /第 40 个字节起 \(operatorName 附近\)不是有效的 GBK 字符/,
    ],
    ['half a GBK character at the end', Buffer.from([0x7b, 0x7d, 0xb2]), jsonGbk, 'BAD_JSON', /末尾的字符不完整/],
    [
      'a byte that is no character at all',
      Buffer.from('{"a":"\xff"}', 'latin1'),
      jsonGbk,
      'BAD_JSON',
      /第 7 个字节起 \(a 附近\)/,
    ],
    [
      'half a UTF-8 character',
      Buffer.from('{"operatorName":"\xe6\xb5"}', 'latin1'),
      json,
      'BAD_JSON',
      /operatorName 附近\)不是有效的 UTF-8 字符/,
    ],
    ['GBK that nobody declared', gbk(text), json, 'BAD_JSON', /operatorName 附近\)不是有效的 UTF-8 字符/],
    ['GBK as text that nobody declared', gbk(text), plain, 'CHARSET_UNKNOWN', /字符集/],
    ['UTF-8 as text that nobody declared', text, plain, 'CHARSET_UNKNOWN', /字符集/],
    [
      'charset=unknown',
      text,
      { 'content-type': 'application/json; charset=unknown' },
      'CHARSET_UNKNOWN',
      /charset=unknown/,
    ],
    ['half a surrogate pair', '{"operatorName":"\\ud842"}', json, 'BAD_JSON', /operatorName: 含半个字符/],
    ['a byte order mark', `\ufeff${text}`, json, 'BAD_JSON', /BOM/],
    ['UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le'), json, 'BAD_JSON', /BOM/],
    ['UTF-16 without', Buffer.from(text, 'utf16le'), json, 'BAD_JSON', /第 2 个字节是零字节/],
    ['the zero that ends a string of C', `${text}\0`, json, 'BAD_JSON', /零字节, .*结束符/],
    ['a zero as an escape', '{"operatorName":"a\\u0000"}', json, 'BAD_JSON', /operatorName: 含零字符/],
    ['a key twice', '{"idNo":"1","idNo":"2"}', json, 'BAD_JSON', /idNo: 字段重复/],
    [
      'a key twice in data as text',
      JSON.stringify({ data: '{"a":[{"b":"1","b":"2"}]}' }),
      json,
      'BAD_JSON',
      /a\[0\]\.b: 字段重复/,
    ],
    [
      'a number beyond 2^53',
      '{"feedetailList":[{"cnt":9007199254740993}]}',
      json,
      'BAD_JSON',
      /feedetailList\[0\]\.cnt: 数字超过 2\^53/,
    ],
    ['a form field twice', 'medOrgOrd=A&medOrgOrd=B', urlencoded, 'INVALID_FIELDS', /medOrgOrd.*字段重复/],
    ['a broken escape of a form', 'medOrgOrd=%2', urlencoded, 'INVALID_FIELDS', /medOrgOrd.*两位十六进制/],
    ['a form field without a name', '=1', urlencoded, 'INVALID_FIELDS', /第 1 个.*字段名无效/],
    [
      'half a GBK character in a form',
      'medOrgOrd=%B2',
      { 'content-type': 'application/x-www-form-urlencoded; charset=gbk' },
      'BAD_JSON',
      /不完整/,
    ],
    ['a zero in a form', 'medOrgOrd=%00', urlencoded, 'BAD_JSON', /零字节/],
    [
      'more fields than any call has',
      Array.from({ length: 300 }, (_, at) => `a${at}=1`).join('&'),
      urlencoded,
      'INVALID_FIELDS',
      /最多 200/,
    ],
    ['JSON that ends in the middle', '{"operatorName":"a', json, 'BAD_JSON', /第 \d+ 个字符 \(operatorName 附近\)/],
    ['a list', '[]', json, 'BAD_JSON', /JSON 对象/],
    ['data that is a number', '{"data":1}', json, 'INVALID_FIELDS', /data.*JSON 对象/],
    ['XML', '<a/>', { 'content-type': 'text/xml' }, 'UNSUPPORTED_MEDIA', /Content-Type/],
  ]
  for (const [what, body, headers, code, message] of cases) {
    it(what, async () => {
      const sent = agent.center.sent()
      assertRefused(await post('/call/6201', body, headers), code, message)
      assert.deepEqual(agent.center.sent(), sent)
    })
  }

  it('no answer shows a name or an id number that could not be read', async () => {
    const bytes = Buffer.concat([
      gbk('{"userName":"测试甲","idNo":"110101199003070000'),
      Buffer.from([0xff]),
      gbk('"}'),
    ])
    const answer = await post('/call/6201', bytes, jsonGbk)
    assert.equal(answer.code, 'BAD_JSON')
    assert.ok(!answer.bytes.includes('110101199003070000') && !answer.message.includes('测试甲'))
  })

  it('the plain JSON address refuses the same, and another charset than UTF-8', async () => {
    const at = (body: Buffer | string, headers: OutgoingHttpHeaders = json) =>
      postOld(port, '/v1/orders', body, headers)
    assert.match((await at('{"idNo":"1","idNo":"2"}')).message, /idNo: 字段重复/)
    assert.match((await at(`\ufeff{}`)).message, /BOM/)
    assert.equal((await at('{}', jsonGbk)).code, 'CHARSET_UNKNOWN')
    assert.equal((await at('{}', { 'content-type': 'application/json; charset=unknown' })).code, 'CHARSET_UNKNOWN')
  })
})

describe('limits', () => {
  it('a number that an address would not hold is no number in a body either: neither looked for, nor given back', async () => {
    const long = '\u3000'.repeat(1_000_000)
    for (const [code, body] of [
      ['ticket', { medOrgOrd: long }],
      ['6301', { medOrgOrd: long }],
      ['6301', { payOrdId: long }],
      ['operation', { operationId: long }],
      ['operation', { operationId: 'A'.repeat(65) }],
      ['', { code: long }],
    ] as const) {
      const answer = await post(code === '' ? '/call' : `/call/${code}`, JSON.stringify(body), json)
      assertRefused(answer, 'INVALID_FIELDS', /最长 64 个字符/)
      assert.ok(answer.bytes.length < 2_000)
    }
  })

  it('9 MiB are too many, and without a token in the header 64 KiB are', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 0x20)
    assertRefused(await post('/call/6201', large), 'BODY_TOO_LARGE', /过大/)
    assertRefused(await postBare('/call/6201', large.subarray(0, 64 * 1024 + 1)), 'BODY_TOO_LARGE', /64 KiB/)
    const untold = { ...json, 'content-length': undefined, 'transfer-encoding': 'chunked' }
    assertRefused(await postBare('/call/6201', large, untold), 'BODY_TOO_LARGE', /Content-Length/)
  })

  it('a web page that is not registered is refused before all this', async () => {
    const answer = await post('/call/6301', '{}', { ...plain, origin: 'http://evil.example' })
    assert.equal(answer.status, 403)
    assert.equal(answer.code, 'ORIGIN_REFUSED')
  })
})
