// Every scripted behaviour as it shows on the socket, and how scripts are matched and refused.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { Agent } from 'node:http'
import { after, before, describe, it } from 'node:test'
import { listScriptFaults, Script } from '../../src/sandbox/script.ts'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import { formatStamp } from '../../src/sandbox/shanghai-time.ts'
import {
  type Client,
  makePlacing,
  makeQuery,
  makeRefund,
  makeUpload,
  settle,
  startPair,
  upload,
  type Uploaded,
} from './agent-client.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

/** An uploaded order whose next 6202 goes as the script says. */
const scripted = async (script: object): Promise<Uploaded> => {
  const order = await upload(client)
  await client.script({ medOrgOrd: order.medOrgOrd, interface: '6202', ...script })
  return order
}
const place = (order: Uploaded) => client.call('6202', makePlacing(order))
const stateOf = async (order: Uploaded): Promise<string> => (await client.find(order.payOrdId)).ordStas

describe('refusals', () => {
  it('decline answers its code and text, signed, and does not act; the next call goes through', async () => {
    const order = await scripted({ decline: { code: '500', message: '药品编码错误' } })
    const { opened, envelope } = await place(order)
    assert.equal(opened?.kind, 'signed')
    assert.deepEqual(
      [envelope['code'], envelope['message'], envelope['success'], envelope['encData']],
      ['500', '药品编码错误', false, undefined],
    )
    assert.equal(await stateOf(order), '0')
    assert.equal((await place(order)).data['ordStas'], '2')
  })

  it('unsignedRefusal takes the signature off a decline, and declines when alone', async () => {
    for (const script of [
      { decline: { code: '500', message: '拒绝' }, unsignedRefusal: true },
      { unsignedRefusal: true },
    ]) {
      const order = await scripted(script)
      const { opened, envelope } = await place(order)
      assert.equal(opened?.kind, 'unsigned')
      assert.equal(envelope['success'], false)
      assert.equal(await stateOf(order), '0')
    }
  })
})

describe('lost and broken', () => {
  it('lostRequest destroys the connection and does not act', async () => {
    const order = await scripted({ lostRequest: true })
    await assert.rejects(place(order), { code: 'ECONNRESET' })
    assert.equal(await stateOf(order), '0')
  })

  it('lostReply acts and destroys the connection', async () => {
    const order = await scripted({ lostReply: true })
    await assert.rejects(place(order), { code: 'ECONNRESET' })
    assert.equal(await stateOf(order), '2')
  })

  it('lostReply loses a refusal too', async () => {
    const order = await scripted({ lostReply: true })
    await assert.rejects(client.call('6202', makePlacing(order, { feeType: '02' })), { code: 'ECONNRESET' })
    assert.equal(await stateOf(order), '0')
  })

  it('status answers an HTTP error before acting, or after it', async () => {
    for (const [acted, ordStas] of [
      [false, '0'],
      [true, '2'],
    ] as const) {
      const order = await scripted({ status: { code: 503, acted } })
      const { status, opened } = await place(order)
      assert.deepEqual([status, opened], [503, undefined])
      assert.equal(await stateOf(order), ordStas)
    }
  })

  it('garbage acts and answers 200 with HTML', async () => {
    const order = await scripted({ garbage: true })
    const { status, text } = await place(order)
    assert.equal(status, 200)
    assert.match(text, /^<html>/)
    assert.equal(await stateOf(order), '2')
  })

  it('wrongSignature acts and answers what does not verify', async () => {
    const order = await scripted({ wrongSignature: true })
    assert.equal((await place(order)).opened?.kind, 'bad')
    assert.equal(await stateOf(order), '2')
  })

  it('closeIdle answers, then closes the kept-alive connection', async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    const order = await upload(client)
    await client.call('6301', makeQuery(order), agent)
    const [socket] = Object.values(agent.freeSockets).flatMap((sockets) => sockets ?? [])
    assert.ok(socket)
    await client.script({ medOrgOrd: order.medOrgOrd, closeIdle: true })
    const closed = once(socket, 'close')
    assert.equal((await client.call('6301', makeQuery(order), agent)).data['ordStas'], '0')
    await closed
    agent.destroy()
  })
})

