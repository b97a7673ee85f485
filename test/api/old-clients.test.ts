// The addresses for programs that cannot be changed any more, over real sockets with raw bytes: every way they send, in
// UTF-8 and GBK, and always HTTP 200 with {code, message, data}.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { decodeFields, inventedPatient } from '../../examples/demo/invented-bill.ts'
import {
  bill,
  newNumber,
  pay,
  placement,
  readOrder,
  refundAll,
  untilOrder,
  upload,
  type Fields,
} from '../support/cashier-job.ts'
import { form, gbk, postOld, type OldAnswer } from '../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../support/test-agent.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const json = { 'content-type': 'application/json' }
const jsonGbk = { 'content-type': 'application/json; charset=GBK' }
const plain = { 'content-type': 'text/plain' }
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }

const post = (
  path: string,
  body: Buffer | string,
  headers: OutgoingHttpHeaders = json,
  as?: string,
): Promise<OldAnswer> => postOld(port, path, body, headers, as)
/** Without a token in the header. */
const postBare = (path: string, body: Buffer | string, headers: OutgoingHttpHeaders = json): Promise<OldAnswer> =>
  postOld(port, path, body, headers, null)
const call = (code: string, body: object, as?: string): Promise<OldAnswer> =>
  post(`/call/${code}`, JSON.stringify(body), json, as)

const assertGood = (answer: OldAnswer): OldAnswer => {
  assert.equal(answer.status, 200)
  assert.equal(answer.code, '0', `${answer.code} ${answer.message}`)
  return answer
}

const assertRefused = (answer: OldAnswer, code: string, message: RegExp): void => {
  assert.equal(answer.status, 200)
  assert.equal(answer.code, code, answer.message)
  assert.match(answer.message, message)
  assert.deepEqual(Object.keys(answer.json), ['code', 'message', 'data'])
}

const patientOf = (medOrgOrd: string): unknown => agent.center.order(medOrgOrd).patient.userName

