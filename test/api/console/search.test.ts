// The search of the console over a real agent: by number, by exact name or id number, by time, page by page.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { OrderRow, OrderSearchAnswer, OrderSearchBody } from '../../../src/contract/local-api/console.ts'
import { newNumber, pay, upload } from '../../support/cashier-job.ts'
import { otherOrgCodg, startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { lastingDay } from '../events/lasting-day.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const ask = (body: OrderSearchBody | object, as?: string) => agent.call('POST', '/v1/orders/search', body, as)
const search = async (body: OrderSearchBody): Promise<OrderSearchAnswer> => {
  const answer = await ask(body, 'only-read')
  assert.equal(answer.code, '0', answer.message)
  return answer.data as unknown as OrderSearchAnswer
}
const numbers = (orders: readonly OrderRow[]): string[] => orders.map(({ medOrgOrd }) => medOrgOrd)

describe('an order is found', () => {
  it('by its number, with what the list shows of it and the name masked', async () => {
    const medOrgOrd = await pay(agent, 'mixed')
    const { orders, next } = await search({ medOrgOrd })
    assert.equal(next, '')
    const [row] = orders
    assert.deepEqual(
      [row?.medOrgOrd, row?.state, row?.ordStas, row?.paid, row?.next, row?.way, row?.needsPerson],
      [medOrgOrd, 'paid', '6', true, 'book', 'order', false],
    )
    assert.equal(row?.legs?.fundPay, '60.00')
    assert.match(row.createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[.]\d{3}[+]08:00$/)
    assert.ok(row.updatedAt > row.createdAt)
    assert.match(row.patient, /^.[*]+.?$/)
    assert.equal(row.payOrdId, agent.center.order(medOrgOrd).payOrdId)
  })

  it('by the exact name or id number, in either case of its letter, and by no part of them', async () => {
    const userName = '测试查找'
    const idNo = '99010119900307123X'
    const medOrgOrd = await upload(agent, newNumber('N'), { userName, idNo })
    const again = await upload(agent, newNumber('N'), { userName, idNo: '990101199003071248' })
    assert.deepEqual(numbers((await search({ psnName: userName })).orders), [again, medOrgOrd])
    assert.deepEqual(numbers((await search({ idNo: '99010119900307123x' })).orders), [medOrgOrd])
    assert.deepEqual(numbers((await search({ psnName: userName, idNo })).orders), [medOrgOrd])
    assert.deepEqual(numbers((await search({ psnName: '测试查' })).orders), [])
    assert.deepEqual(numbers((await search({ idNo: idNo.slice(0, 17) })).orders), [])
    const answer = JSON.stringify(await search({ psnName: userName }))
    assert.ok(!answer.includes(userName) && !answer.includes(idNo))
  })

  it('by the time of its upload, and by its state', async () => {
    const today = await lastingDay()
    const medOrgOrd = await upload(agent, newNumber('S'))
    const [created] = (await search({ medOrgOrd })).orders
    const moment = Date.parse(created?.createdAt ?? '')
    const at = (shiftMs: number): string => new Date(moment + shiftMs).toISOString()
    assert.ok(numbers((await search({ from: today, to: today })).orders).includes(medOrgOrd))
    assert.deepEqual(numbers((await search({ from: at(0), to: at(1), states: ['uploaded'] })).orders), [medOrgOrd])
    assert.deepEqual(numbers((await search({ from: at(0), to: at(1), states: ['paid'] })).orders), [])
    assert.deepEqual(numbers((await search({ from: at(1), to: at(60_000) })).orders), [])
    assert.deepEqual(numbers((await search({ medOrgOrd, to: at(0) })).orders), [])
  })
})

it('pages lead from the newest order to the oldest, each once, also by name', async () => {
  const userName = '测试翻页'
  const made: string[] = []
  for (let at = 0; at < 5; at++) made.unshift(await upload(agent, newNumber('P'), { userName }))
  for (const narrowed of [{ psnName: userName }, {}]) {
    const seen: string[] = []
    for (let cursor = '', pages = 0; pages === 0 || cursor !== ''; pages++) {
      const { orders, next } = await search({ ...narrowed, limit: 2, cursor })
      seen.push(...numbers(orders))
      cursor = next
    }
    assert.deepEqual(seen.slice(0, made.length), made)
    assert.equal(new Set(seen).size, seen.length)
  }
})

it('nobody finds the orders of another institution', async () => {
  const userName = '测试隔离'
  const medOrgOrd = await upload(agent, newNumber('X'), { userName })
  for (const body of [{ medOrgOrd }, { psnName: userName }, {}]) {
    const { code, data } = await ask(body, 'other-hospital')
    assert.equal(code, '0')
    assert.deepEqual(data['orders'], [], otherOrgCodg)
  }
})

describe('a search that cannot be meant is refused', () => {
  for (const body of [
    { name: '测试甲' },
    { from: '2026-02-30' },
    { from: '2026-11-21T08:00:00' },
    { from: '2026-11-22', to: '2026-11-20' },
    { states: ['payed'] },
    { limit: 201 },
    { limit: 0 },
    { cursor: 'abc' },
    { psnName: '' },
    { medOrgOrd: 'A'.repeat(41) },
  ]) {
    it(JSON.stringify(body).slice(0, 60), async () => {
      assert.equal((await ask(body)).code, 'INVALID_FIELDS')
    })
  }
})
