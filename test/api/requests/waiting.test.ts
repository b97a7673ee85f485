// Waiting for a result: a long poll ends when the operation ends, one record answers everybody, and a double click in two
// windows is one order.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { Agent as HttpAgent, get, request } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { after, before, describe, it } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { atMostWaits, createOperationWaits } from '../../../src/main/api/requests/operation-waits.ts'
import { bill, newNumber, placement, recorded, untilOrder, upload, type Fields } from '../../support/cashier-job.ts'
import { openEvents } from '../../support/event-stream.ts'
import { postOld } from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent({ orders: { scanWaitMs: 10_000 } })
})
after(() => agent.close())

type Placing = { readonly medOrgOrd: string; readonly operationId: string; readonly placed: Promise<unknown> }

/** Places an order whose answer from the center takes a while; gives the operation's id, which mostly runs then. */
const placeSlowly = async (at: TestAgent, delayMs: number): Promise<Placing> => {
  const medOrgOrd = await upload(at)
  await at.center.script(medOrgOrd, { interface: '6202', slow: { delayMs } })
  const placed = at.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
  // It is awaited later; one that was cut off by then is no news.
  placed.catch(() => undefined)
  const begun = await untilOrder(
    at,
    medOrgOrd,
    'has its placement',
    ({ operations }) => (operations as Fields[]).at(-1)?.['verb'] === 'placement',
  )
  return { medOrgOrd, operationId: String((begun.data['operations'] as Fields[]).at(-1)?.['operationId']), placed }
}

/** The same with an answer that never comes: it runs until `center.stop` breaks it off. */
const placeWithoutEnd = (at: TestAgent): Promise<Placing> => placeSlowly(at, 3_600_000)

describe('GET /v1/operations/{id}?wait=', () => {
  it('answers every waiting caller once the operation ended, long before the time is up', async () => {
    const { operationId, placed } = await placeSlowly(agent, 300)
    const path = `/v1/operations/${operationId}`
    const began = performance.now()
    const answers = await Promise.all(
      ['his', 'kiosk', 'reader', 'window'].map((as) => agent.call('GET', `${path}?wait=25`, undefined, as)),
    )
    assert.ok(performance.now() - began < 20_000, 'nobody waited for the end of the 25 s')
    for (const answer of answers) assert.equal(answer.code, '0', answer.message)
    const [first, ...others] = answers.map(recorded)
    for (const other of others) assert.deepEqual(other, first)
    await placed
    assert.deepEqual(recorded(await agent.call('GET', `${path}?wait=25`)), first, 'what has ended is answered at once')
  })

  it('is 202 with the operation when the time is up, and wait=0 is no wait', async () => {
    const own = await startTestAgent({ timeoutMs: 60_000 })
    try {
      const { operationId, placed } = await placeWithoutEnd(own)
      for (const wait of ['', '?wait=0', '?wait=1']) {
        const answer = await own.call('GET', `/v1/operations/${operationId}${wait}`)
        assert.equal(answer.status, 202)
        assert.equal(answer.code, 'OPERATION_RUNNING')
      }
      await own.center.stop()
      await placed
    } finally {
      await own.close()
    }
  })

  it('ends when a later question settles what was unknown', async () => {
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6202', split: 'insurance', lostReply: true })
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    const waited = await agent.call('GET', `/v1/operations/${String(answer.data['operationId'])}?wait=25`)
    assert.equal(waited.code, '0', waited.message)
  })

  it('may stand in the body of /call, as a number or a text', async () => {
    const { operationId, placed } = await placeSlowly(agent, 300)
    const port = Number(new URL(agent.url).port)
    const ask = (fields: string): ReturnType<typeof postOld> =>
      postOld(port, '/call/operation', fields, { 'content-type': 'application/json' })
    const answers = await Promise.all([
      ask(JSON.stringify({ operationId, wait: 25 })),
      ask(JSON.stringify({ operationId, wait: '25' })),
    ])
    for (const { code } of answers) assert.equal(code, '0')
    assert.equal((await ask(JSON.stringify({ operationId, wait: 26 }))).code, 'INVALID_FIELDS')
    await placed
  })

  it('takes whole seconds from 0 to 25 and nothing else', async () => {
    for (const wait of ['26', '-1', '1.5', '', 'x', '025', '20&wait=20']) {
      const answer = await agent.call('GET', `/v1/operations/X?wait=${wait}`)
      assert.equal(answer.code, 'INVALID_FIELDS', wait)
    }
  })

  it('tells nothing of what belongs to another institution or, of a decode, to another token', async () => {
    const { operationId, placed } = await placeSlowly(agent, 100)
    const foreign = await agent.call('GET', `/v1/operations/${operationId}?wait=25`, undefined, 'other-hospital')
    assert.equal(foreign.code, 'OPERATION_NOT_FOUND')
    await placed
    const decoded = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28010001' })
    const path = `/v1/operations/${String(decoded.data['operationId'])}?wait=25`
    assert.equal((await agent.call('GET', path, undefined, 'kiosk')).code, 'OPERATION_NOT_FOUND')
    assert.equal((await agent.call('GET', path)).code, '0')
  })

  it('an agent that ends answers who waits', async () => {
    const own = await startTestAgent({ timeoutMs: 60_000 })
    const { operationId, placed } = await placeWithoutEnd(own)
    // A connection whose peer is known already: then what it asks is taken on in the order it was asked.
    const connection = new HttpAgent({ keepAlive: true, maxSockets: 1 })
    const ask = async (path: string): Promise<{ code: string }> => {
      const headers = { authorization: 'Bearer token-of-his' }
      const [reply] = (await once(get(`${own.url}${path}`, { agent: connection, headers }), 'response')) as [Readable]
      return JSON.parse(await text(reply)) as { code: string }
    }
    await ask('/v1/status')
    const waited = ask(`/v1/operations/${operationId}?wait=25`)
    // The refusal of a wrong wait is answered after the long poll was taken on: one process, one queue.
    await own.call('GET', '/v1/operations/X?wait=99')
    const closed = own.close()
    assert.equal((await waited).code, 'OPERATION_RUNNING')
    // What runs is broken off, or the agent would wait for it.
    await own.center.stop()
    await closed
    await placed.catch(() => undefined)
  })
})

