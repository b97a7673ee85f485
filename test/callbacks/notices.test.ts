// What a notice of the center leads to (RULES 6), sent by the sandbox center or by hand over real sockets.
import assert from 'node:assert/strict'
import { connect } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { sendRaw } from '../support/raw-http.ts'
import { after, before, describe, it } from 'node:test'
import { canonicalJsonText } from '../../src/contract/check/json-text.ts'
import { deriveSm4Key, encryptText, sealEnvelope } from '../../src/main/center/envelope.ts'
import { settingDefaults } from '../../src/main/config/schema/setting-defaults.ts'
import { envelopeKeys } from '../../src/main/wiring/settings-of-config.ts'
import {
  act,
  bill,
  newNumber,
  pay,
  place,
  readOrder,
  refundCash,
  splits,
  untilOrder,
  upload,
  type Fields,
} from '../support/cashier-job.ts'
import { startTestAgent, testCallbacks, type TestAgent } from '../support/agents/test-agent.ts'
import { centerPrivateKeyOfTests, testChannel, until } from '../support/agents/test-center.ts'
import { sendTogether, statusesOf } from '../api/requests/pipeline.ts'
import { derivePublicKey } from '../../src/core/gm/sm2.ts'

type Result = { readonly status: number; readonly success: unknown; readonly message: string }

const post = async (url: string, body: string | Buffer): Promise<Result> => {
  const reply = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const { data } = (await reply.json()) as { data: { success: unknown; message: string } }
  return { status: reply.status, ...data }
}

// The center's side of the channel, to sign notices as only the center can.
const centerKeys = envelopeKeys({
  appId: testChannel.appId,
  appSecret: testChannel.appSecret,
  privateKey: centerPrivateKeyOfTests,
  peerPublicKey: derivePublicKey(testChannel.privateKey),
  userId: settingDefaults.center.userId,
})

const seal = (data: Fields): Buffer =>
  sealEnvelope(
    centerKeys,
    { appId: testChannel.appId, version: '2.0.1', timestamp: '20260101120000' },
    canonicalJsonText(data),
  )

