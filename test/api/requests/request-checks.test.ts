// Every body is checked by its route's schema, whoever sends it and by whichever way, and a number has one form (RULES 2.1):
// nothing gets past by exhausting a limit, and nothing by a blank.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { createRequestCheck } from '../../../src/main/api/endpoint/check-request.ts'
import { orderEndpoints, routes } from '../../../src/main/api/endpoints.ts'
import { createReach } from '../../../src/main/api/callers/reach.ts'
import type { Scope } from '../../../src/main/api/callers/tokens.ts'
import { createKeptNumbers } from '../../../src/main/usecases/order/kept-numbers.ts'
import {
  bill,
  newNumber,
  pay,
  placement,
  readOrder,
  refundAll,
  refundCash,
  upload,
  type Fields,
} from '../../support/cashier-job.ts'
import { form, postOld } from '../../support/old-client.ts'
import { refundFacts } from '../../support/order-entries.ts'
import { beginUpload, folderFor, journalIn, orderKey } from '../../support/agents/open-journal.ts'
import { orgCodg, startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const portOf = (): number => Number(new URL(agent.url).port)
const manyKeys = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, '1']))

/** Each refused, with the fault at the path. */
const assertFault = (answer: { code: string; data: Fields }, path: string, what: string): void => {
  assert.equal(answer.code, 'INVALID_FIELDS', what)
  const faults = answer.data['faults'] as string[]
  assert.ok(
    faults.some((fault) => fault.startsWith(path)),
    `${what}: ${faults.join('; ')}`,
  )
}

describe('surplus keys', () => {
  it('a refund that they hide stays out of bounds, and nothing is sent', async () => {
    const medOrgOrd = await pay(agent)
    const sent = await agent.center.count(medOrgOrd, '6203')
    const body = refundCash('2.00', { cashRefdAmt: '99999.999' })
    for (const given of [
      { ...manyKeys, ...body },
      { ...body, ...manyKeys },
    ]) {
      assertFault(await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, given), '(整体)', 'refund')
      const text = JSON.stringify({ code: '6203', data: { ...given, medOrgOrd } })
      assertFault(await postOld(portOf(), '/call', text, { 'content-type': 'application/json' }), '(整体)', 'call')
    }
    assert.equal(await sent(), 0)
  })

  it('a booking whose success is no boolean is not booked, and the order stays readable', async () => {
    const medOrgOrd = await pay(agent)
    assertFault(
      await agent.call('POST', `/v1/orders/${medOrgOrd}/booking`, { ...manyKeys, success: {} }),
      '(整体)',
      'booking',
    )
    const { data } = await readOrder(agent, medOrgOrd)
    assert.equal(data['next'], 'book')
  })

  it('every address that takes a body refuses them as such', async () => {
    for (const { name, method, path, scope } of routes) {
      if (method !== 'POST' || name === 'cancel') continue
      const url = path.replace(':medOrgOrd', 'M1').replace(':id', 'O1').replace(':name', 'N1')
      const answer = await agent.call('POST', url, { ...manyKeys, limit: 'x', success: {}, confirm: 5 })
      // Whoever is not known cannot send as much.
      if (scope === undefined) assert.equal(answer.code, 'BODY_TOO_LARGE', name)
      else if (answer.code !== 'OWNER_ONLY')
        assertFault(answer, name === 'saveSettings' || name === 'checkSettings' ? '' : '(整体)', name)
    }
  })
})

const padded = (number: string): string[] => [
  ...[' ', '        ', '\u3000', '\u00a0', '\u200b', '\ufeff', '\r\n', '\t'].map((blank) => number + blank),
  ` ${number}`,
  `\ufeff${number}`,
]

