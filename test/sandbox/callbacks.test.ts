// 6302 as a hospital receives it, in both forms, and the 6204 redirect: a real HTTP receiver on a free port.
import assert from 'node:assert/strict'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, it } from 'node:test'
import { checkNotification } from '../../src/contract/interfaces.ts'
import { parseJsonText } from '../../src/contract/check/json-text.ts'
import { decryptText, openEnvelope } from '../../src/main/center/envelope.ts'
import { createClient, type Fields, makePlacing, makeQuery, settle, startPair, upload } from './agent-client.ts'

type Answer = { readonly status: number; readonly body: string }
const success: Answer = { status: 200, body: '{"data":{"success":true,"message":"成功"},"code":"0","msg":"ok"}' }
const failure: Answer = { status: 200, body: '{"data":{"success":false,"message":"无此单"},"code":"0","msg":"ok"}' }

/** A hospital that answers its n-th callback with the n-th answer, the last one ever after. */
const startHospital = async (...answers: readonly Answer[]) => {
  const received: string[] = []
  let arrived = (): void => undefined
  const server = createServer((request, response) => {
    let text = ''
    request.setEncoding('utf8').on('data', (part: string) => (text += part))
    request.on('end', () => {
      const { status, body } = answers[Math.min(received.length, answers.length - 1)] ?? success
      received.push(text)
      response.writeHead(status).end(body)
      arrived()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`,
    received,
    next: () => new Promise<void>((resolve) => (arrived = resolve)),
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}

const startAll = async (target: object, ...answers: readonly Answer[]) => {
  const hospital = await startHospital(...answers)
  const { center, client } = await startPair()
  const aimed = await client.control('callback', { callback: { url: hospital.url, ...target } })
  assert.equal(aimed['httpStatus'], 200)
  return {
    hospital,
    center,
    client,
    close: async () => {
      await center.close()
      await hospital.close()
    },
  }
}

describe('6302', () => {
  it('encrypted: an envelope signed by the center with every field of the table', async () => {
    const { hospital, client, close } = await startAll({ form: 'encrypted' })
    const order = await upload(client)
    await client.call('6202', makePlacing(order))
    await client.payer(order.payOrdId, { action: 'pay', wait: true })
    const opened = openEnvelope(client.keys, parseJsonText(hospital.received[0] ?? '') as Fields)
    assert.ok(opened.kind === 'signed')
    const data = opened.data as Fields
    assert.deepEqual(checkNotification(structuredClone(data)).faults, [])
    assert.deepEqual([data['ownpayAmt'], data['medOrgOrd'], data['callType']], ['20.00', order.medOrgOrd, '02'])
    const [record] = (await client.find(order.payOrdId)).callbacks
    assert.deepEqual([record?.status, record?.success, record?.message], [200, true, '成功'])
    await close()
  })

  it('plain: amounts as numbers, or as text where it is set so', async () => {
    for (const [amounts, expected] of [
      [undefined, 20],
      ['strings', '20.00'],
    ] as const) {
      const { hospital, client, close } = await startAll({ form: 'plain', ...(amounts && { amounts }) })
      const order = await upload(client)
      await client.call('6202', makePlacing(order))
      await client.payer(order.payOrdId, { action: 'pay', wait: true })
      const data = JSON.parse(hospital.received[0] ?? '') as Fields
      assert.deepEqual([data['ownpayAmt'], data['payOrdId'], 'ownPayAmt' in data], [expected, order.payOrdId, false])
      await close()
    }
  })

  it('is sent again after failure or an error until the hospital says success', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' }, failure, { status: 500, body: '' }, success)
    const order = await upload(client)
    await client.call('6202', makePlacing(order))
    await client.payer(order.payOrdId, { action: 'pay', wait: true })
    assert.equal(hospital.received.length, 3)
    const { callbacks } = await client.find(order.payOrdId)
    assert.deepEqual(
      callbacks.map(({ status, success: said }) => [status, said]),
      [
        [200, false],
        [500, undefined],
        [200, true],
      ],
    )
    await close()
  })

  it('is given up after three tries', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' }, failure)
    const order = await upload(client)
    await client.call('6202', makePlacing(order))
    await client.payer(order.payOrdId, { action: 'pay', wait: true })
    assert.equal(hospital.received.length, 3)
    assert.equal((await client.find(order.payOrdId)).ordStas, '6')
    await close()
  })

  it('goes out after a 6202 that settles at once', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' })
    const arrived = hospital.next()
    await settle(client, { split: 'insurance' })
    await arrived
    assert.equal(hospital.received.length, 1)
    await close()
  })

  it('callbackFirst: arrives before 6202 is answered, which still says 2 as it was placed', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' })
    const order = await upload(client)
    await client.script({ medOrgOrd: order.medOrgOrd, callbackFirst: true })
    const { data } = await client.call('6202', makePlacing(order))
    assert.equal(hospital.received.length, 1)
    assert.equal(data['ordStas'], '2')
    assert.equal((await client.call('6301', makeQuery(order))).data['ordStas'], '6')
    await close()
  })

  it('ackSettles: the order stays at 4 until the hospital says success', { timeout: 60_000 }, async () => {
    const { hospital, client, close } = await startAll({ form: 'plain', ackSettles: true }, failure, success)
    const order = await upload(client)
    await client.call('6202', makePlacing(order))
    const first = await client.payer(order.payOrdId, { action: 'pay' })
    assert.equal(first['ordStas'], '4')
    while ((await client.find(order.payOrdId)).ordStas === '4');
    assert.equal(hospital.received.length, 2)
    assert.equal((await client.find(order.payOrdId)).ordStas, '6')
    await close()
  })

  it('can be sent again by hand, and not for an order that never settled', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' })
    const open = await upload(client)
    assert.equal((await client.control(`orders/${open.payOrdId}/notification`, {}))['httpStatus'], 409)
    await client.call('6202', makePlacing(open))
    await client.payer(open.payOrdId, { action: 'pay', wait: true })
    assert.equal((await client.control(`orders/${open.payOrdId}/notification`, {}))['success'], true)
    assert.equal(hospital.received[0], hospital.received[1])
    await close()
  })

  it('goes nowhere when no address is set, or it was taken away', async () => {
    const { hospital, client, close } = await startAll({ form: 'plain' })
    await client.control('callback', {})
    const order = await settle(client)
    assert.equal((await client.control(`orders/${order.payOrdId}/notification`, {}))['httpStatus'], 409)
    assert.equal(hospital.received.length, 0)
    await close()
  })

  it('may be set when the center starts', async () => {
    const hospital = await startHospital()
    const { center, client } = await startPair({ callback: { url: hospital.url, form: 'encrypted' } })
    const arrived = hospital.next()
    await settle(client, { split: 'insurance' })
    await arrived
    await center.close()
    await hospital.close()
  })
})

describe('6204', () => {
  it('the redirect carries the amounts, encrypted under the key of its mpcAppId', async () => {
    const { center, client } = await startPair()
    const order = await settle(client)
    const reply = await fetch(`${client.url}/_sandbox/orders/${order.payOrdId}/redirect`)
    const { query } = (await reply.json()) as { query: string }
    const parameters = new URLSearchParams(query)
    assert.deepEqual([parameters.get('mpcAppId'), parameters.get('chnlType')], [client.keys.appId, 'WX'])
    const data = JSON.parse(decryptText(client.keys.sm4Key, parameters.get('encData') ?? '')) as Fields
    assert.deepEqual([data['payOrdId'], data['othFeeAmt'], data['ownPayAmt']], [order.payOrdId, '0.00', '20.00'])
    await center.close()
  })
})

it('the client of one center cannot read the callback of another key', async () => {
  const { hospital, client, center, close } = await startAll({ form: 'encrypted' })
  const { center: second } = await startPair()
  const arrived = hospital.next()
  await settle(client, { split: 'insurance' })
  await arrived
  const stranger = createClient({ url: center.url, publicKey: second.publicKey })
  assert.equal(openEnvelope(stranger.keys, parseJsonText(hospital.received[0] ?? '') as Fields).kind, 'bad')
  await second.close()
  await close()
})