describe('notices of the center (RULES 6)', () => {
  let agent: TestAgent
  before(async () => {
    // Slow queries: what these tests see comes from the notice, not from the schedule.
    const schedule = { firstAfterMs: 60_000, everyMs: 60_000, untilMs: 60_000, backOffMs: [60_000] }
    const slow = { ...schedule, slowEveryMs: 60_000, cashierExpiryMs: 900_000 }
    agent = await startTestAgent({ callbacks: testCallbacks, orders: { schedule: slow } })
  })
  after(() => agent.close())

  const record = async (medOrgOrd: string): Promise<Fields> => (await agent.call('GET', `/v1/orders/${medOrgOrd}`)).data
  /** Where the patient's phone is sent by 6204. */
  const syncUrl = (): string =>
    `${agent.callbackUrl.replace(testCallbacks.pathSecret, testCallbacks.syncPathSecret)}/sync`
  const notice = (medOrgOrd: string, change: Fields = {}): Fields => ({
    payOrdId: agent.center.order(medOrgOrd).payOrdId,
    callType: '02',
    medOrgOrd,
    traceTime: '20260101120000',
    feeSumamt: '100.00',
    ownpayAmt: '20.00',
    psnAcctPay: '20.00',
    fundPay: '60.00',
    setlType: 'ALL',
    ...change,
  })

  /** Placed with 20.00 in cash and paid, while the agent still believes that it is not. */
  const paidUnnoticed = async (): Promise<string> => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd)
    assert.equal((await record(medOrgOrd))['paid'], false)
    return medOrgOrd
  }

  it('a signed notice that 6301 confirms is answered success, and the order is paid', async () => {
    const medOrgOrd = await paidUnnoticed()
    const result = await post(`${agent.callbackUrl}/settlement`, seal(notice(medOrgOrd)))
    assert.deepEqual(result, { status: 200, success: true, message: '成功' })
    assert.equal((await record(medOrgOrd))['paid'], true)
  })

  for (const [form, amounts] of [
    ['numbers', { feeSumamt: 100, ownpayAmt: 20, psnAcctPay: 20, fundPay: 60 }],
    ['strings, cash spelt ownPayAmt', { ownpayAmt: undefined, ownPayAmt: '20.00' }],
  ] as const) {
    it(`a plain notice with ${form} is confirmed by 6301 too (RULES 6.1)`, async () => {
      const medOrgOrd = await paidUnnoticed()
      const result = await post(`${agent.callbackUrl}/settlement`, JSON.stringify(notice(medOrgOrd, amounts)))
      assert.equal(result.success, true)
      assert.equal((await record(medOrgOrd))['paid'], true)
    })
  }

  const envelope = { appId: testChannel.appId, version: '2.0.1', timestamp: '20260101120000' }
  const encrypted = (data: unknown): Fields => ({
    ...envelope,
    encType: 'SM4',
    encData: encryptText(centerKeys.sm4Key, JSON.stringify(data)),
  })
  const parsed = (body: Buffer): Fields => JSON.parse(body.toString()) as Fields
  const signedPlain = (data: Fields): Fields => {
    const { encData: _cipher, ...signed } = parsed(seal(data))
    return { ...signed, data }
  }
  const wrappings: readonly (readonly [name: string, wrap: (data: Fields) => unknown])[] = [
    ['in {data}', (data) => ({ data })],
    ['in {data} as a JSON text', (data) => ({ data: JSON.stringify(data) })],
    ['in {appId, version, timestamp, data}', (data) => ({ ...envelope, data })],
    ['in a signed envelope that is not encrypted', signedPlain],
    ['encrypted, its data in {data} once more', (data) => parsed(seal({ data }))],
    ['encrypted, the envelope in {data}', (data) => ({ data: parsed(seal(data)) })],
    ['encrypted and not signed', encrypted],
    ['encrypted as a JSON text', (data) => encrypted(JSON.stringify(data))],
  ]
  for (const [name, wrap] of wrappings) {
    it(`a notice ${name} is taken, and 6301 confirms it (RULES 6.1)`, async () => {
      const medOrgOrd = await paidUnnoticed()
      const result = await post(`${agent.callbackUrl}/settlement`, JSON.stringify(wrap(notice(medOrgOrd))))
      assert.equal(result.success, true, result.message)
      assert.equal((await record(medOrgOrd))['paid'], true)
    })
    it(`a false notice ${name} is not believed (RULES 6.1)`, async () => {
      const medOrgOrd = await place(agent, 'mixed')
      const result = await post(`${agent.callbackUrl}/settlement`, JSON.stringify(wrap(notice(medOrgOrd))))
      assert.equal(result.success, false)
      assert.equal((await record(medOrgOrd))['paid'], false)
    })
  }

  for (const [name, change] of [
    ['an empty hiRgstSn and setlType', { hiRgstSn: '', setlType: '', orgName: '' }],
    ['a medOrgOrd that is empty', { medOrgOrd: '' }],
    ['a whole moment as hiChrgTime', { hiChrgTime: '20260101120000' }],
    ['a name longer than the table', { orgName: '测'.repeat(60), hiDocSn: 'D'.repeat(64) }],
    ['an object where a text is due', { revsToken: { token: '1' }, callType: ['02'] }],
  ] as const) {
    it(`a notice with ${name} is taken: which order it is about is all that counts (RULES 6.1)`, async () => {
      const medOrgOrd = await paidUnnoticed()
      const result = await post(`${agent.callbackUrl}/settlement`, JSON.stringify(notice(medOrgOrd, change)))
      assert.equal(result.success, true, result.message)
      assert.equal((await record(medOrgOrd))['paid'], true)
    })
  }

  it('a notice whose payOrdId is no number of an order is refused', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    for (const payOrdId of ['', { id: 1 }, ['1'], true, 'P'.repeat(41)]) {
      const result = await post(`${agent.callbackUrl}/settlement`, JSON.stringify(notice(medOrgOrd, { payOrdId })))
      assert.equal(result.success, false, JSON.stringify(payOrdId))
    }
  })

  it('a notice of a payment that did not happen is not believed', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const result = await post(`${agent.callbackUrl}/settlement`, seal(notice(medOrgOrd)))
    assert.equal(result.success, false)
    assert.equal((await record(medOrgOrd))['paid'], false)
    assert.equal((await record(medOrgOrd))['state'], 'cashPending')
  })

  it('amounts that differ from 6301 are refused and a person is called once', async () => {
    const medOrgOrd = await paidUnnoticed()
    for (const cash of ['19.00', '18.00']) {
      const wrong = notice(medOrgOrd, { ownpayAmt: cash })
      assert.equal((await post(`${agent.callbackUrl}/settlement`, seal(wrong))).success, false)
    }
    const { attention, legs } = await record(medOrgOrd)
    assert.deepEqual(attention, ['notice-differs'])
    assert.equal((legs as Fields)['ownPayAmt'], '20.00')
  })

  it('an unknown order, another medOrgOrd, a bad signature, no JSON and too much of it are answered success:false', async () => {
    const medOrgOrd = await paidUnnoticed()
    const url = `${agent.callbackUrl}/settlement`
    const forged = JSON.parse(seal(notice(medOrgOrd)).toString()) as Fields
    const bodies = [
      seal(notice(medOrgOrd, { payOrdId: 'ORD-NOBODY' })),
      seal(notice(medOrgOrd, { medOrgOrd: newNumber() })),
      JSON.stringify({ ...forged, timestamp: '20260101120001' }),
      JSON.stringify({ encData: 'ABCD' }),
      JSON.stringify({ ...envelope, appId: 'ANOTHERCHANNEL000000000000000000', data: notice(medOrgOrd) }),
      JSON.stringify({ ...signedPlain(notice(medOrgOrd)), data: notice(medOrgOrd, { payOrdId: 'ORD1' }) }),
      JSON.stringify({ data: { data: { data: { data: { data: notice(medOrgOrd) } } } } }),
      '<html>',
      '[]',
      // More than any notice holds: refused before it is written in every form.
      seal(notice(medOrgOrd, { rows: Array.from({ length: 3_000 }, () => ({})) })),
    ]
    for (const body of bodies) assert.equal((await post(url, body)).success, false)
    assert.equal((await record(medOrgOrd))['paid'], false)
  })

  it('twenty equal notices at once ask 6301 once and are all answered the same (RULES 6.4, 6.5)', async () => {
    const medOrgOrd = await paidUnnoticed()
    const counted = await agent.center.count(medOrgOrd, '6301')
    const body = seal(notice(medOrgOrd))
    const results = await Promise.all(Array.from({ length: 20 }, () => post(`${agent.callbackUrl}/settlement`, body)))
    assert.ok(results.every(({ success }) => success === true))
    assert.equal(await counted(), 1)
  })

  it('6202 is answered rightly when its notice came first', async () => {
    const medOrgOrd = newNumber()
    await agent.center.control('callback', { callback: { url: `${agent.callbackUrl}/settlement`, form: 'encrypted' } })
    await agent.center.script(medOrgOrd, { interface: '6202', callbackFirst: true })
    await place(agent, 'insurance', medOrgOrd)
    assert.equal((await record(medOrgOrd))['paid'], true)
    await agent.center.control('callback', {})
  })

  for (const form of [
    ...(['plain', 'plainData', 'plainEnvelope'] as const),
    ...(['encrypted', 'encryptedData', 'encryptedUnsigned'] as const),
  ]) {
    it(`the center's own notice in the form ${form} makes the order paid`, async () => {
      const url = `${agent.callbackUrl}/settlement`
      await agent.center.control('callback', { callback: { url, form } })
      await agent.center.control('forms', { values: 'numbers', scalars: 'strings', timestamp: 'dashes' })
      const medOrgOrd = await place(agent, 'mixed')
      await agent.center.payer(medOrgOrd, { action: 'pay', wait: true })
      assert.equal(agent.center.order(medOrgOrd).callbacks[0]?.success, true)
      assert.equal((await record(medOrgOrd))['paid'], true)
      await agent.center.control('callback', {})
      await agent.center.control('forms', {})
    })
  }

  it('an order that waits for the hospital ends paid after its success (RULES 6.2)', async () => {
    const url = `${agent.callbackUrl}/settlement`
    await agent.center.control('callback', { callback: { url, form: 'plain', ackSettles: true } })
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'pay', wait: true })
    assert.equal(agent.center.order(medOrgOrd).ordStas, '6')
    await agent.center.control('callback', {})
    await until(
      'the order to be paid',
      async () => (await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)).data['paid'] === true,
    )
  })

  it('6204 shows a page, is confirmed by 6301 and keeps the other amounts (RULES 6.3)', async () => {
    const medOrgOrd = await paidUnnoticed()
    const { payOrdId } = agent.center.order(medOrgOrd)
    const { query } = await agent.center.control(`orders/${payOrdId}/redirect`)
    const reply = await fetch(`${syncUrl()}?${String(query)}`)
    assert.equal(reply.status, 200)
    assert.match(await reply.text(), /已收到/)
    assert.equal((await record(medOrgOrd))['paid'], true)
  })

  it('6204 keeps its chnlType and extData, and is read with the key of the application that it names', async () => {
    const medOrgOrd = await paidUnnoticed()
    const [mpcAppId = '', appSecret = ''] = [...testCallbacks.mpcAppSecrets][0] ?? []
    const { payOrdId } = agent.center.order(medOrgOrd)
    const amounts = {
      feeSumamt: '100.00',
      ownPayAmt: '20.00',
      psnAcctPay: '20.00',
      fundPay: '60.00',
      othFeeAmt: '0.00',
    }
    const data = { payOrdId, medOrgOrd, ...amounts, extData: { setlinfo: 'S1' } }
    const redirect = (appId: string, chnlType: string): Promise<Response> => {
      const encData = encryptText(deriveSm4Key(mpcAppId, appSecret), JSON.stringify(data))
      return fetch(`${syncUrl()}?${new URLSearchParams({ mpcAppId: appId, encData, chnlType }).toString()}`)
    }
    await redirect('NOBODYSAPP000001NOBODYSAPP000001', 'WX')
    await redirect(mpcAppId, '<script>')
    assert.equal((await record(medOrgOrd))['paid'], false)
    assert.equal((await redirect(mpcAppId, 'WX')).status, 200)
    assert.equal((await record(medOrgOrd))['paid'], true)
    const { entries } = (await agent.call('GET', `/v1/orders/${medOrgOrd}/timeline`)).data as { entries: Fields[] }
    const changed = entries.flatMap((entry) => entry['changed'] as Fields[])
    const told = (wanted: string) => changed.filter(({ name }) => name === wanted).map(({ after }) => String(after))
    assert.deepEqual(told('chnlType'), ['WX'])
    assert.ok(told('extData').some((text) => text.includes('S1')))
  })

  it("the redirect's address opens nothing else, and the settlement's no redirect: a phone sees only its own", async () => {
    const medOrgOrd = await paidUnnoticed()
    const own = syncUrl().replace(/sync$/, '')
    const body = JSON.stringify(notice(medOrgOrd))
    assert.equal((await fetch(`${own}settlement`, { method: 'POST', body })).status, 404)
    assert.equal((await fetch(`${own}authorization`, { method: 'POST', body: '{}' })).status, 404)
    assert.equal((await fetch(`${agent.callbackUrl}/sync?mpcAppId=x`)).status, 404)
    assert.equal((await record(medOrgOrd))['paid'], false)
  })

  it("takes the payAuthNo that the patient's phone gave the hospital's H5 back end (RULES 4.3)", async () => {
    const url = `${agent.callbackUrl}/authorization`
    const medOrgOrd = await upload(agent)
    assert.equal((await record(medOrgOrd))['next'], 'authorize')
    assert.equal((await post(url, JSON.stringify({ medOrgOrd, payAuthNo: 'AUTH0002' }))).success, true)
    assert.equal((await record(medOrgOrd))['next'], 'place')
    const bodies = [
      { medOrgOrd: newNumber(), payAuthNo: 'AUTH0002' },
      { medOrgOrd: await paidUnnoticed(), payAuthNo: 'AUTH0002' },
      { medOrgOrd },
    ]
    for (const body of bodies) assert.equal((await post(url, JSON.stringify(body))).success, false)
  })

  it('a late payAuthNo for fees that were revoked is refused there, too; one that names the new fees is taken (RULES 2.4)', async () => {
    const url = `${agent.callbackUrl}/authorization`
    const medOrgOrd = await upload(agent)
    const give = (more: object) => post(url, JSON.stringify({ medOrgOrd, payAuthNo: 'AUTH-OLD', ...more }))
    assert.equal((await give({})).success, true)
    await agent.call('POST', `/v1/orders/${medOrgOrd}/revocation`, {})
    await agent.call('POST', '/v1/orders', bill(medOrgOrd))
    assert.equal((await give({})).success, false)
    assert.equal((await record(medOrgOrd))['next'], 'authorize')
    assert.equal((await give({ payOrdId: (await record(medOrgOrd))['payOrdId'] })).success, true)
  })

  it('a notice of an order whose upload is of unknown outcome tells its payOrdId and calls a person (RULES 3.5)', async () => {
    const medOrgOrd = newNumber()
    await agent.center.script(medOrgOrd, { interface: '6201', lostReply: true, times: 10 })
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, 'OUTCOME_UNKNOWN')
    const result = await post(`${agent.callbackUrl}/settlement`, seal(notice(medOrgOrd)))
    assert.equal(result.success, false)
    const { attention, payOrdId, paid } = await record(medOrgOrd)
    assert.ok((attention as string[]).includes('notice-without-upload'))
    assert.equal(payOrdId, agent.center.order(medOrgOrd).payOrdId)
    assert.equal(paid, false)
  })

  it('a wrong secret, a wrong path and a body beyond 1 MiB are turned away, and no log line holds the secret', async () => {
    const wrong = agent.callbackUrl.replace(testCallbacks.pathSecret, 'test-path-secret-0002')
    assert.equal((await fetch(`${wrong}/settlement`, { method: 'POST', body: '{}' })).status, 404)
    assert.equal((await fetch(`${agent.callbackUrl}/other`)).status, 404)
    // Its last byte is the one too many: who still sends when the refusal comes may lose it.
    assert.equal((await post(`${agent.callbackUrl}/settlement`, Buffer.alloc(1024 * 1024 + 1, 0x20))).status, 413)
    assert.equal(
      agent.logged.some((line) => line.includes(testCallbacks.pathSecret)),
      false,
    )
  })
})

