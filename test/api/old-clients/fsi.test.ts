// The wrapper of the 医保核心 interfaces over real sockets: what such programs send, and what they can read back.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { inventedPatient } from '../../fixtures/invented-bill.ts'
import { bill, newNumber, placement, upload, type Fields } from '../../support/cashier-job.ts'
import { gbk, postOld } from '../../support/old-client.ts'
import { startTestAgent, type TestAgent } from '../../support/agents/test-agent.ts'
import { lastingDay } from '../events/lasting-day.ts'

let agent: TestAgent
let port: number
before(async () => {
  agent = await startTestAgent()
  port = Number(new URL(agent.url).port)
})
after(() => agent.close())

const header = {
  msgid: 'H00000000001202411210830000001',
  mdtrtarea_admvs: '460100',
  insuplc_admdvs: '460200',
  recer_sys_code: 'MBS_LOCAL',
  dev_no: '',
  dev_safe_info: '',
  cainfo: '',
  signtype: '',
  infver: 'V1.0',
  opter_type: '1',
  opter: 'OP11',
  opter_name: '测试收费员',
  inf_time: '2024-11-21 08:30:00',
  fixmedins_code: 'H00000000001',
  fixmedins_name: '测试医院',
  sign_no: '',
}

type Reply = {
  readonly infcode: number
  readonly inf_refmsgid: string
  readonly refmsg_time: string
  readonly respond_time: string
  readonly err_msg: string
  readonly output: Fields
}

const send = async (infno: string, data: unknown, change: Fields = {}, as = 'his'): Promise<Reply> => {
  const text = JSON.stringify({ infno, ...header, input: { data }, ...change })
  const isGbk = as === 'fsi-his'
  const answer = await postOld(port, '/fsi', isGbk ? gbk(text) : text, { 'content-type': 'application/json' }, as)
  assert.equal(answer.status, 200)
  assert.equal(answer.type.includes('GB18030'), isGbk)
  return answer.json as unknown as Reply
}

const assertGood = (reply: Reply): Fields => {
  assert.equal(reply.infcode, 0, reply.err_msg)
  assert.equal(reply.err_msg, '')
  return reply.output
}

const assertRefused = (reply: Reply, message: RegExp): void => {
  assert.equal(reply.infcode, -1)
  assert.match(reply.err_msg, message)
}