describe('one number has one form', () => {
  it('a refund of a padded number is refused with the field, by JSON, form and wrapper: one number is one refund', async () => {
    const medOrgOrd = await pay(agent)
    const number = newNumber('RF')
    const body = refundCash('2.00', { appRefdSn: number })
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)).code, '0')
    for (const appRefdSn of padded(number)) {
      const given = { ...body, appRefdSn }
      const what = JSON.stringify(appRefdSn)
      assertFault(await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, given), 'appRefdSn', what)
      const fields = form({ code: '6203', data: JSON.stringify({ ...given, medOrgOrd }) })
      const formType = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' }
      assertFault(await postOld(portOf(), '/call', fields, formType), 'appRefdSn', what)
      const wrapper = JSON.stringify({ infno: '6203', input: { data: { ...given, medOrgOrd } } })
      const { json } = await postOld(portOf(), '/fsi', wrapper, { 'content-type': 'application/json' })
      assert.match(String(json['err_msg']), /^INVALID_FIELDS.*appRefdSn/)
    }
    assert.equal(agent.center.order(medOrgOrd).cashReturnedFen, 200)
  })

  it('a refund number that differs in capitals alone is the same number, and a conflict', async () => {
    const medOrgOrd = await pay(agent)
    const number = newNumber('RF')
    const body = refundCash('2.00', { appRefdSn: number })
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)).code, '0')
    const other = { ...body, appRefdSn: number.toLowerCase() }
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, other)).code, 'KEY_CONFLICT')
  })

  it('order numbers, credentials and operators are refused in body, path and query', async () => {
    const medOrgOrd = await upload(agent)
    for (const number of padded(medOrgOrd)) {
      const inPath = encodeURIComponent(number)
      const what = JSON.stringify(number)
      assertFault(await agent.call('POST', '/v1/orders', bill(number)), 'medOrgOrd', what)
      assertFault(await agent.call('GET', `/v1/orders/${inPath}`), 'medOrgOrd', what)
      assertFault(await agent.call('POST', `/v1/orders/${inPath}/placement`, placement()), 'medOrgOrd', what)
      assertFault(await agent.call('POST', '/v1/orders/search', { medOrgOrd: number }), 'medOrgOrd', what)
      assertFault(await agent.call('GET', `/v1/reports/shift?date=2026-11-01&operator=${inPath}`), 'operator', what)
      const place = { payAuthNo: number, mdtrtId: 'MD0001' }
      assertFault(await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, place), 'payAuthNo', what)
      assertFault(await agent.call('POST', '/v1/orders', { ...bill('M1'), operator: number }), 'operator', what)
      assertFault(await agent.call('POST', '/v1/vouchers/decode', { code: number }), 'code', what)
      const ticket = JSON.stringify({ medOrgOrd: number })
      assertFault(
        await postOld(portOf(), '/call/ticket', ticket, { 'content-type': 'application/json' }),
        'medOrgOrd',
        what,
      )
      const query = JSON.stringify({ code: '6301', payOrdId: number })
      assertFault(await postOld(portOf(), '/call', query, { 'content-type': 'application/json' }), 'payOrdId', what)
    }
  })

  it('a description may end in blanks: hospitals keep them in columns of fixed width', async () => {
    const body = bill(newNumber(), { deptName: '内科    ', mainCondDscr: '头痛\n两天 ' })
    assert.equal((await agent.call('POST', '/v1/orders?dryRun=true', body)).code, '0')
  })

  it('a number that a journal holds with blanks stays reachable as it was written', (context) => {
    const journal = journalIn(context, folderFor(context))
    beginUpload(journal, orderKey('M1  '))
    beginUpload(journal, orderKey('M1  '), {
      key: 'refund',
      verb: 'refund',
      facts: refundFacts({ appRefdSn: 'RF1\r\n' }),
    })
    const reach = createReach(journal, undefined)
    const guards = { lengthUnit: 'characters', extraFields: {}, kept: createKeptNumbers(journal), reach } as const
    const order = createRequestCheck(orderEndpoints.order, guards)
    const refunds = createRequestCheck(orderEndpoints.refunds, guards)
    const request = (medOrgOrd: string, body: Fields = {}, scopes: readonly Scope[] = ['read']) => ({
      caller: { name: 'his', orgCodg, scopes },
      parameters: { medOrgOrd },
      body,
      flags: {},
      texts: {},
    })
    assert.equal(order(request('M1  ')).parameters['medOrgOrd'], 'M1  ')
    assert.equal(refunds(request('M1  ', refundAll('mixed', { appRefdSn: 'RF1\r\n' }))).body['appRefdSn'], 'RF1\r\n')
    for (const number of ['M1 ', 'M2  ']) assert.throws(() => order(request(number)), /medOrgOrd/)
    assert.throws(() => refunds(request('M1  ', refundAll('mixed', { appRefdSn: 'RF1\n' }))), /appRefdSn/)
    // To a stranger what is there reads as what is not there (RULES 1.1).
    const refusal = (medOrgOrd: string, appRefdSn?: string): string => {
      const body = appRefdSn === undefined ? {} : refundAll('mixed', { appRefdSn })
      try {
        if (appRefdSn === undefined) order(request(medOrgOrd, {}, []))
        else refunds(request(medOrgOrd, body, []))
      } catch (error) {
        return (error as Error).message
      }
      return 'passed'
    }
    assert.equal(refusal('M1  '), refusal('M2  '))
    assert.match(refusal('M1  '), /medOrgOrd/)
    assert.equal(refusal('M1  ', 'RF1\r\n'), refusal('M2  ', 'RF1\r\n'))
    assert.equal(refusal('M1', 'RF1\r\n'), refusal('M2', 'RF1\r\n'))
  })
})