describe('a notice that comes again (RULES 6.2)', () => {
  for (const callbackAck of ['verified', 'booked'] as const) {
    it(`callbackAck ${callbackAck}: is answered success after a refund of a part, or all, of the cash, too`, async () => {
      const agent = await startTestAgent({
        callbacks: testCallbacks,
        orders: { callbackAck, callbackDeadlineMs: 1_500 },
      })
      try {
        const medOrgOrd = await pay(agent)
        assert.equal((await act(agent, medOrgOrd, 'booking', { success: true, remark: '' })).code, '0')
        const { payOrdId } = agent.center.order(medOrgOrd)
        const { feeSumamt, fundPay, psnAcctPay, ownPayAmt } = { feeSumamt: '100.00', ...splits.mixed }
        const body = JSON.stringify({ payOrdId, feeSumamt, fundPay, psnAcctPay, ownpayAmt: ownPayAmt })
        for (const refund of [refundCash('5.00'), refundCash('15.00')]) {
          assert.equal((await act(agent, medOrgOrd, 'refunds', refund)).code, '0')
          const answer = await post(`${agent.callbackUrl}/settlement`, body)
          assert.deepEqual([answer.success, answer.message], [true, '成功'])
        }
      } finally {
        await agent.close()
      }
    })
  }
})

