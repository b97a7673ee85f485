// The addresses for programs that cannot be changed any more, over real sockets with raw bytes: every way they send, in
// UTF-8 and GBK, and always HTTP 200 with {code, message, data}. What is refused there is old-clients-refused.test.ts.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { decodeFields, inventedPatient } from '../../fixtures/invented-bill.ts'
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
} from '../../support/cashier-job.ts'
import {
  assertGood,
  assertRefused,
  form,
  gbk,
  json,
  jsonGbk,
  oldClientOf,
  plain,
  urlencoded,
  type OldClient,
} from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let { post, call } = {} as OldClient
before(async () => {
  agent = await startTestAgent()
  ;({ post, call } = oldClientOf(Number(new URL(agent.url).port)))
})
after(() => agent.close())

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

  it('fees uploaded anew after a revocation: a cashier URL names which are meant, and what names those of before does nothing', async () => {
    const medOrgOrd = await upload(agent)
    const { payOrdId: before } = agent.center.order(medOrgOrd)
    const asked = { medOrgOrd, payAuthNo: 'AUTH0001' }
    const first = assertGood(await call('cashierUrl', { ...asked, payOrdId: before }))
    assertGood(await call('6401', { medOrgOrd }))
    await upload(agent, medOrgOrd)
    const { payOrdId } = agent.center.order(medOrgOrd)
    const { operationId } = assertGood(await call('cashierUrl', { ...asked, payOrdId: before })).data
    assert.equal(operationId, first.data['operationId'])
    for (const [code, fields, reason = /payOrdId.*撤销前/] of [
      ['authorization', { payAuthNo: 'AUTH0002' }, /payOrdId.*与费用上传不一致/],
      ['booking', { success: true }],
      ['resolve', { decision: 'handled', operator: 'OP01', remark: '已核对' }],
      ['rebill', { refund: refundAll(), upload: bill(newNumber('N')) }],
      ['receipt', {}],
    ] as const) {
      for (const named of [{ payOrdId: before }, { medOrgOrd, payOrdId: before }]) {
        assertRefused(await call(code, { ...named, ...fields }), 'INVALID_FIELDS', reason)
      }
    }
    assertGood(await call('authorization', { payOrdId, payAuthNo: 'AUTH0002' }))
    assert.match(String(assertGood(await call('cashierUrl', { ...asked, payOrdId })).data['cashierUrl']), /^http/)
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

it('what is unknown says so in its code, and its operation can be asked for', async () => {
  const medOrgOrd = await upload(agent)
  await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true, split: 'insurance' })
  const answer = await call('6202', { medOrgOrd, ...placement() })
  assertRefused(answer, 'OUTCOME_UNKNOWN', /请勿重复收费/)
  await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
  const { operationId } = answer.data as Fields
  assert.equal(assertGood(await call('operation', { operationId })).data['paid'], true)
})
