// An order of another token, to one without the scope to read: it is not there, by whichever way it is called, and stays as it is.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { routes } from '../../../src/main/api/endpoints.ts'
import { callCodes, routeOf } from '../../../src/main/api/old-clients/calls.ts'
import type { Answer } from '../../fixtures/agent-process.ts'
import { pageOf, startKiosk, startOrder, type Kiosk, type Page } from '../../kiosk/kiosk-job.ts'
import { bill, newNumber, pay, placement, readOrder, refundAll, refundCash, upload } from '../../support/cashier-job.ts'
import { openEvents } from '../../support/event-stream.ts'
import { oldClientOf, type OldClient } from '../../support/old-client.ts'
import type { TestAgent } from '../../support/agents/test-agent.ts'

const nobodys = 'NOBODY01'

let kiosk: Kiosk
let agent: TestAgent
let page: Page
let old: OldClient
before(async () => {
  kiosk = await startKiosk()
  agent = kiosk.agent
  page = pageOf(agent.call)
  old = oldClientOf(Number(new URL(agent.url).port))
})
after(() => kiosk.close())

/** What each endpoint needs to do its work, so that nothing but the order's owner can be the reason of a refusal. */
const bodies: Readonly<Record<string, object>> = {
  authorization: { payAuthNo: 'AUTH0001' },
  placement: placement(),
  refunds: refundAll(),
  rebill: { refund: refundAll(), upload: bill('NEXT01') },
  booking: { success: false, remark: '测试' },
  resolve: { decision: 'handled', operator: 'OP01', remark: '测试' },
}

/** An answer without the numbers that the caller named himself. */
const without = (answer: object, ...named: readonly string[]): string =>
  named.reduce(
    (text, each) => text.replaceAll(each, '…'),
    JSON.stringify(answer).replaceAll(/"requestId":"[^"]*"/g, ''),
  )

const entriesOf = async (medOrgOrd: string): Promise<number> =>
  ((await agent.call('GET', `/v1/orders/${medOrgOrd}/timeline`)).data['entries'] as unknown[]).length

const ofOrder = routes.filter(({ path }) => path.includes(':medOrgOrd'))

describe('an order of another token, by its own address', () => {
  let paid: string
  let open: string
  before(async () => {
    paid = await pay(agent)
    open = await upload(agent)
  })

  it('every endpoint of an order is tried', () => {
    assert.ok(ofOrder.length > 12)
  })
  for (const { name, method, path } of ofOrder) {
    it(`${method} ${path} answers as if it were not there, and writes nothing`, async () => {
      const body = method === 'POST' ? (bodies[name] ?? {}) : undefined
      const callOf = (medOrgOrd: string, as: string): Promise<Answer> =>
        agent.call(method, path.replace(':medOrgOrd', medOrgOrd), body, as)
      for (const medOrgOrd of [paid, open]) {
        const before = await entriesOf(medOrgOrd)
        for (const as of ['stranger', 'terminal']) {
          const answer = await callOf(medOrgOrd, as)
          assert.match(answer.code, /^(ORDER_NOT_FOUND|SCOPE_MISSING)$/)
          assert.equal(without(answer, medOrgOrd), without(await callOf(nobodys, as), nobodys))
        }
        assert.equal(await entriesOf(medOrgOrd), before)
      }
    })
  }
})