describe('a center that settles only what the HIS has booked (RULES 6.2, callbackAck booked)', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent({
      callbacks: testCallbacks,
      orders: { callbackAck: 'booked', callbackDeadlineMs: 1_500 },
    })
    const url = `${agent.callbackUrl}/settlement`
    await agent.center.control('callback', { callback: { url, form: 'encrypted', ackSettles: true } })
  })
  after(() => agent.close())

  /** Paid by the payer; the HIS is told to book while the center waits. */
  const untilAwaited = async (): Promise<string> => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'pay' })
    await untilOrder(agent, medOrgOrd, 'to book', ({ next }) => next === 'book')
    return medOrgOrd
  }
  const book = (medOrgOrd: string, success: boolean) => act(agent, medOrgOrd, 'booking', { success, remark: '' })

  it('is answered success once the HIS has booked, and then settles', async () => {
    const medOrgOrd = await untilAwaited()
    assert.equal((await readOrder(agent, medOrgOrd)).data['paid'], false)
    assert.equal((await book(medOrgOrd, true)).code, '0')
    const { data } = await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    assert.equal(data['next'], 'none')
  })

  it('does not have the HIS book at 3, on the word of a notice: it waits for 4 or 5', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const { payOrdId } = agent.center.order(medOrgOrd)
    await post(`${agent.callbackUrl}/settlement`, JSON.stringify({ payOrdId, feeSumamt: '100.00' }))
    await agent.center.payer(medOrgOrd, { action: 'partial' })
    const { data } = await untilOrder(agent, medOrgOrd, 'half done', ({ ordStas }) => ordStas === '3')
    assert.equal(data['next'], 'wait')
    assert.equal((await book(medOrgOrd, true)).code, 'WRONG_STATE')
  })

  it('nor where the upload itself is of unknown outcome', async () => {
    const medOrgOrd = newNumber()
    await agent.center.script(medOrgOrd, { interface: '6201', lostReply: true, times: 10 })
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, 'OUTCOME_UNKNOWN')
    const { payOrdId } = agent.center.order(medOrgOrd)
    await post(`${agent.callbackUrl}/settlement`, JSON.stringify({ payOrdId, medOrgOrd, feeSumamt: '100.00' }))
    assert.equal((await readOrder(agent, medOrgOrd)).data['next'], 'person')
  })

  it('is answered success:false when the HIS could not book, or says nothing in time', async () => {
    const failed = await untilAwaited()
    await book(failed, false)
    const silent = await untilAwaited()
    for (const medOrgOrd of [failed, silent]) {
      await until('an answer', () => agent.center.order(medOrgOrd).callbacks.some(({ success }) => !success))
      assert.equal(agent.center.order(medOrgOrd).ordStas, '4')
    }
  })
})