describe('who waits is bounded', () => {
  const timers = { after: () => () => undefined }

  it('a caller that left is forgotten, and its place is free', () => {
    const waits = createOperationWaits(timers)
    const leave: (() => void)[] = []
    for (let index = 0; index < atMostWaits; index++) void waits.untilEnded('A', 25_000, (run) => leave.push(run))
    assert.throws(() => waits.untilEnded('A', 25_000), { code: 'TOO_MANY_WAITS' })
    leave[0]?.()
    assert.equal(waits.count(), atMostWaits - 1)
    void waits.untilEnded('B', 25_000)
    waits.ended('A')
    assert.equal(waits.count(), 1, 'only those of the operation that ended')
    waits.endAll()
    assert.equal(waits.count(), 0)
  })

  it('a caller whose connection closes leaves', async () => {
    const { operationId, placed } = await placeSlowly(agent, 300)
    const leaving = request(`${agent.url}/v1/operations/${operationId}?wait=25`, {
      headers: { authorization: 'Bearer token-of-his' },
      agent: false,
    })
    leaving.on('error', () => undefined)
    leaving.end()
    await agent.call('GET', '/v1/health')
    leaving.destroy()
    await placed
    assert.equal(agent.logged.filter((line) => line.includes('api.failed')).length, 0)
  })
})

describe('a double click in two windows', () => {
  it('of two tokens of one institution makes one upload and one placement, and both get the answer', async () => {
    const medOrgOrd = newNumber('D')
    await agent.center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 150 } })
    const counts = [await agent.center.count(medOrgOrd, '6201'), await agent.center.count(medOrgOrd, '6202')]
    const twice = async (path: string, body: object): Promise<void> => {
      // Each fetch of its own agent option: two connections, as two programs have.
      const [one, other] = await Promise.all([
        agent.call('POST', path, body, 'his'),
        agent.call('POST', path, body, 'window'),
      ])
      assert.equal(one.code, '0', one.message)
      assert.deepEqual(recorded(other), recorded(one))
    }
    await twice('/v1/orders', bill(medOrgOrd))
    await agent.center.script(medOrgOrd, { interface: '6202', slow: { delayMs: 150 }, split: 'mixed' })
    await twice(`/v1/orders/${medOrgOrd}/placement`, placement())
    assert.deepEqual(await Promise.all(counts.map((count) => count())), [1, 1])
    assert.equal(agent.center.order(medOrgOrd).bizSerials.length, 1)
  })

  it('the operator named beside the fields does not make it another order', async () => {
    const medOrgOrd = newNumber('D')
    const sent = await agent.center.count(medOrgOrd, '6201')
    const answers = await Promise.all([
      agent.call('POST', '/v1/orders', bill(medOrgOrd, { operator: 'OP01' }), 'his'),
      agent.call('POST', '/v1/orders', bill(medOrgOrd, { operator: 'OP02' }), 'window'),
    ])
    for (const { code } of answers) assert.equal(code, '0')
    assert.equal(await sent(), 1)
  })

  it('another institution with the same number has an order of its own', async () => {
    const medOrgOrd = newNumber('D')
    const [own, other] = await Promise.all([
      agent.call('POST', '/v1/orders', bill(medOrgOrd), 'his'),
      agent.call('POST', '/v1/orders', bill(medOrgOrd), 'other-hospital'),
    ])
    assert.equal(own.code, '0', own.message)
    assert.notEqual(own.data['operationId'], other.data['operationId'])
  })
})

it('a decode and a stream of one token are not told to another of the same institution', async () => {
  const [own, other] = await Promise.all([openEvents(agent), openEvents(agent, 'kiosk')])
  try {
    const decoded = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28010001' })
    const operationId = String(decoded.data['operationId'])
    await own.find('the decode', (event) => event['operationId'] === operationId && event['state'] === 'accepted')
    const medOrgOrd = await upload(agent)
    await other.find('the order', (event) => event['medOrgOrd'] === medOrgOrd)
    assert.ok(!other.text().includes(operationId))
  } finally {
    await Promise.all([own.close(), other.close()])
  }
})