describe('an order of another token, through /call and /fsi', () => {
  let paid: string
  before(async () => {
    paid = await pay(agent)
  })

  for (const code of callCodes.filter((each) => routeOf(each).call.names === 'order')) {
    it(`${code}: by its number or its payOrdId, it is not there`, async () => {
      const before = await entriesOf(paid)
      const { payOrdId } = agent.center.order(paid)
      const given = bodies[code] ?? { '6202': placement(), '6203': refundAll() }[code] ?? {}
      const wrap = (body: object): string => JSON.stringify({ infno: code, input: { data: body } })
      for (const [theirs, none] of [
        [{ medOrgOrd: paid }, { medOrgOrd: nobodys }],
        [{ payOrdId }, { payOrdId: nobodys }],
      ] as const) {
        const plain = (answer: object): string => without(answer, paid, payOrdId, nobodys)
        const [first, second] = [
          await old.call(code, { ...given, ...theirs }, 'stranger'),
          await old.call(code, { ...given, ...none }, 'stranger'),
        ]
        assert.match(first.code, /^(ORDER_NOT_FOUND|SCOPE_MISSING)$/, first.message)
        assert.equal(plain(first.json), plain(second.json))
        const fsi = await old.post('/fsi', wrap({ ...given, ...theirs }), undefined, 'stranger')
        assert.match(String(fsi.json['err_msg']), /^(ORDER_NOT_FOUND|SCOPE_MISSING)/)
      }
      assert.equal(await entriesOf(paid), before)
    })
  }

  it('whether a payOrdId is somebody’s cannot be tried with an order of one’s own', async () => {
    const own = newNumber('OWN')
    assert.equal((await agent.call('POST', '/v1/orders', bill(own), 'stranger')).code, '0')
    const { payOrdId } = agent.center.order(paid)
    const [theirs, nobody] = [
      await old.call('booking', { medOrgOrd: own, payOrdId, success: true }, 'stranger'),
      await old.call('booking', { medOrgOrd: own, payOrdId: nobodys, success: true }, 'stranger'),
    ]
    assert.equal(without(theirs.json), without(nobody.json))
  })

  it('no ticket is given, and an operation is not there either, also for a long poll', async () => {
    const answer = await old.call('ticket', { medOrgOrd: paid }, 'stranger')
    assert.equal(answer.code, 'SCOPE_MISSING')
    const { data } = await readOrder(agent, await upload(agent))
    const asked = await agent.call('POST', `/v1/orders/${String(data['medOrgOrd'])}/placement`, placement())
    const path = `/v1/operations/${String(asked.data['operationId'])}`
    for (const each of [path, `${path}?wait=1`, '/v1/operations/nobody?wait=1']) {
      assert.equal((await agent.call('GET', each, undefined, 'stranger')).code, 'OPERATION_NOT_FOUND')
    }
  })
})

describe('a number that another token’s order has', () => {
  it('is taken for an upload, and nothing more is said of it, also for the very same body', async () => {
    const medOrgOrd = newNumber('TAKEN')
    const body = bill(medOrgOrd)
    assert.equal((await agent.call('POST', '/v1/orders', body)).code, '0')
    const before = await entriesOf(medOrgOrd)
    for (const given of [body, bill(medOrgOrd, { userName: '测试乙' })]) {
      const answer = await agent.call('POST', '/v1/orders', given, 'stranger')
      assert.deepEqual([answer.code, answer.data['medOrgOrd']], ['KEY_CONFLICT', medOrgOrd])
      assert.deepEqual(Object.keys(answer.data).toSorted(), ['environment', 'hint', 'medOrgOrd', 'messageEn', 'retry'])
    }
    assert.equal(await entriesOf(medOrgOrd), before)
  })

  it('may be uploaded anew once that order is revoked; from then on it is the new uploader’s, and no longer the old one’s', async () => {
    const medOrgOrd = newNumber('AGAIN')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd), 'stranger-too')).code, '0')
    const revoked = await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {}, 'stranger-too')
    assert.equal(revoked.data['state'], 'revoked')
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd), 'stranger')).code, '0')
    const path = `/v1/orders/${medOrgOrd}`
    assert.equal((await agent.call('GET', path, undefined, 'stranger')).data['state'], 'uploaded')
    assert.equal((await agent.call('GET', path, undefined, 'stranger-too')).code, 'ORDER_NOT_FOUND')
    const again = await agent.call('POST', `${path}/revocation`, {}, 'stranger-too')
    assert.equal(again.code, 'ORDER_NOT_FOUND')
  })

  it('a bill that is open elsewhere is refused without the other order’s number, and with it to whoever may read', async () => {
    const [theirs, own] = [newNumber('BILL'), newNumber('BILL')]
    const batch = { chrgBchno: 'BATCH-OF-TWO' }
    assert.equal((await agent.call('POST', '/v1/orders', bill(theirs, batch))).code, '0')
    const hidden = await agent.call('POST', '/v1/orders', bill(own, batch), 'stranger')
    assert.equal(hidden.code, 'DUPLICATE_BILL')
    assert.ok(!JSON.stringify(hidden).includes(theirs))
    assert.ok(JSON.stringify(await agent.call('POST', '/v1/orders', bill(own, batch))).includes(theirs))
  })

  it('a refund number of another’s order is taken, and whose it is is not said', async () => {
    const theirs = await pay(agent)
    const refund = refundCash('1.00')
    assert.equal((await agent.call('POST', `/v1/orders/${theirs}/refunds`, refund)).code, '0')
    const own = newNumber('OWN')
    assert.equal((await agent.call('POST', '/v1/orders', bill(own), 'stranger')).code, '0')
    const answer = await agent.call('POST', `/v1/orders/${own}/refunds`, refund, 'stranger')
    assert.equal(answer.code, 'KEY_CONFLICT')
    assert.ok(!JSON.stringify(answer).includes(theirs))
  })

  it('a decode of another token fills in no patient', async () => {
    const decoded = await agent.call('POST', '/v1/vouchers/decode', {
      ...{ code: '28010009', operatorId: 'OP01', operatorName: '测试收费员' },
      ...{ officeId: 'D01', officeName: '收费处', businessType: '01301', deviceType: 'PC' },
    })
    assert.equal(decoded.code, '0', decoded.message)
    const decodeOperationId = decoded.data['operationId']
    const answer = await agent.call('POST', '/v1/orders?dryRun=true', { ...bill('D1'), decodeOperationId }, 'stranger')
    assert.equal(answer.code, 'DECODE_NOT_FOUND')
  })
})