it('a refusal about an order says whether it is paid and where it stands (RULES 4.2)', async () => {
  const medOrgOrd = await pay(agent)
  const authorise = { payAuthNo: 'AUTH0002' }
  for (const [what, body] of Object.entries({
    authorization: authorise,
    revocation: {},
    'bank-placement': authorise,
  })) {
    const { code, data } = await agent.call('POST', `/v1/orders/${medOrgOrd}/${what}`, body)
    assert.ok(['WRONG_STATE', 'SECOND_WAY'].includes(code), `${what} ${code}`)
    assert.deepEqual([data['paid'], data['state'], data['next']], [true, 'paid', 'book'], what)
  }
})

it('so do one out of bounds, a used number, a report that contradicts one, and a bill that is open elsewhere', async () => {
  const medOrgOrd = await pay(agent)
  const post = (what: string, body: Fields) => agent.call('POST', `/v1/orders/${medOrgOrd}/${what}`, body)
  assert.equal((await post('booking', { success: true })).code, '0')
  const paid = [true, 'paid']
  for (const [what, body, expected] of [
    ['refunds', refundCash('20.01'), 'REFUND_OUT_OF_BOUNDS'],
    ['booking', { success: false }, 'KEY_CONFLICT'],
    ['refunds', refundCash('1.00', { payAuthNo: 'A1', ecToken: 'E1' }), 'INVALID_FIELDS'],
  ] as const) {
    const { code, data } = await post(what, body)
    assert.deepEqual([code, data['paid'], data['state']], [expected, ...paid])
  }
  const other = newNumber()
  const again = { ...bill(other), iptOtpNo: bill(medOrgOrd)['iptOtpNo'], chrgBchno: bill(medOrgOrd)['chrgBchno'] }
  const { code, data } = await agent.call('POST', '/v1/orders', again)
  assert.deepEqual([code, data['medOrgOrd'], data['paid'], data['state']], ['DUPLICATE_BILL', medOrgOrd, ...paid])
})

it('JSON under the type of a form, as curl -d sends it, is told as that, and nothing of it is repeated', async () => {
  const medOrgOrd = await pay(agent)
  const body = JSON.stringify({ code: '6203', data: { medOrgOrd, ...refundCash('2.00') } })
  const type = { 'content-type': 'application/x-www-form-urlencoded' }
  for (const path of ['/call', '/fsi', '/call/6203']) {
    for (const sent of [body, ` ${body}`, encodeURIComponent(body), `${encodeURIComponent(body)}=`, '[1]']) {
      const answer = await postOld(portOf(), path, sent, type)
      const text = JSON.stringify(answer.json)
      assert.match(text, /UNSUPPORTED_MEDIA/, text)
      assert.match(text, /内容是 JSON, 请把 Content-Type 写成 application\/json/)
      assert.ok(!text.includes(medOrgOrd) && !text.includes('refdType'), text)
    }
  }
  const long = await postOld(portOf(), '/call/6203', `${'姓'.repeat(100)}=1&medOrgOrd=${medOrgOrd}`, type)
  assert.ok(!JSON.stringify(long.json).includes('姓'.repeat(41)))
})