describe('callback listener', () => {
  it('cuts off a peer that is not on the list before it says a word, and it takes no listed one’s place', async () => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    try {
      const port = Number(new URL(agent.callbackUrl).port)
      const strangers = Array.from({ length: 200 }, () =>
        connect({ port, host: '127.0.0.1', localAddress: '127.0.0.2' }),
      )
      const cut = strangers.map((socket) => {
        socket.on('error', () => undefined)
        return once(socket, 'close')
      })
      const answers = await Promise.all(
        Array.from({ length: 20 }, () => fetch(`${agent.callbackUrl}/settlement`, { method: 'POST', body: '{}' })),
      )
      for (const answer of answers) assert.equal(answer.status, 200)
      await Promise.all(cut)
    } finally {
      await agent.close()
    }
  })
  it('answers a malformed target as it answers any other that is not its own', async () => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    try {
      const port = Number(new URL(agent.callbackUrl).port)
      for (const path of ['//[', '/cb/%', '//', '*', '/cb//settlement', '/']) {
        assert.equal((await sendRaw({ port, method: 'GET', path })).status, 404, path)
      }
    } finally {
      await agent.close()
    }
  })
  it('answers what is no whole request in its own shape, in Chinese, and logs it', async () => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    try {
      const { port, pathname } = new URL(agent.callbackUrl)
      const head = `POST ${pathname}/settlement HTTP/1.1\r\nHost: x\r\n`
      for (const sent of ['hello\r\n\r\n', `${head}Content-Length: 2a\r\n\r\n{}`]) {
        const before = agent.logged.length
        const socket = connect(Number(port), '127.0.0.1')
        socket.write(sent)
        const answer = await text(socket)
        assert.match(answer, /^HTTP\/1.1 400 /)
        const { data } = JSON.parse(answer.split('\r\n\r\n')[1] ?? '') as { data: Fields }
        assert.deepEqual([data['success'], String(data['message']).includes('按字节算')], [false, true])
        assert.ok(agent.logged.slice(before).some((line) => line.includes('callback.refused')))
      }
      const expecting = connect(Number(port), '127.0.0.1')
      expecting.write(`${head}Content-Length: 2\r\nExpect: banana\r\n\r\n{}`)
      assert.match(await text(expecting), /^HTTP\/1.1 417 [^]*"success":false[^]*Expect/)
      // The notice itself is whole: its answer leaves.
      const socket = connect(Number(port), '127.0.0.1')
      socket.write(`${head}Content-Length: 2\r\n\r\n{}\0`)
      assert.match(await text(socket), /^HTTP\/1.1 200 /)
    } finally {
      await agent.close()
    }
  })
  it('refuses what comes faster than a hundred a second from one peer, and the agent keeps answering', async () => {
    const agent = await startTestAgent({ callbacks: testCallbacks })
    try {
      const { port, pathname } = new URL(agent.callbackUrl)
      const notice = { method: 'POST', path: `${pathname}/settlement`, body: '{"payOrdId":"ORD-NOBODY"}' }
      const asked = await Promise.all(Array.from({ length: 10 }, () => sendTogether(Number(port), 60, notice)))
      const statuses = statusesOf((await Promise.all(asked.map(({ ended }) => ended))).join(''))
      assert.equal(statuses.length, 600)
      assert.ok(statuses.includes(200))
      assert.ok(statuses.includes(429))
      assert.equal((await agent.call('GET', '/v1/status')).code, '0')
    } finally {
      await agent.close()
    }
  })
  it('is off by default', async () => {
    const agent = await startTestAgent()
    try {
      assert.equal(agent.callbackUrl, '')
    } finally {
      await agent.close()
    }
  })
})
