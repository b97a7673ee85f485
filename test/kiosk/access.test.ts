// What a kiosk's token may and may not do, what the agent fills in for it, and the staff's PIN.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { KioskView } from '../../src/contract/local-api/kiosk.ts'
import { createStaffCheck, hashStaffPin } from '../../src/main/api/callers/staff-key.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { fillKioskFields } from '../../src/main/usecases/base/kiosk-fields.ts'
import { upload } from '../support/cashier-job.ts'
import { openEvents } from '../support/event-stream.ts'
import { createKiosk } from '../../src/main/usecases/base/kiosk.ts'
import type { HisBills } from '../../src/main/usecases/base/ports.ts'
import { startTestAgent, testSettings } from '../support/agents/test-agent.ts'
import { choose, decode, pageOf, startKiosk, startOrder, type Kiosk, type Page } from './kiosk-job.ts'

describe("a kiosk's token", () => {
  let kiosk: Kiosk
  let page: Page
  before(async () => {
    kiosk = await startKiosk()
    page = pageOf(kiosk.agent.call)
  })
  after(() => kiosk.close())

  it('decodes as the configured terminal without saying so', async () => {
    assert.equal((await page('POST', '/v1/vouchers/decode', { code: 'X0' })).code, '0')
    const { kiosk: settings } = testSettings('', '', { kiosk: { hisUrl: 'http://127.0.0.1:1' } })
    assert.ok(settings)
    const filled = fillKioskFields(createKiosk(settings, {} as HisBills), 'terminal', {})
    assert.deepEqual(filled, {
      deviceType: 'SelfService',
      operatorId: 'ZZJ-01',
      operatorName: 'ZZJ-01',
      businessType: '01301',
      officeId: 'D01',
      officeName: '门诊大厅',
    })
  })

  it('cannot speak for another terminal or device', async () => {
    const wrong = [{ deviceType: 'PC' }, { operatorId: 'OP01' }, { operatorName: '测试收费员' }]
    for (const fields of wrong) {
      const answer = await page('POST', '/v1/vouchers/decode', { code: 'X1', ...fields })
      assert.deepEqual([answer.status, answer.code], [403, 'DEVICE_FIELDS_FIXED'])
      assert.deepEqual(answer.data['fields'], Object.keys(fields))
    }
  })

  it('may say what is configured', async () => {
    const fields = { deviceType: 'SelfService', operatorId: 'ZZJ-01', operatorName: 'ZZJ-01' }
    assert.equal((await page('POST', '/v1/vouchers/decode', { code: 'X2', ...fields })).code, '0')
  })

  it('a link to its page opens a session that is the configured kiosk, and cannot refund either', async () => {
    const { url, call } = kiosk.agent
    const { data } = await call('POST', '/v1/links', { page: 'kiosk' })
    const link = String(data['link'])
    assert.ok(link.startsWith(`${url}/kiosk/#link=`))
    const reply = await fetch(`${url}/v1/links/exchange`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: url },
      body: JSON.stringify({ link: link.split('#link=')[1] }),
    })
    const session = ((await reply.json()) as { data: { token: string; scopes: string[] } }).data
    assert.deepEqual(session.scopes, ['decode', 'pay'])
    const asSession = async (path: string, body?: object): Promise<string> => {
      const headers = { 'content-type': 'application/json', origin: url, authorization: `Bearer ${session.token}` }
      const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
      return ((await (await fetch(`${url}${path}`, { headers, ...sent })).json()) as { code: string }).code
    }
    assert.equal(await asSession('/v1/vouchers/decode', { code: 'X3' }), '0')
    assert.equal(await asSession('/v1/vouchers/decode', { code: 'X4', operatorId: 'OP01' }), 'DEVICE_FIELDS_FIXED')
    assert.equal(await asSession('/v1/orders/A1/refunds', {}), 'SCOPE_MISSING')
    const { bill } = await startOrder(page, 0, 'LINK01')
    assert.equal(
      await asSession(`/v1/kiosk/orders/${bill.medOrgOrd}`),
      '0',
      'of the same kiosk, before it was opened anew',
    )
    assert.equal(await asSession(`/v1/kiosk/orders/${bill.medOrgOrd}/abandon`, {}), '0')
    assert.equal((await call('POST', '/v1/links', { page: 'kiosk', scopes: ['refund'] })).code, 'INVALID_FIELDS')
  })

  it('cannot refund', async () => {
    const chosen = await startOrder(page, 0, 'SCOPE01')
    const answer = await page('POST', `/v1/orders/${chosen.bill.medOrgOrd}/refunds`, {})
    assert.deepEqual([answer.status, answer.code], [403, 'SCOPE_MISSING'])
  })

  it('learns its installation', async () => {
    const { data } = await page('GET', '/v1/kiosk')
    const { environment: _environment, ...view } = data as unknown as KioskView
    assert.deepEqual(view, {
      institutionName: '测试医院',
      terminalNo: 'ZZJ-01',
      scannerOwner: 'agent',
      hasScanner: false,
      idleSeconds: 60,
      ways: ['order', 'cashier'],
      h5UrlTemplate: 'https://h5.example.test/pay?order={medOrgOrd}',
      voice: true,
    })
    assert.equal(_environment, 'sandbox')
  })

  it('alerts staff with words of the agent', async () => {
    const events = await openEvents(kiosk.agent, 'reader')
    try {
      const answer = await page('POST', '/v1/kiosk/alert', { kind: 'scanner' })
      assert.equal(answer.code, '0')
      const event = await events.find('the alert', ({ type }) => type === 'kiosk')
      assert.deepEqual(event, {
        type: 'kiosk',
        orgCodg: 'H00000000001',
        terminalNo: 'ZZJ-01',
        kind: 'scanner',
        text: '扫码失败, 请检查扫码设备',
        medOrgOrd: '',
      })
    } finally {
      await events.close()
    }
    assert.equal((await page('POST', '/v1/kiosk/alert', { kind: '测试甲' })).code, 'INVALID_FIELDS')
  })

  it('sees only orders that a kiosk began, and of the others not even that they are there', async () => {
    const { agent } = kiosk
    const ofWindow = await upload(agent)
    for (const path of ['/v1/kiosk/orders/T9999', `/v1/kiosk/orders/${ofWindow}`, `/v1/orders/${ofWindow}`]) {
      assert.equal((await page('GET', path)).code, 'ORDER_NOT_FOUND', path)
    }
    for (const path of ['/v1/orders', '/v1/attention', '/v1/reports/day']) {
      assert.equal((await page('GET', path)).code, 'SCOPE_MISSING', path)
    }
    const { bill } = await startOrder(page, 0, 'SEEN01')
    const asStranger = await agent.call('GET', `/v1/orders/${bill.medOrgOrd}`, undefined, 'only-pay')
    assert.equal(asStranger.code, 'ORDER_NOT_FOUND')
  })

  it('is the only one that its endpoints are for: no other token, of this institution or another, sees a bill or tries the PIN', async () => {
    const { agent, his } = kiosk
    const { bill, decodeOperationId } = await choose(page, 0, 'ONLY01')
    const office = { businessType: '01301', officeId: 'D01', officeName: '收费处' }
    const asked = {
      '/v1/kiosk/bills': { decodeOperationId },
      '/v1/kiosk/orders': { decodeOperationId, billId: bill.billId },
      '/v1/kiosk/alert': { kind: 'scanner' },
      '/v1/kiosk/staff': { pin: '2468' },
    }
    const before = ['listBills', 'lockBill'].map((name) => his.calls(name as 'listBills'))
    for (const as of ['other-hospital', 'his']) {
      const fields = { code: 'ONLY01', operatorId: 'OP01', operatorName: 'OP01', ...office }
      const own = (await agent.call('POST', '/v1/vouchers/decode', fields, as)).data['operationId']
      for (const [path, body] of Object.entries(asked)) {
        const given = 'decodeOperationId' in body ? { ...body, decodeOperationId: own } : body
        const answer = await agent.call('POST', path, given, as)
        assert.deepEqual([answer.status, answer.code], [403, 'KIOSK_ONLY'], `${as} ${path}`)
      }
      assert.equal((await agent.call('GET', '/v1/kiosk', undefined, as)).code, 'KIOSK_ONLY')
    }
    const link = await agent.call('POST', '/v1/links', { page: 'kiosk' }, 'other-hospital')
    assert.equal(link.code, 'KIOSK_NOT_CONFIGURED', 'no link to the page of a kiosk that is not its own')
    assert.deepEqual(
      ['listBills', 'lockBill'].map((name) => his.calls(name as 'listBills')),
      before,
    )
  })

  it('leaves the page by the PIN, and a wrong one is refused', async () => {
    assert.equal((await page('POST', '/v1/kiosk/staff', { pin: '1357' })).code, 'STAFF_KEY_WRONG')
    assert.equal((await page('POST', '/v1/kiosk/staff', { pin: '2468' })).code, '0')
  })

  it('writes no name, id number or PIN into the log', async () => {
    const decodeOperationId = await decode(page, 'LOG01')
    const patient = (await page('GET', `/v1/operations/${decodeOperationId}`)).data
    await page('POST', '/v1/kiosk/bills', { decodeOperationId })
    // A random number may hold the four digits of a PIN by chance.
    const log = kiosk.agent.logged.join('\n').replaceAll(/"requestId":"[-0-9a-f]{36}"/g, '')
    assert.doesNotMatch(log, /requestId/)
    for (const secret of [patient['idNo'], patient['userName'], '2468']) assert.ok(!log.includes(String(secret)))
  })
})

