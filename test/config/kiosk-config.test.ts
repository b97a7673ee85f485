// The kiosk's part of the configuration: what is complete, and every way in which it must be refused.
import assert from 'node:assert/strict'
import { it, type TestContext } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { validConfig, writeConfig, errorOf, type Draft } from './config-folder.ts'

const kiosk = {
  token: 'zzj',
  terminalNo: 'ZZJ-01',
  officeId: 'D01',
  officeName: '门诊大厅',
  institutionName: '测试医院',
  staffKey: `${'0'.repeat(32)}:${'1'.repeat(64)}`,
  h5UrlTemplate: 'https://h5.hospital.invalid/pay?order={medOrgOrd}&pay={payOrdId}',
  ways: ['order', 'cashier'],
  his: { baseUrl: 'https://his.invalid/kiosk', token: { file: 'his-token' } },
}
const files = { 'his-token': 'HISTOKEN0001\n' }

const withKiosk = (change: object = {}, scopes: readonly string[] = ['decode', 'pay']): Draft => {
  const config = validConfig()
  config.api.tokens.push({ name: 'zzj', hash: '1'.repeat(64), scopes })
  return { ...config, kiosk: { ...kiosk, ...change } }
}

const faultsOf = (t: TestContext, config: object): readonly string[] =>
  (errorOf(writeConfig(t, config, files)).detail?.['faults'] ?? []) as readonly string[]

it('a complete kiosk is taken, its token for the HIS read from a file', (t) => {
  const loaded = loadConfig(writeConfig(t, withKiosk(), files))
  assert.deepEqual(loaded.his, { token: 'HISTOKEN0001', ca: undefined })
  assert.equal(loaded.config.kiosk?.terminalNo, 'ZZJ-01')
})

it('a kiosk without a terminal number is refused', (t) => {
  assert.deepEqual(faultsOf(t, withKiosk({ terminalNo: undefined })), ['kiosk.terminalNo 终端号: 必填'])
})

it('a token that may refund or manage is refused, and so is one that lacks a scope or does not exist', (t) => {
  const scopes = ['decode', 'pay']
  assert.deepEqual(faultsOf(t, withKiosk({}, [...scopes, 'refund'])), ['kiosk.token: 该令牌不得有权限 refund'])
  assert.deepEqual(faultsOf(t, withKiosk({}, [...scopes, 'admin'])), ['kiosk.token: 该令牌不得有权限 admin'])
  assert.deepEqual(faultsOf(t, withKiosk({}, ['decode'])), ['kiosk.token: 该令牌缺少权限 pay'])
  assert.deepEqual(faultsOf(t, withKiosk({ token: 'nobody' })), ['kiosk.token: 不是 api.tokens 中的名称'])
})

it('an authorisation page must be https and name nothing but the order', (t) => {
  const refused: readonly (readonly [string, RegExp])[] = [
    ['http://h5.invalid/{medOrgOrd}', /h5UrlTemplate/],
    ['https://h5.invalid/{idNo}', /两个占位符/],
    ['https://h5.invalid/{medOrgOrd}?n={userName}', /两个占位符/],
    ['https://h5.invalid/{medOrgOrd', /两个占位符/],
    ['https://h5.invalid/pay', /须含/],
  ]
  for (const [h5UrlTemplate, problem] of refused) {
    const faults = faultsOf(t, withKiosk({ h5UrlTemplate }))
    assert.equal(faults.length, 1, h5UrlTemplate)
    assert.match(faults[0] ?? '', problem)
  }
  assert.match(faultsOf(t, withKiosk({ h5UrlTemplate: undefined })).join(), /必填/)
})

it('every way needs a payAuthNo: without an authorisation page it must come from 6101 (RULES 4.3)', (t) => {
  for (const way of ['order', 'cashier', 'bankCard']) {
    const without = withKiosk({ ways: [way], h5UrlTemplate: undefined })
    assert.match(faultsOf(t, without).join(), /kiosk\.h5UrlTemplate: 必填.*payAuthNo/, way)
    loadConfig(writeConfig(t, { ...without, orders: { authNoAsPayAuthNo: true } }, files))
  }
})

it('a HIS over plain HTTP must be allowed in so many words', (t) => {
  const his = { ...kiosk.his, baseUrl: 'http://10.0.0.9:8080/kiosk' }
  assert.match(faultsOf(t, withKiosk({ his })).join(), /allowPlainHttp/)
  loadConfig(writeConfig(t, withKiosk({ his: { ...his, allowPlainHttp: true } }), files))
})

it('a HIS without its token, or an address with a query, is refused', (t) => {
  assert.match(
    faultsOf(t, withKiosk({ his: { ...kiosk.his, token: { file: 'nowhere' } } })).join(),
    /kiosk\.his\.token/,
  )
  assert.match(
    faultsOf(t, withKiosk({ his: { ...kiosk.his, baseUrl: 'https://his.invalid/x?y=1' } })).join(),
    /baseUrl/,
  )
})

it('booking before the settlement does not go with a kiosk', (t) => {
  assert.match(faultsOf(t, { ...withKiosk(), orders: { callbackAck: 'booked' } }).join(), /callbackAck/)
})
