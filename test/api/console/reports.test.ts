// What the console reads at the end of a shift, over a real agent: receipt, shift, days, queue.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { DaysAnswer, QueueAnswer, ReceiptAnswer, ShiftAnswer } from '../../../src/contract/local-api/console.ts'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'
import {
  act,
  legsOf,
  newNumber,
  pay,
  place,
  placement,
  refundAll,
  refundCash,
  upload,
} from '../../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { lastingDay } from '../events/lasting-day.ts'

const dayMs = 86_400_000
let today: string
const daysAgo = (count: number): string => readableTime(Date.now() - count * dayMs).slice(0, 10)

let agent: TestAgent
before(async () => {
  today = await lastingDay()
  agent = await startTestAgent({ cable: true, orders: { probeEveryMs: 60_000 } })
})
after(() => agent.close())

const get = async <Answer>(path: string): Promise<Answer> => {
  const answer = await agent.call('GET', path, undefined, 'reader')
  assert.equal(answer.code, '0', answer.message)
  return answer.data as unknown as Answer
}
const codeOf = async (path: string, as?: string): Promise<string> => (await agent.call('GET', path, undefined, as)).code

const payAs = async (operator: string): Promise<string> => {
  const medOrgOrd = await upload(agent, newNumber(operator), { operator })
  await agent.center.script(medOrgOrd, { split: 'insurance' })
  const answer = await act(agent, medOrgOrd, 'placement', placement())
  assert.equal(answer.code, '0', answer.message)
  await agent.call('GET', `/v1/orders/${medOrgOrd}?refresh=true`)
  return medOrgOrd
}

describe('a receipt', () => {
  it('says what was settled, the fee lines by category, the refunds and what stays', async () => {
    const medOrgOrd = await pay(agent)
    const { data } = await act(agent, medOrgOrd, 'refunds', refundCash('5.00', { operator: 'OP07' }))
    const receipt = await get<ReceiptAnswer>(`/v1/orders/${medOrgOrd}/receipt`)
    const { settlement, payOrdId } = agent.center.order(medOrgOrd)
    assert.deepEqual(
      [receipt.payOrdId, receipt.hiDocSn, receipt.settledAtFrom, receipt.way],
      [payOrdId, settlement?.hiDocSn, 'center', 'order'],
    )
    assert.equal(receipt.legs?.ownPayAmt, '20.00')
    assert.deepEqual([receipt.feeLines.count, receipt.feeLines.sum], [2, '100.00'])
    assert.deepEqual(
      receipt.feeLines.byCategory.map(({ count, sum }) => [count, sum]),
      [[2, '100.00']],
    )
    const [refund] = receipt.refunds
    assert.deepEqual([refund?.refdSn, refund?.operator, refund?.legs.ownPayAmt], [data['refdSn'], 'OP07', '-5.00'])
    assert.equal(receipt.net?.ownPayAmt, '15.00')
    assert.match(receipt.settledAt, /[+]08:00$/)
    assert.match(receipt.patient, /[*]/)
  })

  it('of an order that was not settled has no amounts', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    const receipt = await get<ReceiptAnswer>(`/v1/orders/${medOrgOrd}/receipt`)
    assert.deepEqual([receipt.legs, receipt.net, receipt.paid, receipt.refunds], [null, null, false, []])
  })

  it('of nobody is not found', async () => {
    assert.equal(await codeOf('/v1/orders/NOBODY/receipt'), 'ORDER_NOT_FOUND')
  })
})

