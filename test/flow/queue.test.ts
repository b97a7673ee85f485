// A day without the center (RULES 2.3, 4.7, 7.5): what is refused at once, what waits, and what becomes of it when the line is back.
import assert from 'node:assert/strict'
import { setTimeout as pause } from 'node:timers/promises'
import { after, afterEach, before, beforeEach, describe, it } from 'node:test'
import { decodeFields } from '../fixtures/invented-bill.ts'
import {
  act,
  bill,
  newNumber,
  operationOf,
  pay,
  place,
  placement,
  reasonsOf,
  refundAll,
  refundCash,
  untilOrder,
  upload,
} from '../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../support/agents/test-agent.ts'
import { until } from '../support/agents/test-center.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent({
    cable: true,
    orders: { queue: { atMostOrders: 3, atMostAgeMs: 60_000, atMostRefundFen: 10_000 } },
  })
})
after(() => agent.close())

const untilAnswered = (operationId: unknown) =>
  until('the queued operation', async () => {
    const answer = await agent.call('GET', `/v1/operations/${String(operationId)}`)
    return answer.status !== 202 && answer
  })

describe('while the center cannot be reached', () => {
  let paid: string
  let placed: string
  let uploaded: string
  beforeEach(async () => {
    paid = await pay(agent)
    placed = await place(agent, 'mixed')
    uploaded = await upload(agent)
    await agent.cable.unplug()
  })
  afterEach(() => agent.cable.plug())
  const comesBack = () => agent.cable.plug()

  it('decode, upload and placing are refused at once and say so', async () => {
    const first = await act(agent, placed, 'revocation')
    assert.equal(first.code, 'CENTER_UNREACHABLE')
    const unknown = newNumber()
    const answers = [
      await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '2800000000004711' }),
      await agent.call('POST', '/v1/orders', bill(unknown)),
      await act(agent, uploaded, 'placement', placement()),
    ]
    for (const { status, code, message } of answers) {
      assert.deepEqual([status, code], [503, 'CENTER_UNREACHABLE'])
      assert.match(message, /连不上医保移动支付中心/)
    }
    // Nothing of it was begun: not even an attempt stands in the record.
    assert.equal((await agent.call('GET', `/v1/orders/${unknown}`)).code, 'ORDER_NOT_FOUND')
    assert.equal(
      (await act(agent, placed, 'placement', placement())).code,
      '0',
      'what is recorded is answered all the same',
    )
  })

  it('a refund that may wait gets 202 and an id, which tells the result when the line is back', async () => {
    const sent = await agent.center.count(paid, '6203')
    const body = { ...refundAll(), queue: true }
    const waiting = await act(agent, paid, 'refunds', body)
    assert.deepEqual([waiting.status, waiting.code, waiting.data['state']], [202, 'OPERATION_QUEUED', 'queued'])
    const again = await act(agent, paid, 'refunds', body)
    assert.equal(again.data['operationId'], waiting.data['operationId'])
    await comesBack()
    const answer = await untilAnswered(waiting.data['operationId'])
    assert.deepEqual([answer.code, answer.data['state']], ['0', 'refunded'])
    assert.equal(agent.center.order(paid).refundedFen, 10_000)
    assert.equal(await sent(), 1)
  })

  it('without asking for it nothing waits', async () => {
    const answer = await act(agent, paid, 'refunds', refundAll())
    assert.deepEqual([answer.status, answer.code], [503, 'CENTER_UNREACHABLE'])
  })

  it('cash refunds of one order go out in the order they were asked for, within the cash collected', async () => {
    const first = await act(agent, paid, 'refunds', { ...refundCash('5.00'), queue: true })
    const second = await act(agent, paid, 'refunds', { ...refundCash('15.00'), queue: true })
    const third = await act(agent, paid, 'refunds', { ...refundCash('0.01'), queue: true })
    assert.equal(third.code, 'REFUND_OUT_OF_BOUNDS')
    await comesBack()
    await untilAnswered(second.data['operationId'])
    assert.equal((await operationOf(agent, first)).data['ordStas'], '10')
    assert.equal((await operationOf(agent, second)).data['ordStas'], '9')
    assert.deepEqual(
      agent.center.order(paid).refunds.map(({ returnedFen }) => returnedFen),
      [500, 1_500],
    )
  })

  it('the queue says in Chinese why each waits', async () => {
    for (const amount of ['5.00', '15.00']) await act(agent, paid, 'refunds', { ...refundCash(amount), queue: true })
    await act(agent, placed, 'revocation', { queue: true })
    const { data } = await agent.call('GET', '/v1/queue')
    const reasons = (data['operations'] as readonly { readonly reason: string }[]).map(({ reason }) => reason)
    assert.ok(reasons.includes('等待该订单先前的操作办完'), JSON.stringify(reasons))
    for (const reason of reasons) assert.match(reason, /^\p{Script=Han}/u)
    await comesBack()
    await untilOrder(agent, paid, 'refunded', ({ ordStas }) => ordStas === '9')
  })

  it('a second refund of everything does not wait behind the first (RULES 2.1)', async () => {
    await act(agent, paid, 'refunds', { ...refundAll(), queue: true })
    assert.equal((await act(agent, paid, 'refunds', { ...refundAll(), queue: true })).code, 'REFUND_LIVE')
    const cash = await act(agent, paid, 'refunds', { ...refundCash('1.00'), queue: true })
    assert.equal(cash.code, 'REFUND_OUT_OF_BOUNDS', 'what waits counts as given back (RULES 7.1)')
    await comesBack()
    await untilOrder(agent, paid, 'refunded', ({ state }) => state === 'refunded')
    assert.equal(agent.center.order(paid).refunds.length, 1)
  })

  it('a revocation asks 6301 first: what was paid meanwhile is not revoked (RULES 4.7)', async () => {
    const waiting = await act(agent, placed, 'revocation', { queue: true })
    assert.equal(waiting.code, 'OPERATION_QUEUED')
    const sent = await agent.center.count(placed, '6401')
    await agent.center.payer(placed)
    await comesBack()
    const answer = await untilAnswered(waiting.data['operationId'])
    assert.deepEqual([answer.code, answer.data['paid']], ['WRONG_STATE', true])
    assert.equal(await sent(), 0)
    assert.deepEqual(await reasonsOf(agent, placed), ['queue-dropped'])
  })

  it('a revocation goes through when nobody paid', async () => {
    const waiting = await act(agent, placed, 'revocation', { queue: true })
    await comesBack()
    assert.equal((await untilAnswered(waiting.data['operationId'])).data['state'], 'revoked')
  })

  it('a question may wait, too', async () => {
    const waiting = await agent.call('GET', `/v1/orders/${placed}?refresh=true&queue=true`)
    assert.deepEqual([waiting.status, waiting.code], [202, 'OPERATION_QUEUED'])
    await comesBack()
    const answer = await untilAnswered(waiting.data['operationId'])
    assert.deepEqual([answer.code, answer.data['ordStas']], ['0', '2'])
  })

  it('what waits is withdrawn by its asker, or by one who may refund and reads all; it is never sent (RULES 7.5)', async () => {
    const sent = await agent.center.count(paid, '6203')
    const body = { ...refundCash('5.00'), queue: true }
    const waiting = await act(agent, paid, 'refunds', body)
    const path = `/v1/operations/${String(waiting.data['operationId'])}/cancel`
    assert.equal((await agent.call('POST', path, {}, 'window')).code, 'NOT_CANCELLABLE', 'reads all, may not refund')
    assert.equal((await agent.call('POST', path, {}, 'only-refund')).code, 'OPERATION_NOT_FOUND')
    const shown = async (as: string): Promise<unknown> => {
      const { data } = await agent.call('GET', '/v1/queue', undefined, as)
      return (data['operations'] as { withdrawable: boolean }[]).map(({ withdrawable }) => withdrawable)
    }
    assert.deepEqual([await shown('his'), await shown('window')], [[true], [false]])
    const answer = await agent.call('POST', path, {}, 'kiosk')
    assert.deepEqual([answer.status, answer.code, answer.data['state']], [200, 'QUEUE_WITHDRAWN', 'paid'])
    assert.equal((await act(agent, paid, 'refunds', body)).code, 'QUEUE_WITHDRAWN', 'its number is used up')
    assert.equal((await agent.call('POST', path, {})).code, 'NOT_CANCELLABLE')
    await comesBack()
    assert.equal((await act(agent, paid, 'refunds', refundAll())).data['state'], 'refunded')
    assert.equal(await sent(), 1)
    assert.deepEqual(await reasonsOf(agent, paid), [])
  })

  it('what waits survives a restart', async () => {
    const waiting = await act(agent, paid, 'refunds', { ...refundAll(), queue: true })
    await agent.stop()
    await agent.start()
    assert.equal((await operationOf(agent, waiting)).code, 'OPERATION_QUEUED')
    await comesBack()
    assert.equal((await untilAnswered(waiting.data['operationId'])).data['state'], 'refunded')
  })

  it('more money than is allowed to wait, or more orders, is refused (QUEUE_REFUSED)', async () => {
    await agent.cable.plug()
    const others = [paid, await pay(agent), await pay(agent), await pay(agent)]
    await agent.cable.unplug()
    for (const one of others.slice(0, 3)) {
      assert.equal((await act(agent, one, 'refunds', { ...refundAll(), queue: true })).code, 'OPERATION_QUEUED')
    }
    const refused = await act(agent, others[3] ?? '', 'refunds', { ...refundAll(), queue: true })
    assert.deepEqual([refused.status, refused.code], [503, 'QUEUE_REFUSED'])
    await comesBack()
    for (const one of others.slice(0, 3)) await untilOrder(agent, one, 'refunded', ({ state }) => state === 'refunded')
  })
})