describe('the PIN of a kiosk', () => {
  const waits = { firstMs: 20, atMostMs: 80 }

  it('is refused later with every miss, and one try at a time', async () => {
    const check = createStaffCheck(await hashStaffPin('2468'), waits)
    const first = check('1111')
    await assert.rejects(check('2468'), (error: AgentError) => error.code === 'RATE_LIMITED')
    await assert.rejects(first, (error: AgentError) => error.code === 'STAFF_KEY_WRONG')
    await assert.rejects(check('1112'))
    const startedMs = performance.now()
    await assert.rejects(check('1113'))
    assert.ok(performance.now() - startedMs >= 80)
    await check('2468')
  })

  it('has a new salt each time', async () => {
    assert.notEqual(await hashStaffPin('2468'), await hashStaffPin('2468'))
  })
})

describe('an agent without a kiosk', () => {
  it('says so, and lets every token say its own device', async () => {
    const agent = await startTestAgent()
    try {
      const page = pageOf(agent.call)
      assert.equal((await page('GET', '/v1/kiosk')).code, 'KIOSK_NOT_CONFIGURED')
      assert.equal((await page('POST', '/v1/kiosk/staff', { pin: '2468' })).code, 'KIOSK_NOT_CONFIGURED')
      const office = { businessType: '01301', officeId: 'D01', officeName: '收费处' }
      const fields = { deviceType: 'SelfService', operatorId: 'OP01', operatorName: 'OP01', ...office }
      assert.equal((await page('POST', '/v1/vouchers/decode', { code: 'X3', ...fields })).code, '0')
    } finally {
      await agent.close()
    }
  })
})