describe('signed and wrong', () => {
  it('wrongAppId is signed under another appId', async () => {
    const { envelope, opened } = await place(await scripted({ wrongAppId: true }))
    assert.equal(opened?.kind, 'signed')
    assert.notEqual(envelope['appId'], client.keys.appId)
  })

  it('oldTimestamp is signed and one hour old', async () => {
    const order = await scripted({ oldTimestamp: true })
    const latest = formatStamp(Date.now() - 3_500_000)
    const { envelope, opened } = await place(order)
    assert.equal(opened?.kind, 'signed')
    assert.ok(String(envelope['timestamp']) < latest)
  })

  it('wrongPayOrdId is signed and names another order that exists', async () => {
    const order = await scripted({ wrongPayOrdId: true })
    const { data, opened } = await place(order)
    assert.equal(opened?.kind, 'signed')
    assert.notEqual(data['payOrdId'], order.payOrdId)
    assert.ok(await client.find(String(data['payOrdId'])))
  })

  it('replay sends the last signed reply of the interface byte for byte and does not act', async () => {
    const [one, other] = [await settle(client), await settle(client)]
    const earlier = await client.call('6203', makeRefund(one))
    await client.script({ medOrgOrd: other.medOrgOrd, replay: true })
    const { text } = await client.call('6203', makeRefund(other))
    assert.equal(text, earlier.text)
    assert.equal(await stateOf(other), '6')
  })

  it('minimalReply brings only the fields of identity and outcome', async () => {
    const { data } = await place(await scripted({ minimalReply: true }))
    assert.deepEqual(Object.keys(data).toSorted(), ['ordStas', 'payOrdId'])
  })
})

describe('time', () => {
  it('slow acts at once and answers late', { timeout: 60_000 }, async () => {
    const order = await scripted({ slow: { delayMs: 3_600_000 } })
    const answer = place(order).catch(() => 'cut off')
    while ((await stateOf(order)) !== '2');
    assert.equal(await Promise.race([answer, stateOf(order)]), '2')
  })

  it('slow with acts late changes nothing before the delay is over', { timeout: 60_000 }, async () => {
    const order = await scripted({ slow: { delayMs: 3_600_000, acts: 'late' } })
    const before = (await client.ledger()).requests['6202']
    void place(order).catch(() => 'cut off')
    while ((await client.ledger()).requests['6202'] === before);
    assert.equal(await stateOf(order), '0')
  })
})

describe('states and duplicates', () => {
  it('ordStas forces a state with the money that it means', async () => {
    const expected: Readonly<Record<string, readonly [number, number]>> = {
      '3': [2_000, 0],
      '4': [10_000, 0],
      '5': [10_000, 0],
      '7': [10_000, 10_000],
      '8': [10_000, 8_000],
      '9': [10_000, 2_000],
      '10': [10_000, 1_000],
      '11': [10_000, 9_000],
      '13': [10_000, 8_000],
      '15': [2_000, 2_000],
      '16': [2_000, 0],
    }
    for (const [ordStas, [collectedFen, refundedFen]] of Object.entries(expected)) {
      const order = await scripted({ ordStas })
      assert.equal((await place(order)).data['ordStas'], ordStas)
      const found = await client.find(order.payOrdId)
      assert.deepEqual([found.collectedFen, found.refundedFen], [collectedFen, refundedFen], `state ${ordStas}`)
    }
  })

  it('ordStas on 6301 stands in that answer; 14 and codes nobody knows change no money', async () => {
    const order = await settle(client)
    for (const ordStas of ['14', '21']) {
      await client.script({ medOrgOrd: order.medOrgOrd, interface: '6301', ordStas })
      assert.equal((await client.call('6301', makeQuery(order))).data['ordStas'], ordStas)
      assert.equal((await client.find(order.payOrdId)).collectedFen, 10_000)
    }
  })

  it('duplicate same answers the first order even when the content differs', async () => {
    const order = await upload(client)
    await client.script({ medOrgOrd: order.medOrgOrd, duplicate: 'same' })
    const { data } = await client.call('6201', makeUpload({ medOrgOrd: order.medOrgOrd, totalFen: 5_000 }))
    assert.equal(data['payOrdId'], order.payOrdId)
  })

  it('a forced state never takes money back: what was refunded stays refunded', async () => {
    const order = await settle(client)
    await client.call('6203', makeRefund(order))
    await client.script({ medOrgOrd: order.medOrgOrd, interface: '6301', ordStas: '6' })
    assert.equal((await client.call('6301', makeQuery(order))).data['ordStas'], '6')
    assert.match(String((await client.call('6203', makeRefund(order))).envelope['message']), /已退/)
    assert.equal((await client.find(order.payOrdId)).refundedFen, 10_000)
  })

  it('duplicate refuses a second upload, or makes a second order of it', async () => {
    const input = makeUpload()
    const medOrgOrd = input['medOrgOrd']
    const first = await client.call('6201', input)
    await client.script({ medOrgOrd, duplicate: 'refuse' })
    assert.match(String((await client.call('6201', input)).envelope['message']), /已上传/)
    await client.script({ medOrgOrd, duplicate: 'second' })
    const second = await client.call('6201', input)
    assert.notEqual(second.data['payOrdId'], first.data['payOrdId'])
  })
})