describe('every transaction has its code', () => {
  it('6101, 6201, 6202, 6301, 6203: a payment from the scan to the refund', async () => {
    const decoded = assertGood(await call('6101', { ...decodeFields, code: '28010001' }))
    const medOrgOrd = newNumber()
    const { idNo: _idNo, userName: _name, idType: _type, ecToken: _token, ...fees } = bill(medOrgOrd)
    assertGood(await call('6201', { ...fees, decodeOperationId: decoded.data['operationId'] }))
    await agent.center.script(medOrgOrd, { split: 'mixed' })
    const placed = assertGood(await call('6202', { medOrgOrd, ...placement() }))
    assert.equal(placed.data['paid'], false)
    assert.equal(placed.data['next'], 'payCash')
    await agent.center.payer(medOrgOrd)
    const asked = assertGood(await call('6301', { medOrgOrd }))
    assert.equal(asked.data['paid'], true)
    assert.equal(asked.data['refreshed'], true)
    const refunded = assertGood(await call('6203', { medOrgOrd, ...refundAll() }))
    assert.equal(refunded.data['state'], 'refunded')
  })

  it('6205, 6401 and those without a number: cashierUrl, authorization, booking, operation, cancel', async () => {
    const [card, revoked, cashier] = [await upload(agent), await upload(agent), await upload(agent)]
    const url = assertGood(await call('6205', { medOrgOrd: card, payAuthNo: 'AUTH0001' }))
    assert.match(String(url.data['medBankPayUrl']), /^http/)
    assert.equal(assertGood(await call('6401', { medOrgOrd: revoked })).data['state'], 'revoked')
    assertGood(await call('authorization', { medOrgOrd: cashier, payAuthNo: 'AUTH0001' }))
    assertGood(await call('cashierUrl', { medOrgOrd: cashier, payAuthNo: 'AUTH0001' }))
    const paid = await pay(agent)
    assert.equal(assertGood(await call('booking', { medOrgOrd: paid, success: true })).data['next'], 'none')
    const { operationId } = url.data
    assert.equal(assertGood(await call('operation', { operationId })).data['operationId'], operationId)
    assertRefused(await call('cancel', { operationId }), 'NOT_CANCELLABLE', /不能取消/)
  })

  it('what is settled and not booked, and what needs a person, as lists without a field to give', async () => {
    const medOrgOrd = await pay(agent)
    const unbooked = assertGood(await call('unbooked', {})).data['orders'] as { medOrgOrd: string }[]
    assert.ok(unbooked.some((each) => each.medOrgOrd === medOrgOrd))
    assert.ok(Array.isArray(assertGood(await call('attention', {})).data['orders']))
    assertRefused(await call('unbooked', { medOrgOrd }), 'INVALID_FIELDS', /medOrgOrd/)
    assertRefused(await call('unbooked', {}, 'only-pay'), 'SCOPE_MISSING', /权限/)
  })

  it('rebill and resolve, each with the scopes of its endpoint', async () => {
    const medOrgOrd = await pay(agent)
    const next = newNumber('N')
    const body = { data: { medOrgOrd, refund: refundAll(), upload: bill(next) }, operator: 'OP01' }
    for (const as of ['only-refund', 'only-pay']) {
      assertRefused(await call('rebill', body, as), 'SCOPE_MISSING', /权限/)
    }
    const rebilled = assertGood(await call('rebill', body))
    assert.deepEqual([rebilled.data['state'], rebilled.data['newMedOrgOrd']], ['refunded', next])
    assert.equal((await readOrder(agent, next)).data['state'], 'uploaded')

    const decision = { medOrgOrd, decision: 'handled', operator: 'OP01', remark: '已核对' }
    assertRefused(await call('resolve', decision, 'only-pay'), 'SCOPE_MISSING', /权限/)
    assertRefused(await call('resolve', decision), 'NOTHING_TO_RESOLVE', /没有待人工处理/)
  })

  it('the order may be named by its payOrdId, and must not be named by that of another', async () => {
    const [medOrgOrd, other] = [await upload(agent), await upload(agent)]
    const { payOrdId } = agent.center.order(medOrgOrd)
    const { payToken, orgCodg, idNo, userName, idType } = { payToken: 'x', orgCodg: 'H00000000001', ...inventedPatient }
    const asked = await call('6301', { payOrdId, payToken, orgCodg, idNo, userName, idType })
    assert.equal(assertGood(asked).data['medOrgOrd'], medOrgOrd)
    assertRefused(await call('6301', { medOrgOrd: other, payOrdId }), 'INVALID_FIELDS', /payOrdId/)
    assertRefused(await call('6301', { payOrdId: 'ORD-OF-NOBODY' }), 'ORDER_NOT_FOUND', /订单/)
    assertRefused(await call('6301', { medOrgOrd, mdtrtId: 'MD0001' }), 'INVALID_FIELDS', /mdtrtId.*未知字段/)
    assertRefused(await call('6202', placement()), 'INVALID_FIELDS', /medOrgOrd.*必填/)
  })

  it('the code may stand in the body, the fields in data, as an object or as its text', async () => {
    const medOrgOrd = await upload(agent)
    for (const data of [{ medOrgOrd }, JSON.stringify({ medOrgOrd })]) {
      const answer = await post('/call', JSON.stringify({ code: '6301', data }))
      assert.equal(assertGood(answer).data['medOrgOrd'], medOrgOrd)
    }
    assertGood(await post('/call', JSON.stringify({ code: '6301', medOrgOrd })))
    assertRefused(await post('/call', '{"data":{}}'), 'INVALID_FIELDS', /code.*必填/)
    assertRefused(await post('/call', '{"code":"6301","data":{},"medOrgOrd":"A"}'), 'INVALID_FIELDS', /medOrgOrd.*data/)
    assertRefused(await call('6999', {}), 'ROUTE_NOT_FOUND', /交易码/)
    assertRefused(await call('constructor', {}), 'ROUTE_NOT_FOUND', /交易码/)
  })

  it('the scan may be called ecQrCode, as the library calls it', async () => {
    const answer = await post('/call', JSON.stringify({ code: '6101', ...decodeFields, ecQrCode: '28010001' }))
    assert.equal(assertGood(answer).data['idType'], '01')
  })

  it('a dry run sends nothing, and a misspelt one is refused', async () => {
    const medOrgOrd = newNumber()
    const body = JSON.stringify(bill(medOrgOrd))
    assert.equal(assertGood(await post('/call/6201?dryRun=true', body)).data['dryRun'], true)
    assertRefused(await post('/call/6201?dryrun=true', body), 'INVALID_FIELDS', /dryrun/)
    assert.equal((await readOrder(agent, medOrgOrd)).code, 'ORDER_NOT_FOUND')
  })
})