describe('what a token made itself', () => {
  it('it reads and writes without the scope to read, and hears of it', async () => {
    const events = await openEvents(agent, 'stranger')
    try {
      const [own, theirs] = [newNumber('OWN'), await upload(agent)]
      assert.equal((await agent.call('POST', '/v1/orders', bill(own), 'stranger')).code, '0')
      assert.equal((await agent.call('POST', `/v1/orders/${own}/placement`, placement(), 'stranger')).code, '0')
      await events.find('its own order', ({ medOrgOrd }) => medOrgOrd === own)
      assert.ok(!events.text().includes(theirs))
      assert.equal((await agent.call('GET', `/v1/orders/${own}`, undefined, 'stranger')).code, '0')
    } finally {
      await events.close()
    }
  })
})

describe('a kiosk', () => {
  it('does not write an order of the window, nor name it to staff', async () => {
    const medOrgOrd = await pay(agent)
    const before = await entriesOf(medOrgOrd)
    for (const [what, body] of Object.entries({ booking: { success: false }, revocation: {}, ...bodies })) {
      assert.notEqual((await page('POST', `/v1/orders/${medOrgOrd}/${what}`, body)).code, '0')
    }
    assert.equal((await page('POST', '/v1/kiosk/alert', { kind: 'help', medOrgOrd })).code, 'ORDER_NOT_FOUND')
    assert.equal(await entriesOf(medOrgOrd), before)
    const { data } = await agent.call('GET', '/v1/orders?paid=true&booked=false')
    assert.ok(JSON.stringify(data).includes(medOrgOrd), 'the window still has it to book')
  })

  it('writes and names its own', async () => {
    const { bill: own } = await startOrder(page, 0, 'OWN01')
    const authorization = `/v1/orders/${own.medOrgOrd}/authorization`
    assert.equal((await page('POST', authorization, { payAuthNo: 'AUTH0001' })).code, '0')
    assert.equal((await page('POST', '/v1/kiosk/alert', { kind: 'help', medOrgOrd: own.medOrgOrd })).code, '0')
  })

  it('may decode and pay and nothing else, whatever its token was given', async () => {
    const strong = await startKiosk({ kiosk: { hisUrl: kiosk.his.url, change: { tokenName: 'his' } } })
    try {
      const { data } = await strong.agent.call('GET', '/v1/tokens/me')
      assert.deepEqual(data['scopes'], ['decode', 'pay'])
      for (const path of ['/v1/orders?paid=true&booked=false', '/v1/attention', '/v1/tokens', '/v1/settings']) {
        assert.equal((await strong.agent.call('GET', path)).code, 'SCOPE_MISSING', path)
      }
    } finally {
      await strong.close()
    }
  })
})
