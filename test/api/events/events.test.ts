// The event stream: what happens is announced to its own institution, without a word about the patient.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { after, before, describe, it, type TestContext } from 'node:test'
import { decodeFields, inventedPatient } from '../../fixtures/invented-bill.ts'
import { createEventStreams, type EventStreams } from '../../../src/main/api/event-stream.ts'
import { inventPatient } from '../../../src/main/voucher/hosts/simulated-patient.ts'
import {
  act,
  attentionOf,
  newNumber,
  pay,
  reasonsOf,
  refundAll,
  refundCash,
  upload,
} from '../../support/cashier-job.ts'
import { openEvents, type EventClient } from '../../support/event-stream.ts'
import { holdsText } from '../../support/find-text.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { until } from '../../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const reader = { name: 'his', orgCodg: '', scopes: ['read'] } as const

/** Streams without an agent around them; ended after the test. The port. */
const serve = async (t: TestContext, streams: EventStreams, listener: RequestListener): Promise<number> => {
  const server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => {
    streams.close()
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

describe('GET /v1/events', () => {
  it('tells every step of an order and of a decode, and holds nothing of the patient', async () => {
    const events = await openEvents(agent)
    try {
      await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '2800000000000042' })
      const medOrgOrd = newNumber('E')
      await pay(agent, 'mixed', medOrgOrd)
      await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, refundAll())
      for (const state of ['uploaded', 'cashPending', 'paid', 'refunded']) {
        await events.find(state, (event) => event['medOrgOrd'] === medOrgOrd && event['state'] === state)
      }
      await events.find('the decode', ({ type, state }) => type === 'decode' && state === 'accepted')
      const { payToken } = agent.center.order(medOrgOrd)
      const { idNo, userName, ecToken } = inventPatient('2800000000000042')
      const secrets = [
        ...Object.values(inventedPatient),
        payToken,
        'AUTH0001',
        '2800000000000042',
        idNo,
        userName,
        ecToken,
      ]
      const told = Buffer.from(events.text())
      assert.deepEqual(
        secrets.filter((secret) => secret !== inventedPatient.idType && holdsText(told, String(secret))),
        [],
      )
    } finally {
      await events.close()
    }
  })

  it('tells that an order was authorised, which changes no state of it', async () => {
    const events = await openEvents(agent)
    try {
      const medOrgOrd = await upload(agent)
      const told = (): number => events.text().split(`"medOrgOrd":"${medOrgOrd}"`).length - 1
      await until('the upload is told', () => told() === 1)
      await act(agent, medOrgOrd, 'authorization', { payAuthNo: 'AUTH0002' })
      await until('the authorisation is told', () => told() === 2)
      assert.ok(!events.text().includes('AUTH0002'))
    } finally {
      await events.close()
    }
  })

  it('tells another institution nothing of our orders (RULES 1.1)', async () => {
    const [own, other] = await Promise.all([openEvents(agent), openEvents(agent, 'other-hospital')])
    try {
      const medOrgOrd = await pay(agent, 'insurance')
      await own.find('paid', (event) => event['medOrgOrd'] === medOrgOrd && event['state'] === 'paid')
      // Once its own decode is there, everything before it has come.
      const decode = { ...decodeFields, code: '2800000000000042' }
      await agent.call('POST', '/v1/vouchers/decode', decode, 'other-hospital')
      await other.find('the decode', ({ type }) => type === 'decode')
      assert.ok(!other.text().includes(medOrgOrd))
    } finally {
      await Promise.all([own.close(), other.close()])
    }
  })

  it('tells when an order comes to need a person, by a report or by time, and when it no longer does', async () => {
    const [unbooked, unclear] = [await pay(agent), await pay(agent)]
    const events = await openEvents(agent)
    try {
      const told = (medOrgOrd: string): number => events.text().split(`"medOrgOrd":"${medOrgOrd}"`).length - 1
      await act(agent, unbooked, 'booking', { success: false, remark: '测试' })
      await until('the failed booking', () => told(unbooked) === 1)
      assert.deepEqual(await reasonsOf(agent, unbooked), ['booking-failed'])
      const decision = { decision: 'handled', operator: 'OP01', remark: '已补记' }
      await agent.call('POST', `/v1/attention/${unbooked}/resolve`, decision)
      await until('the decision', () => told(unbooked) === 2)
      await agent.center.script(unclear, { interface: '6203', lostRequest: true })
      await act(agent, unclear, 'refunds', refundCash('5.00'))
      await until('the unclear refund, then its time', () => told(unclear) === 2)
      assert.notEqual(await attentionOf(agent, unclear), undefined)
    } finally {
      await events.close()
    }
  })

  it('has an end to how many may listen; the next is refused, and served when one has left', async () => {
    const open: EventClient[] = []
    try {
      for (let index = 0; index < 32; index++) open.push(await openEvents(agent))
      await assert.rejects(openEvents(agent), /503.*TOO_MANY_STREAMS/)
      await open.pop()?.close()
      open.push(await until('a free place', async () => openEvents(agent).catch(() => undefined)))
    } finally {
      for (const events of open) await events.close()
    }
  })

  it('a client that left before its stream was opened takes no place', async (t) => {
    const streams = createEventStreams({ ofDecode: () => undefined, mayReach: () => false }, 1)
    let opened = 0
    const port = await serve(t, streams, (request, response) => {
      const open = (): void => {
        streams.open(response, reader, () => true)
        opened += 1
      }
      if (request.url === '/leaving') response.once('close', open)
      else open()
    })
    const leaving = connect(port, '127.0.0.1')
    leaving.write('GET /leaving HTTP/1.1\r\nHost: x\r\n\r\n', () => leaving.resetAndDestroy())
    await until('the client that left', () => opened === 1)
    const staying = await fetch(`http://127.0.0.1:${port}/`)
    assert.match(staying.headers.get('content-type') ?? '', /event-stream/)
    await staying.body?.cancel()
  })

  it('is cut within two seconds once its token is no longer welcome, also when nothing happens', async (t) => {
    t.mock.timers.enable({ apis: ['setInterval'] })
    const streams = createEventStreams({ ofDecode: () => undefined, mayReach: () => false })
    let isWelcome = true
    const port = await serve(t, streams, (_request, response) => {
      streams.open(response, reader, () => isWelcome)
    })
    const stream = await fetch(`http://127.0.0.1:${port}/`, { signal: AbortSignal.timeout(60_000) })
    isWelcome = false
    t.mock.timers.tick(2_000)
    assert.match(await stream.text(), /^: connected\n/)
  })

  it('ends when the agent ends', async () => {
    const own = await startTestAgent()
    const events = await openEvents(own)
    await own.close()
    await events.close()
    assert.ok(!events.text().includes('!!'), 'the stream ended in order')
  })
})
