// The report of a day over a real agent and center: what was settled and refunded, leg by leg, as JSON and as CSV.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Answer } from '../../fixtures/agent-process.ts'
import { decodeFields, inventBill } from '../../fixtures/invented-bill.ts'
import { readableTime } from '../../../src/core/domain/reports/day-report.ts'
import {
  bill,
  newNumber,
  pay,
  place,
  placement,
  refundAll,
  refundCash,
  refresh,
  upload,
  untilOrder,
  type Fields,
} from '../../support/cashier-job.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

const today = readableTime(Date.now()).slice(0, 10)
const path = (query = ''): string => `/v1/reports/day?date=${today}${query}`

const rowsOf = ({ data }: Answer, medOrgOrd: string): Fields[] =>
  (data['rows'] as Fields[]).filter((row) => row['medOrgOrd'] === medOrgOrd)

const legsOf = (fields: Fields | undefined): unknown[] =>
  ['feeSumamt', 'fundPay', 'psnAcctPay', 'ownPayAmt', 'othFeeAmt', 'deposit'].map((name) => fields?.[name])

const fen = (amount: unknown): number => Math.round(Number(amount) * 100)

describe('the report of a day', () => {
  let agent: TestAgent
  before(async () => {
    agent = await startTestAgent()
  })
  after(() => agent.close())

  const report = async (as = 'his'): Promise<Answer> => {
    const answer = await agent.call('GET', path(), undefined, as)
    assert.equal(answer.code, '0', answer.message)
    return answer
  }
  const refund = async (medOrgOrd: string, body: Fields): Promise<Fields> => {
    const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)
    assert.equal(answer.code, '0', answer.message)
    return answer.data
  }
  const csv = async (
    query: string,
  ): Promise<{ readonly type: string; readonly name: string; readonly bytes: Buffer }> => {
    const headers = { authorization: 'Bearer token-of-his' }
    const reply = await fetch(`${agent.url}${path(query)}`, { headers })
    assert.equal(reply.status, 200)
    const name = reply.headers.get('content-disposition') ?? ''
    return { type: reply.headers.get('content-type') ?? '', name, bytes: Buffer.from(await reply.arrayBuffer()) }
  }

  it('has a settlement with its legs, its numbers and its time as the center told them', async () => {
    const medOrgOrd = await pay(agent)
    const [row] = rowsOf(await report(), medOrgOrd)
    assert.deepEqual(legsOf(row), ['100.00', '60.00', '20.00', '20.00', '0.00', '0.00'])
    const { settlement, payOrdId } = agent.center.order(medOrgOrd)
    const { kind, timeFrom, at, insutype } = row ?? {}
    assert.deepEqual({ kind, timeFrom, insutype }, { kind: 'settlement', timeFrom: 'center', insutype: '310' })
    assert.equal(String(at).replaceAll(/\D/g, ''), settlement?.traceTime)
    assert.equal(row?.['payOrdId'], payOrdId)
    for (const name of ['hiDocSn', 'hiRgstSn', 'psnPaySn'] as const) assert.equal(row[name], settlement?.[name])
  })

  it('has refunds of the day as rows of their own, negative, with refdSn and who did them', async () => {
    const medOrgOrd = await pay(agent)
    const first = await refund(medOrgOrd, refundCash('12.50', { operator: 'OP07' }))
    const second = await refund(medOrgOrd, refundAll('mixed', { refdType: 'HI', cashRefdAmt: '0.00' }))
    const rows = rowsOf(await report(), medOrgOrd)
    const [cash, insurance] = ['CASH', 'HI'].map((type) => rows.find(({ refdType }) => refdType === type))
    assert.deepEqual(legsOf(cash), ['-12.50', '0.00', '0.00', '-12.50', '0.00', '0.00'])
    assert.deepEqual([cash?.['refdType'], cash?.['operator'], cash?.['refdSn']], ['CASH', 'OP07', first['refdSn']])
    assert.deepEqual(legsOf(insurance), ['-80.00', '-60.00', '-20.00', '0.00', '0.00', '0.00'])
    assert.deepEqual([insurance?.['refdSn'], insurance?.['timeFrom']], [second['refdSn'], 'center'])
  })

  it('a whole refund takes the whole settlement back; an EXP leaves the cash', async () => {
    const whole = await pay(agent)
    await refund(whole, refundAll())
    const half = await pay(agent)
    await agent.center.script(half, { interface: '6203', refund: 'EXP' })
    await refund(half, refundAll())
    const answer = await report()
    assert.deepEqual(legsOf(rowsOf(answer, whole)[1]), ['-100.00', '-60.00', '-20.00', '-20.00', '0.00', '0.00'])
    assert.deepEqual(legsOf(rowsOf(answer, half)[1]), ['-80.00', '-60.00', '-20.00', '0.00', '0.00', '0.00'])
  })

  it('agrees with the ledger of the center: every leg collected, every leg returned', async () => {
    await pay(agent, 'insurance')
    await pay(agent, 'zeroInsurance')
    const { data } = await report()
    const ledger = agent.center.ledger()
    assert.equal(fen((data['settled'] as Fields)['feeSumamt']), ledger.collectedFen)
    assert.equal(-fen((data['refunded'] as Fields)['feeSumamt']), ledger.refundedFen)
    const net = legsOf(data['net'] as Fields).map(fen)
    const legs = ['fundFen', 'accountFen', 'cashFen'] as const
    const left = legs.map((leg) =>
      ledger.orders.reduce((sum, order) => sum + order.collected[leg] - order.returned[leg], 0),
    )
    assert.deepEqual(net.slice(1, 4), left)
  })

  it('the sums per operator, insutype and 参保地 each add up to the net', async () => {
    const medOrgOrd = newNumber()
    await upload(agent, medOrgOrd, { operator: 'OP09', insutype: '390', insuplcAdmdvs: '460100' })
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    const { data } = await report()
    for (const [list, name, key] of [
      ['byOperator', 'operator', 'OP09'],
      ['byInsutype', 'insutype', '390'],
      ['byInsuplcAdmdvs', 'insuplcAdmdvs', '460100'],
    ] as const) {
      const groups = data[list] as Fields[]
      const own = groups.find((group) => group[name] === key)
      assert.deepEqual([own?.['settlements'], own?.['refunds'], own?.['fundPay']], [1, 0, '80.00'])
      const sum = groups.reduce((fens, group) => fens + fen(group['feeSumamt']), 0)
      assert.equal(sum, fen((data['net'] as Fields)['feeSumamt']))
    }
  })

  it('the operator of a decode stands for an upload that names none, and its 参保地 too', async () => {
    const decoded = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28010001' })
    const medOrgOrd = newNumber()
    const given = {
      ...inventBill({ medOrgOrd, lines: 1, lineFen: 10_000 }),
      decodeOperationId: decoded.data['operationId'],
    }
    assert.equal((await agent.call('POST', '/v1/orders', given)).code, '0')
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    await untilOrder(agent, medOrgOrd, 'paid', ({ paid }) => paid === true)
    const [row] = rowsOf(await report(), medOrgOrd)
    assert.equal(row?.['operator'], 'OP01')
    assert.equal(row['insuplcAdmdvs'], decoded.data['insuOrg'])
  })

  it('another cashier may repeat a call; an operator that is none is refused', async () => {
    const medOrgOrd = newNumber()
    const first = await agent.call('POST', '/v1/orders', bill(medOrgOrd, { operator: 'OP01' }))
    const again = await agent.call('POST', '/v1/orders', bill(medOrgOrd, { operator: 'OP02' }))
    assert.equal(again.data['operationId'], first.data['operationId'])
    for (const operator of [7, 'O'.repeat(31)]) {
      assert.equal((await agent.call('POST', '/v1/orders', bill(newNumber(), { operator }))).code, 'INVALID_FIELDS')
    }
  })

  it('what may have moved and no row shows is listed as unclear, never summed', async () => {
    const waiting = await place(agent, 'mixed')
    const elsewhere = await pay(agent)
    await agent.center.script(elsewhere, { interface: '6301', ordStas: '8' })
    await refresh(agent, elsewhere)
    const { data } = await report()
    const unclear = (data['unclear'] as Fields[]).map(({ medOrgOrd }) => medOrgOrd)
    assert.ok(unclear.includes(waiting))
    assert.ok(unclear.includes(elsewhere))
  })

  it('cash that was taken and given back without a settlement has no row, and the report tells how much it was', async () => {
    const medOrgOrd = await place(agent, 'mixed')
    await agent.center.payer(medOrgOrd, { action: 'insuranceFails', cashReversal: 'fails' })
    await refresh(agent, medOrgOrd)
    await untilOrder(agent, medOrgOrd, 'given back', ({ state }) => state === 'failed')
    const answer = await report()
    const own = (answer.data['unclear'] as Fields[]).find((row) => row['medOrgOrd'] === medOrgOrd)
    const note = '医保未结算; 自费 20.00; 本机已退自费 20.00'
    assert.deepEqual([own?.['cashRefunded'], own?.['note']], ['20.00', note])
    assert.deepEqual(rowsOf(answer, medOrgOrd), [])
    const lines = (await csv('&format=csv&charset=utf-8')).bytes.toString('utf8').split('\r\n')
    const line = lines.find((each) => each.startsWith('待核实') && each.includes(medOrgOrd))
    assert.ok(line?.endsWith(`,ordStas 9,${note}`), line)
  })

  it('another day, another institution and a token without the scope see none of it', async () => {
    await pay(agent)
    const yesterday = readableTime(Date.now() - 86_400_000).slice(0, 10)
    assert.deepEqual((await agent.call('GET', `/v1/reports/day?date=${yesterday}`)).data['rows'], [])
    assert.deepEqual((await report('other-hospital')).data['rows'], [])
    assert.equal((await agent.call('GET', path(), undefined, 'expired')).code, 'TOKEN_EXPIRED')
  })

  it('carries the head of the journal: it moves on with every entry and not by itself', async () => {
    const head = async (): Promise<Fields> => (await report()).data['journal'] as Fields
    const before = await head()
    assert.match(String(before['chain']), /^[0-9a-f]{64}$/)
    assert.deepEqual(await head(), before)
    await upload(agent)
    assert.ok(Number((await head())['seq']) > Number(before['seq']))
  })

  it('as CSV is GBK for a Chinese spreadsheet, or UTF-8 with a byte order mark; both say the same', async () => {
    const medOrgOrd = newNumber()
    await upload(agent, medOrgOrd, { operator: '=1+1' })
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, placement())
    // 6202 settled it at once and named no numbers: 6301 is asked for them.
    await untilOrder(agent, medOrgOrd, 'numbered', ({ hiDocSn }) => hiDocSn !== undefined)
    const [gbk, utf8] = [await csv('&format=csv'), await csv('&format=csv&charset=utf-8')]
    assert.equal(gbk.type, 'text/csv; charset=gbk')
    assert.equal(utf8.type, 'text/csv; charset=utf-8')
    assert.equal(gbk.name, `attachment; filename="mip-day-${today}.csv"`)
    assert.deepEqual([...utf8.bytes.subarray(0, 3)], [0xef, 0xbb, 0xbf])
    const made = /制表时间,[^\r]*/
    const text = new TextDecoder('gbk', { fatal: true }).decode(gbk.bytes)
    assert.equal(text.replace(made, ''), new TextDecoder().decode(utf8.bytes).replace(made, ''))
    const lines = text.split('\r\n')
    assert.match(lines[0] ?? '', /^类型,时间,时间来源,医院订单号/)
    const own = lines.find((line) => line.includes(medOrgOrd)) ?? ''
    assert.ok(own.includes(`,"'=1+1",`), own)
    assert.ok(own.includes(',100.00,80.00,20.00,0.00,0.00,0.00,'), own)
    assert.ok(own.includes(String(agent.center.order(medOrgOrd).settlement?.hiDocSn)), own)
    const { data } = await report()
    assert.ok(lines.some((line) => line.startsWith(`净额合计,,,,,,,,${legsOf(data['net'] as Fields).join(',')}`)))
    assert.ok(text.includes(String((data['journal'] as Fields)['chain'])))
  })

  it('a day that does not exist, an unknown format or charset: every fault by its name', async () => {
    for (const query of [
      '',
      '?date=2026-02-30',
      '?date=20261121',
      `?date=${today}&format=xml`,
      `?date=${today}&format=csv&charset=big5`,
      `?date=${today}&charset=gbk`,
      `?date=${today}&day=1`,
      `?date=${today}&date=${today}`,
    ]) {
      const answer = await agent.call('GET', `/v1/reports/day${query}`)
      assert.equal(answer.code, 'INVALID_FIELDS', query)
    }
  })
})
