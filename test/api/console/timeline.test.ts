// The timeline of an order over a real agent: what was asked and answered, and that nothing in it names the patient or
// authorises anything.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { TimelineAnswer, TimelineEntry } from '../../../src/contract/local-api/console.ts'
import { act, bill, newNumber, pay, place, placement, refundCash, upload } from '../../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
before(async () => {
  agent = await startTestAgent()
})
after(() => agent.close())

const ask = (medOrgOrd: string, query = '', as = 'his') =>
  agent.call('GET', `/v1/orders/${medOrgOrd}/timeline${query}`, undefined, as)
const read = async (medOrgOrd: string, query = ''): Promise<TimelineAnswer> => {
  const answer = await ask(medOrgOrd, query)
  assert.equal(answer.code, '0', answer.message)
  return answer.data as unknown as TimelineAnswer
}
const find = (entries: readonly TimelineEntry[], wanted: Partial<TimelineEntry>): TimelineEntry =>
  entries.find((entry) =>
    Object.entries(wanted).every(([name, value]) => entry[name as keyof TimelineEntry] === value),
  ) ?? assert.fail(`no entry ${JSON.stringify(wanted)}`)

it('a paid and refunded order tells its requests in order, with interface, time, duration, outcome and who', async () => {
  const medOrgOrd = await pay(agent)
  await act(agent, medOrgOrd, 'booking', { success: true, remark: '门诊 001' })
  await act(agent, medOrgOrd, 'refunds', refundCash('5.00', { operator: 'OP07' }))
  const { entries, notKept } = await read(medOrgOrd)
  assert.deepEqual(
    entries.filter(({ kind }) => kind === 'operation').map(({ verb, interface: code }) => [verb, code]),
    [
      ['upload', '6201'],
      ['placement', '6202'],
      ['refund', '6203'],
    ],
  )
  assert.deepEqual(
    entries.map(({ seq }) => seq),
    entries.map(({ seq }) => seq).toSorted((one, other) => one - other),
  )
  const refund = find(entries, { verb: 'refund' })
  assert.deepEqual([refund.outcome, refund.attempt, refund.by.operator, refund.by.rule], ['accepted', 1, 'OP07', ''])
  assert.ok(refund.durationMs !== null && refund.durationMs >= 0)
  assert.match(refund.at, /[+]08:00$/)
  const booking = find(entries, { kind: 'booking' })
  assert.deepEqual([booking.text, booking.by.caller], ['成功 门诊 001', 'his'])
  const settled = entries.find(({ changed }) => changed.some(({ name, after }) => name === 'ordStas' && after === '6'))
  assert.equal(settled?.interface, '6301')
  for (const { raw } of entries) assert.equal(raw, undefined)
  assert.ok(notKept.some((line) => line.includes('encData')))
})

it('a second answer tells only what is new against the first', async () => {
  const medOrgOrd = await pay(agent)
  const { entries } = await read(medOrgOrd)
  const [first, ...later] = entries.filter(({ kind }) => kind === 'observation')
  assert.ok(first?.changed.some(({ name }) => name === 'payOrdId'))
  for (const { changed } of later) {
    assert.ok(changed.length > 0)
    assert.ok(!changed.some(({ name }) => name === 'payOrdId'))
  }
})

it('a refusal and a lost answer are told with their texts, all answers of an operation in turn', async () => {
  const refused = newNumber('D')
  await agent.center.script(refused, { interface: '6201', decline: { code: '1101', message: '参保状态异常' } })
  await agent.call('POST', '/v1/orders', bill(refused))
  const declined = find((await read(refused)).entries, { verb: 'upload' })
  assert.equal(declined.outcome, 'declined')
  assert.match(declined.text, /参保状态异常/)
  assert.equal(declined.outcomes[0]?.code, '1101')
})

describe('with the recorded fields', () => {
  const canary = {
    userName: '测试金丝雀',
    idNo: '99010119900307456X',
    ecToken: 'CANARYECTOKEN0000000000000001',
    psnNo: 'CANARYPSNNO001',
  }
  const payAuthNo = 'CANARYPAYAUTH01'

  it('nothing of the patient and no authorisation is in them, wherever it was written', async () => {
    const medOrgOrd = newNumber('C')
    const base = bill(medOrgOrd, canary)
    const lines = base['feedetailList'] as Record<string, unknown>[]
    await upload(agent, medOrgOrd, {
      ...canary,
      mainCondDscr: `患者${canary.userName}证件${canary.idNo}`,
      feedetailList: lines.map((line) => ({ ...line, psnNo: canary.psnNo, memo: `给${canary.userName}` })),
    })
    await act(agent, medOrgOrd, 'placement', placement({ payAuthNo }))
    await act(agent, medOrgOrd, 'booking', { success: false, remark: `${canary.userName}未到` })
    const payToken = agent.center.order(medOrgOrd).payToken
    for (const query of ['', '?raw=true']) {
      const text = JSON.stringify(await read(medOrgOrd, query))
      for (const secret of [...Object.values(canary), payAuthNo, payToken]) {
        assert.ok(!text.includes(secret), `${query} shows ${secret}`)
      }
    }
    const { entries } = await read(medOrgOrd, '?raw=true')
    const request = find(entries, { verb: 'upload' }).raw?.request as Record<string, unknown>
    assert.equal(request['medfeeSumamt'], '100.00')
    assert.equal(request['userName'], '***')
    assert.equal((request['feedetailList'] as unknown[]).length, 2)
  })

  it('only an administrator gets them', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    assert.equal((await ask(medOrgOrd, '?raw=true', 'reader')).code, 'SCOPE_MISSING')
    assert.equal((await ask(medOrgOrd, '', 'reader')).code, '0')
  })
})

it('an order of another institution, or of none, is not found', async () => {
  const medOrgOrd = await upload(agent)
  assert.equal((await ask(medOrgOrd, '', 'other-hospital')).code, 'ORDER_NOT_FOUND')
  assert.equal((await ask('NOBODY')).code, 'ORDER_NOT_FOUND')
})