describe('what waits for an order that the center no longer knows', () => {
  it('calls a person after the processing time, and is not asked about for ever (RULES 7.5)', async () => {
    const own = await startTestAgent({ cable: true, orders: { processingMs: 300 } })
    try {
      const paid = await pay(own)
      await own.cable.unplug()
      const waiting = await act(own, paid, 'refunds', { ...refundAll(), queue: true })
      await own.center.stop()
      await own.center.start()
      await own.cable.plug()
      await until('a person', async () => (await reasonsOf(own, paid)).includes('not-found'))
      const asked = own.center.ledger().requests['6301']
      await pause(300)
      assert.equal(own.center.ledger().requests['6301'], asked)
      assert.equal((await operationOf(own, waiting)).code, 'OPERATION_QUEUED')
      const path = `/v1/operations/${String(waiting.data['operationId'])}/cancel`
      assert.equal((await own.call('POST', path, {})).code, 'QUEUE_WITHDRAWN')
    } finally {
      await own.close()
    }
  })
})

describe('what waits too long', () => {
  it('is dropped, never sent, and a person is told', async () => {
    const short = await startTestAgent({
      cable: true,
      orders: { queue: { atMostOrders: 3, atMostAgeMs: 150, atMostRefundFen: 10_000 } },
    })
    try {
      const paid = await pay(short)
      const sent = await short.center.count(paid, '6203')
      await short.cable.unplug()
      const waiting = await act(short, paid, 'refunds', { ...refundAll(), queue: true })
      const answer = await until('the end of its time', async () => {
        const now = await operationOf(short, waiting)
        return now.status !== 202 && now
      })
      assert.deepEqual([answer.status, answer.code], [409, 'QUEUE_EXPIRED'])
      assert.deepEqual(await reasonsOf(short, paid), ['queue-dropped'])
      await short.cable.plug()
      assert.equal((await act(short, paid, 'refunds', refundAll())).data['state'], 'refunded')
      assert.equal(await sent(), 1)
    } finally {
      await short.close()
    }
  })
})

it('an amount above the limit does not wait', async () => {
  const strict = await startTestAgent({
    cable: true,
    orders: { queue: { atMostOrders: 3, atMostAgeMs: 60_000, atMostRefundFen: 9_999 } },
  })
  try {
    const paid = await pay(strict)
    const uploaded = await upload(strict)
    await strict.cable.unplug()
    await act(strict, uploaded, 'revocation')
    assert.equal((await act(strict, paid, 'refunds', { ...refundAll(), queue: true })).code, 'QUEUE_REFUSED')
  } finally {
    await strict.close()
  }
})