describe('matching', () => {
  it('nth and times choose the calls; later calls go through', async () => {
    const order = await upload(client)
    await client.script({ payOrdId: order.payOrdId, interface: '6301', nth: 2, times: 2, status: { code: 500 } })
    const statuses: number[] = []
    for (let call = 0; call < 4; call++) statuses.push((await client.call('6301', makeQuery(order))).status)
    assert.deepEqual(statuses, [200, 500, 500, 200])
  })

  it('a script touches only its order', async () => {
    const [one, other] = [await scripted({ lostRequest: true }), await upload(client)]
    assert.equal((await place(other)).data['ordStas'], '2')
    await assert.rejects(place(one))
  })

  it('a script for a medOrgOrd works before its upload', async () => {
    const input = makeUpload()
    await client.script({ medOrgOrd: input['medOrgOrd'], interface: '6201', lostReply: true })
    await assert.rejects(client.call('6201', input), { code: 'ECONNRESET' })
    const { orders } = await client.ledger()
    assert.equal(orders.filter(({ medOrgOrd }) => medOrgOrd === input['medOrgOrd']).length, 1)
  })

  it('unknown keys, scripts of no order or no behaviour, and behaviours of another interface are refused', async () => {
    const refusals: readonly (readonly [object, RegExp])[] = [
      [{ medOrgOrd: 'X', lostreply: true }, /lostreply.*未知字段/],
      [{ medOrgOrd: 'X' }, /没有写任何行为/],
      [{ lostReply: true }, /至少填一项/],
      [{ medOrgOrd: 'X', interface: '6202', duplicate: 'refuse' }, /不适用/],
      [{ medOrgOrd: 'X', slow: { delayMs: -1 } }, /slow/],
      [{ medOrgOrd: 'X', callbackFirst: true }, /没有设置回调地址/],
    ]
    for (const [script, pattern] of refusals) {
      const { httpStatus, error } = await client.script(script)
      assert.ok(httpStatus === 422 || httpStatus === 409)
      assert.match(String(error), pattern)
    }
  })

  it('GET scripts tells how many calls each has seen', async () => {
    const order = await scripted({ minimalReply: true })
    await place(order)
    const { scripts } = (await (await fetch(`${client.url}/_sandbox/scripts`)).json()) as {
      scripts: { seen: number; script: { medOrgOrd: string } }[]
    }
    assert.equal(scripts.find(({ script }) => script.medOrgOrd === order.medOrgOrd)?.seen, 1)
  })
})

it('every behaviour has a row in docs/sandbox.md, and its example is a script that is taken', async () => {
  const text = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8')
  const rows = [...text.matchAll(/^\| `(\w+)` \|.*\| `(\{.*\})` \|$/gm)]
  const matching = new Set(['medOrgOrd', 'payOrdId', 'interface', 'nth', 'times'])
  const behaviours = Object.keys(Script.properties).filter((key) => !matching.has(key))
  assert.deepEqual(rows.map(([, name]) => name).toSorted(), behaviours.toSorted())
  for (const [, , example] of rows) {
    assert.deepEqual(listScriptFaults({ medOrgOrd: 'X', ...(JSON.parse(example ?? '') as object) }), [], example)
  }
})