describe('a shift', () => {
  it('adds up settlements and refunds per operator and way, and lists what is unclear', async () => {
    await payAs('SH01')
    const refunded = await payAs('SH01')
    await act(agent, refunded, 'refunds', refundAll('insurance', { operator: 'SH01' }))
    await payAs('SH02')
    const lost = newNumber('SH02')
    await upload(agent, lost, { operator: 'SH02' })
    await act(agent, lost, 'placement', placement())
    const { operators } = await get<ShiftAnswer>(`/v1/reports/shift?date=${today}`)
    const of = (name: string) => operators.find(({ operator }) => operator === name) ?? assert.fail(name)
    const first = of('SH01')
    assert.deepEqual([first.settled.count, first.settled.legs.feeSumamt], [2, '200.00'])
    assert.deepEqual([first.refunded.count, first.refunded.legs.fundPay], [1, '-80.00'])
    assert.equal(first.net.fundPay, '80.00')
    assert.deepEqual(
      first.byWay.map(({ way, settled }) => [way, settled.count]),
      [['order', 2]],
    )
    assert.deepEqual(
      of('SH02').unclear.map(({ medOrgOrd }) => medOrgOrd),
      [lost],
    )
    const alone = await get<ShiftAnswer>(`/v1/reports/shift?date=${today}&operator=SH01`)
    assert.deepEqual(alone.operators, [first])
    assert.deepEqual([alone.settled, alone.net], [first.settled, first.net])
  })

  it('needs a day that exists', async () => {
    assert.equal(await codeOf('/v1/reports/shift'), 'INVALID_FIELDS')
    assert.equal(await codeOf('/v1/reports/shift?date=2026-02-30'), 'INVALID_FIELDS')
  })
})

describe('the figures of days', () => {
  const figures = async (): Promise<DaysAnswer> => {
    const answer = await get<DaysAnswer>(`/v1/reports/days?from=${daysAgo(30)}&to=${today}`)
    return answer.complete ? answer : figures()
  }
  const assertAgrees = async (): Promise<void> => {
    const { days } = await figures()
    assert.equal(days.length, 31)
    const report = (await agent.call('GET', `/v1/reports/day?date=${today}`)).data
    const last = days.at(-1)
    assert.deepEqual(
      [last?.date, last?.settled.legs, last?.refunded.legs, last?.net],
      [today, report['settled'], report['refunded'], report['net']],
    )
    assert.equal((last?.settled.count ?? 0) + (last?.refunded.count ?? 0), (report['rows'] as unknown[]).length)
  }

  it('agree with the report of the day, also after more happened to the same orders, and after a restart', async () => {
    const medOrgOrd = await pay(agent)
    await assertAgrees()
    await act(agent, medOrgOrd, 'refunds', refundCash('5.00'))
    await pay(agent)
    await assertAgrees()
    await agent.stop()
    await agent.start()
    await assertAgrees()
    await act(agent, medOrgOrd, 'refunds', refundCash('15.00'))
    await assertAgrees()
  })

  it('are one institution’s own, and at most 31 days', async () => {
    const path = (from: string): string => `/v1/reports/days?from=${from}&to=${today}`
    const { data } = await agent.call('GET', path(today), undefined, 'other-hospital')
    assert.equal((data as unknown as DaysAnswer).days[0]?.settled.count, 0)
    assert.equal(await codeOf(path(daysAgo(31))), 'INVALID_FIELDS')
    assert.equal(await codeOf(path(daysAgo(-1))), 'INVALID_FIELDS')
  })
})

it('the queue shows what waits, oldest first, with its limits', async () => {
  assert.deepEqual((await get<QueueAnswer>('/v1/queue')).operations, [])
  const [one, other] = [await pay(agent), await pay(agent)]
  await agent.cable.unplug()
  const first = await act(agent, other, 'refunds', { ...refundCash('3.00', { operator: 'OP09' }), queue: true })
  assert.equal(first.code, 'OPERATION_QUEUED')
  await act(agent, one, 'refunds', { ...refundAll('mixed'), queue: true })
  const { operations, orders, linkUp, limits } = await get<QueueAnswer>('/v1/queue')
  assert.deepEqual(
    operations.map(({ medOrgOrd, verb, amount, operator }) => [medOrgOrd, verb, amount, operator]),
    [
      [other, 'refund', '3.00', 'OP09'],
      [one, 'refund', '100.00', ''],
    ],
  )
  assert.equal(operations[0]?.operationId, first.data['operationId'])
  assert.ok((operations[0]?.expiresAt ?? '') > (operations[0]?.since ?? ''))
  assert.deepEqual([orders, linkUp, limits.atMostOrders, limits.atMostRefund], [2, false, 200, '5000.00'])
  assert.equal(legsOf(first)?.['feeSumamt'], '100.00')
})