describe('the wrapper', () => {
  it('carries 6201, 6202 and 6301; what goes out has all its parts', async () => {
    const medOrgOrd = newNumber()
    const reply = await send('6201', bill(medOrgOrd))
    const output = assertGood(reply)
    assert.deepEqual(Object.keys(reply), [
      'infcode',
      'inf_refmsgid',
      'refmsg_time',
      'respond_time',
      'err_msg',
      'output',
    ])
    assert.match(reply.inf_refmsgid, /^460100\d{14}\d{10}$/)
    assert.match(reply.refmsg_time, /^\d{17}$/)
    assert.ok(reply.respond_time >= reply.refmsg_time)
    assert.equal(output['payOrdId'], agent.center.order(medOrgOrd).payOrdId)
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    assert.equal(assertGood(await send('6202', { medOrgOrd, ...placement() }))['paid'], true)
    const asked = await send('6301', { medOrgOrd })
    assert.equal(assertGood(asked)['ordStas'], '6')
    assert.notEqual(asked.inf_refmsgid.slice(-10), reply.inf_refmsgid.slice(-10))
  })

  it('says who works and where the patient is insured, once for all: both stand in the day report', async () => {
    const today = await lastingDay()
    const medOrgOrd = newNumber()
    assertGood(await send('6201', bill(medOrgOrd)))
    await agent.center.script(medOrgOrd, { split: 'insurance' })
    assertGood(await send('6202', { medOrgOrd, ...placement() }))
    const { data } = await agent.call('GET', `/v1/reports/day?date=${today}`)
    const row = (data['rows'] as Fields[]).find((each) => each['medOrgOrd'] === medOrgOrd)
    assert.deepEqual([row?.['operator'], row?.['insuplcAdmdvs']], ['OP11', '460200'])
  })

  it('opter and opter_name serve 6101, which wants them too', async () => {
    const data = { businessType: '01301', officeId: 'D01', officeName: '收费处', ecQrCode: '28010001' }
    assert.equal(assertGood(await send('6101', data))['idType'], '01')
  })

  it('a refusal is -1 with the code first; so is what is not known yet, and output says what to do', async () => {
    const refused = await send('6301', { medOrgOrd: 'NONE' })
    assertRefused(refused, /^ORDER_NOT_FOUND: /)
    assert.equal(refused.output['code'], 'ORDER_NOT_FOUND')
    const medOrgOrd = await upload(agent)
    await agent.center.script(medOrgOrd, { interface: '6202', lostReply: true })
    const unknown = await send('6202', { medOrgOrd, ...placement() })
    assertRefused(unknown, /^OUTCOME_UNKNOWN: .*请勿重复收费/)
    assert.equal(unknown.output['next'], 'wait')
    assert.equal(unknown.output['paid'], false)
  })

  it('of another institution, without input, with a key nobody knows, or unreadable: refused in the same shape', async () => {
    assertRefused(await send('6301', {}, { fixmedins_code: 'H00000000002' }), /fixmedins_code.*不是本令牌所属机构/)
    assertRefused(await send('6301', {}, { input: 'text' }), /input.*必填/)
    assertRefused(await send('6301', {}, { extra: '1' }), /extra.*未知字段/)
    assertRefused(await send('2207', {}), /ROUTE_NOT_FOUND.*交易码/)
    assertRefused(await send('6301', {}, {}, 'nobody'), /TOKEN_INVALID/)
    const broken = await postOld(port, '/fsi', '{"infno":', { 'content-type': 'application/json' })
    assertRefused(broken.json as unknown as Reply, /BAD_JSON/)
    assert.match(String(broken.json['inf_refmsgid']), /^000000\d{24}$/)
  })

  it('the token may stand beside the header of the wrapper', async () => {
    const text = JSON.stringify({
      infno: '6301',
      ...header,
      token: 'token-of-his',
      input: { data: { medOrgOrd: 'NONE' } },
    })
    const answer = await postOld(port, '/fsi', text, { 'content-type': 'application/json' }, null)
    assertRefused(answer.json as unknown as Reply, /ORDER_NOT_FOUND/)
  })
})

describe('the names of 2204 and 2207, by the setting of the token', () => {
  const snake = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(snake)
    if (typeof value !== 'object' || value === null) return value
    return Object.fromEntries(
      Object.entries(value).map(([name, member]) => [
        name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
        snake(member),
      ]),
    )
  }

  it('an upload in snake_case and GBK, its lists beside data or in it, is the same upload', async () => {
    for (const beside of [true, false]) {
      const medOrgOrd = newNumber()
      const { idNo, userName, idType, feedetailList, diseinfoList, ...rest } = bill(medOrgOrd)
      const lists = { feedetail: snake(feedetailList), diseinfo: snake(diseinfoList) }
      const data = { ...(snake(rest) as Fields), certno: idNo, psn_name: userName, psn_cert_type: idType }
      assert.ok('medfee_sumamt' in data && 'psn_no' in data && 'pub_hosp_rfom_flag' in data)
      const input = beside ? { data, ...lists } : { data: { ...data, ...lists } }
      const output = assertGood(await send('6201', {}, { input }, 'fsi-his'))
      const { payOrdId, patient } = agent.center.order(medOrgOrd)
      assert.equal(output['pay_ord_id'], payOrdId)
      assert.equal(output['med_org_ord'], medOrgOrd)
      assert.equal(patient.userName, inventedPatient.userName)
    }
  })

  it('a name of neither is refused by that name', async () => {
    const reply = await send('6301', { med_org_ord: 'A', mdtrt_cert_no: '1' }, {}, 'fsi-his')
    assertRefused(reply, /mdtrt_cert_no.*未知字段/)
  })
})