describe('the same upload, however it is sent, reaches the center with the same name', () => {
  const rare = '测试䶮\u{20000}㛃'
  const body = (medOrgOrd: string): string => JSON.stringify(bill(medOrgOrd, { userName: rare }))
  const data = (medOrgOrd: string): Record<string, string> => ({ data: body(medOrgOrd) })
  type Sent = readonly [
    what: string,
    headers: OutgoingHttpHeaders,
    make: (medOrgOrd: string) => Buffer | string,
    as?: string,
  ]
  const ways: readonly Sent[] = [
    ['JSON in UTF-8', json, body],
    ['JSON in GBK by its charset', jsonGbk, (number) => gbk(body(number))],
    [
      'JSON in GB18030 by its charset',
      { 'content-type': 'application/json;charset="gb18030"' },
      (number) => gbk(body(number)),
    ],
    ['JSON in GBK by the setting of the token', json, (number) => gbk(body(number)), 'gbk-his'],
    [
      'JSON in UTF-8 by its charset against the setting',
      { 'content-type': 'application/json; charset=utf-8' },
      body,
      'gbk-his',
    ],
    ['text/plain in UTF-8', { 'content-type': 'text/plain; charset=utf-8' }, body],
    ['text/plain in GBK', { 'content-type': 'text/plain;charset=gb2312' }, (number) => gbk(body(number))],
    ['no type at all, by the setting', {}, (number) => gbk(body(number)), 'gbk-his'],
    [
      'a form in UTF-8',
      { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
      (number) => form(data(number)),
    ],
    [
      'a form in GBK',
      { 'content-type': 'application/x-www-form-urlencoded; charset=gbk' },
      (number) => form(data(number), gbk),
    ],
    ['a form in GBK by the setting', urlencoded, (number) => form(data(number), gbk), 'gbk-his'],
  ]
  for (const [what, headers, make, as] of ways) {
    it(what, async () => {
      const medOrgOrd = newNumber()
      assertGood(await post('/call/6201', make(medOrgOrd), headers, as))
      assert.equal(patientOf(medOrgOrd), rare)
    })
  }

  it('a GBK name whose bytes are UTF-8 of other letters is what the declaration says, not what fits', async () => {
    const name = '希模'
    assert.equal(gbk(name).toString('utf8'), 'ϣģ')
    const spelt = (medOrgOrd: string): Buffer => gbk(JSON.stringify(bill(medOrgOrd, { userName: name })))
    const [declared, set] = [newNumber(), newNumber()]
    assertGood(await post('/call/6201', spelt(declared), jsonGbk))
    assertGood(await post('/call/6201', spelt(set), json, 'gbk-his'))
    assert.deepEqual([patientOf(declared), patientOf(set)], [name, name])
  })

  it('and is known as the same call: a repeat in another charset gets the recorded answer', async () => {
    const medOrgOrd = newNumber()
    const first = assertGood(await post('/call/6201', body(medOrgOrd), json))
    const again = assertGood(await post('/call/6201', gbk(body(medOrgOrd)), jsonGbk))
    const there = await agent.call('POST', '/v1/orders', JSON.parse(body(medOrgOrd)) as object)
    assert.equal(again.data['operationId'], first.data['operationId'])
    assert.equal(there.data['operationId'], first.data['operationId'])
  })

  it('plain fields of a form serve a flat body', async () => {
    const medOrgOrd = await upload(agent)
    const fields = form({ code: '6202', medOrgOrd, payAuthNo: 'AUTH0001', mdtrtId: 'MD0001' })
    assertGood(await post('/call', fields, urlencoded))
    assert.equal((await readOrder(agent, medOrgOrd)).data['way'], 'order')
  })
})

describe('the answer', () => {
  it('is GB18030 for who spoke GBK, and loses no character', async () => {
    const decoded = assertGood(
      await post('/call/6101', gbk(JSON.stringify({ ...decodeFields, code: '28010001' })), jsonGbk),
    )
    assert.equal(decoded.type, 'application/json; charset=GB18030')
    assert.match(String(decoded.data['userName']), /\p{Script=Han}/u)
    assert.ok(decoded.bytes.includes(gbk(String(decoded.data['userName']))))
  })

  it('is UTF-8 for who spoke UTF-8, and ASCII where nobody said: any program reads it', async () => {
    assert.equal((await call('6301', { medOrgOrd: 'NONE' })).type, 'application/json; charset=utf-8')
    const unknown = await post('/call/6301', '{"medOrgOrd":"NONE"}', plain)
    assertRefused(unknown, 'ORDER_NOT_FOUND', /没有这笔订单/)
    assert.ok(unknown.bytes.every((byte) => byte < 0x80))
  })

  it('carries the environment and a number for support', async () => {
    const { data } = await call('6301', { medOrgOrd: 'NONE' })
    assert.equal(data['environment'], 'sandbox')
    assert.match(String(data['requestId']), /^[0-9a-f-]{36}$/)
  })
})

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
  it('9 MiB are too many, and without a token in the header 2 MiB are', async () => {
    const large = Buffer.alloc(9 * 1024 * 1024, 0x20)
    assertRefused(await post('/call/6201', large), 'BODY_TOO_LARGE', /过大/)
    assertRefused(await postBare('/call/6201', large.subarray(0, 3 * 1024 * 1024)), 'BODY_TOO_LARGE', /2 MiB/)
    const untold = { ...json, 'content-length': undefined, 'transfer-encoding': 'chunked' }
    assertRefused(await postBare('/call/6201', large, untold), 'BODY_TOO_LARGE', /Content-Length/)
  })

  it('a web page that is not registered is refused before all this', async () => {
    const answer = await post('/call/6301', '{}', { ...plain, origin: 'http://evil.example' })
    assert.equal(answer.status, 403)
    assert.equal(answer.code, 'ORIGIN_REFUSED')
  })
})

it('what is unknown says so in its code, and its operation can be asked for', async () => {
  const medOrgOrd = await upload(agent)
  await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true, split: 'insurance' })
  const answer = await call('6202', { medOrgOrd, ...placement() })
  assertRefused(answer, 'OUTCOME_UNKNOWN', /请勿重复收费/)
  await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
  const { operationId } = answer.data as Fields
  assert.equal(assertGood(await call('operation', { operationId })).data['paid'], true)
})
