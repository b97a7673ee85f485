// Fields that do not fit their table: each fault in Chinese with its path and the field's name, and nothing is sent.
// Bodies, queries and routes that are wrong as such are in bad-input.test.ts.
import assert from 'node:assert/strict'
import type { OutgoingHttpHeaders } from 'node:http'
import { after, afterEach, before, describe, it } from 'node:test'
import { decodeFields } from '../../fixtures/invented-bill.ts'
import { systemClock } from '../../../src/main/wiring/compose.ts'
import { openJournal } from '../../../src/main/journal/open-journal.ts'
import { bill, newNumber, pay, placement, upload, type Fields } from '../../support/cashier-job.ts'
import { postAsHis, type RawReply } from '../../support/raw-http.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

afterEach(async () => {
  assert.equal((await agent.call('GET', '/v1/health')).code, '0', 'the agent goes on answering')
})

const post = (path: string, body: Buffer | string, headers?: OutgoingHttpHeaders): Promise<RawReply> =>
  postAsHis(port, path, body, headers)

const faultsOf = (answer: { data?: Record<string, unknown> }): string[] => answer.data?.['faults'] as string[]

describe('fields', () => {
  const line = (change: Fields): Fields => {
    const whole = bill(newNumber())
    const [first, ...others] = whole['feedetailList'] as Fields[]
    return { ...whole, feedetailList: [{ ...first, ...change }, ...others] }
  }
  const cases: readonly (readonly [string, Fields, string])[] = [
    ['a number where a string belongs', bill(newNumber(), { psnNo: 12 }), 'psnNo 人员编号: 应为字符串'],
    ['a boolean where a string belongs', bill(newNumber(), { feeType: true }), 'feeType 费用类型: 应为字符串'],
    ['an object where a string belongs', bill(newNumber(), { userName: {} }), 'userName 用户姓名: 应为字符串'],
    ['text where a list belongs', bill(newNumber(), { feedetailList: 'x' }), 'feedetailList 费用明细: 应为数组'],
    ['a list without rows', bill(newNumber(), { feedetailList: [] }), 'feedetailList 费用明细: 至少 1 条'],
    ['an unknown field', bill(newNumber(), { paid: 'true' }), 'paid: 未知字段'],
    ['an unknown field of a line', line({ x: '1' }), 'feedetailList[0].x: 未知字段'],
    ['too long', bill(newNumber(), { feeType: '0111' }), 'feeType 费用类型: 最长 3 个字符'],
    [
      'a name over 40 characters',
      bill(newNumber(), { userName: '测'.repeat(41) }),
      'userName 用户姓名: 最长 40 个字符',
    ],
    ['too many decimals', line({ cnt: '1.00001' }), 'feedetailList[0].cnt 数量: 最多 4 位小数'],
    ['an exponent', line({ pric: '5e1' }), 'feedetailList[0].pric 单价: 应为十进制数字, 不可带指数、空格或千分号'],
    [
      'a day that does not exist',
      bill(newNumber(), { begntime: '2026-02-29 08:00:00' }),
      'begntime 开始时间: 应为存在的时间 yyyy-MM-dd HH:mm:ss',
    ],
    ['another institution', bill(newNumber(), { orgCodg: 'H99999999999' }), 'orgCodg 机构编码: 不是本令牌所属机构'],
    [
      'an operation id that is a number',
      bill(newNumber(), { decodeOperationId: 5 }),
      'decodeOperationId 解码操作编号: 应为字符串',
    ],
    [
      'an operator that is a list',
      bill(newNumber(), { duplicateOverride: ['OP'] }),
      'duplicateOverride 重复上传确认人: 应为字符串',
    ],
  ]
  for (const [what, body, fault] of cases) {
    it(`${what}: "${fault}"`, async () => {
      const sent = agent.center.sent()
      const answer = await agent.call('POST', '/v1/orders', body)
      assert.equal(answer.status, 422)
      assert.equal(answer.code, 'INVALID_FIELDS')
      assert.deepEqual(faultsOf(answer), [fault])
      assert.ok(answer.message.includes(fault))
      assert.deepEqual(agent.center.sent(), sent)
    })
  }

  it('every fault is reported at once, and a great many are counted, to a thousand', async () => {
    const lines = Array.from({ length: 300 }, (_, index) => ({ feedetlSn: `L${index}` }))
    const answer = await agent.call('POST', '/v1/orders', { medOrgOrd: newNumber(), feedetailList: lines })
    assert.equal(faultsOf(answer).length, 200)
    assert.ok(Number(answer.data['moreFaults']) > 700)
  })

  it('a JSON number in a 数值型 field is taken, and kept to the digit as it was written (RULES 1.3)', async () => {
    const medOrgOrd = newNumber()
    const text = JSON.stringify(bill(medOrgOrd))
      .replaceAll('"cnt":"1"', '"cnt":1.000')
      .replaceAll('"pric":"50.00"', '"pric":50.0')
      .replace('"medfeeSumamt":"100.00"', '"medfeeSumamt":100.00')
    const reply = await post('/v1/orders', text)
    assert.equal(reply.json?.code, '0', reply.text)
    assert.equal(agent.center.order(medOrgOrd).totalFen, 10_000)
    const journal = openJournal(agent.dataDir, 'sandbox', systemClock)
    const body = journal.readBody(String(reply.json.data?.['operationId'])) as Fields
    journal.close()
    const [line] = body['feedetailList'] as Fields[]
    assert.deepEqual([body['medfeeSumamt'], line?.['cnt'], line?.['pric']], ['100.00', '1.000', '50.0'])
  })

  it('null means absent: it is refused where the field is required, and hides nothing the agent knows', async () => {
    const missing = await agent.call('POST', '/v1/orders', bill(newNumber(), { psnNo: null }))
    assert.deepEqual(faultsOf(missing), ['psnNo 人员编号: 必填'])
    const medOrgOrd = await upload(agent, newNumber(), { mainCondDscr: null, orgCodg: null })
    const body = { ...placement(), orgBizSer: null, chrgBchno: null, deposit: null }
    assert.equal((await agent.call('POST', `/v1/orders/${medOrgOrd}/placement`, body)).code, '0')
  })

  const steps: readonly (readonly [string, Fields, string])[] = [
    ['placement', { payAuthNo: 1 }, 'payAuthNo'],
    ['placement', { mdtrtId: 1 }, 'mdtrtId'],
    ['placement', { deposit: '1.001' }, 'deposit'],
    ['placement', { deposit: 'x' }, 'deposit'],
    ['placement', { acctUsedFlag: '11' }, 'acctUsedFlag'],
    ['placement', { amount: '1' }, 'amount'],
    ['bank-placement', { payAuthNo: 'A'.repeat(41) }, 'payAuthNo'],
    ['bank-placement', { mdtrtId: 'MD1' }, 'mdtrtId'],
    ['cashier-url', { deposit: '-' }, 'deposit'],
    ['cashier-url', { url: 'http://127.0.0.1' }, 'url'],
    ['authorization', { payAuthNo: '' }, 'payAuthNo'],
    ['authorization', { payAuthNo: 'AUTH1', more: '1' }, 'more'],
    ['revocation', { reason: '退号' }, 'reason'],
    ['revocation', { payOrdId: 'ORD-OTHER' }, 'payOrdId'],
  ]
  for (const [step, change, field] of steps) {
    it(`${step} with ${JSON.stringify(change).slice(0, 40)} names ${field} and sends nothing`, async () => {
      const medOrgOrd = await upload(agent)
      const sent = agent.center.sent()
      const given = step === 'placement' ? placement() : step.endsWith('tion') ? {} : { payAuthNo: 'AUTH0001' }
      const own = step === 'bank-placement' ? { payAuthNo: 'AUTH0001' } : given
      const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/${step}`, { ...own, ...change })
      assert.equal(answer.code, 'INVALID_FIELDS', answer.message)
      assert.match(answer.message, new RegExp(`\\b${field}\\b`))
      assert.deepEqual(agent.center.sent(), sent)
    })
  }

  it('a refund without its number, with a number as its number, or with an unknown field is refused', async () => {
    const medOrgOrd = await pay(agent, 'insurance')
    const good = {
      refdType: 'ALL',
      totlRefdAmt: '100.00',
      fundRefdAmt: '80.00',
      psnAcctRefdAmt: '20.00',
      cashRefdAmt: '0.00',
    }
    const bad: readonly (readonly [Fields, string])[] = [
      [{ ...good }, 'appRefdSn'],
      [{ ...good, appRefdSn: 7 }, 'appRefdSn'],
      [{ ...good, appRefdSn: 'R'.repeat(41) }, 'appRefdSn'],
      [{ ...good, appRefdSn: newNumber('R'), cashRefdAmt: 'x' }, 'cashRefdAmt'],
      [{ ...good, appRefdSn: newNumber('R'), reason: '退费' }, 'reason'],
      [{ ...good, appRefdSn: newNumber('R'), appRefdTime: '20260229080000' }, 'appRefdTime'],
    ]
    for (const [body, field] of bad) {
      const answer = await agent.call('POST', `/v1/orders/${medOrgOrd}/refunds`, body)
      assert.equal(answer.code, 'INVALID_FIELDS', answer.message)
      assert.match(answer.message, new RegExp(field))
    }
    assert.deepEqual(agent.center.order(medOrgOrd).refunds, [])
  })

  it('a decode with an unknown field names it', async () => {
    const answer = await agent.call('POST', '/v1/vouchers/decode', { ...decodeFields, code: '28', path: '/etc/passwd' })
    assert.deepEqual(faultsOf(answer), ['path: 未知字段'])
  })
})
