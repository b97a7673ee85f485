// Loading the configuration: all faults at once, in Chinese, with their paths; what is loaded is frozen.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import test from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { settingsOfConfig } from '../../src/main/wiring/settings-of-config.ts'
import { createAuthority, opensslLacks } from '../center/certificates.ts'
import {
  appSecret,
  base64,
  centerPublicKey,
  errorOf,
  faultsOf,
  makeFolder,
  privateKey,
  publicKey,
  validConfig,
  writeConfig,
} from './config-folder.ts'

test('a valid configuration loads with its secrets, frozen to its leaves', (t) => {
  const loaded = loadConfig(writeConfig(t, validConfig()))
  assert.equal(loaded.appSecret, appSecret)
  assert.equal(base64(loaded.privateKey), base64(privateKey))
  assert.equal(base64(loaded.centerPublicKey), base64(centerPublicKey))
  assert.equal(loaded.ca, undefined)
  const { center, api } = loaded.config
  for (const part of [loaded, loaded.config, center, api.tokens, api.tokens[0]?.scopes])
    assert.ok(Object.isFrozen(part))
})

test('codes of success and the charset of replies reach the client of the center; by default 0 and auto', (t) => {
  const settingsOf = (change: object) => {
    const draft = validConfig()
    Object.assign(draft.center, change)
    const loaded = loadConfig(writeConfig(t, draft))
    const { successCodes, charset } = settingsOfConfig(loaded, { dataDir: '/nowhere', port: 0, version: '0' }).center
    return { successCodes: [...successCodes], charset }
  }
  assert.deepEqual(settingsOf({}), { successCodes: ['0'], charset: 'auto' })
  const change = { successCodes: ['0', '200'], charset: 'gbk' }
  assert.deepEqual(settingsOf(change), change)
})

test('ten faults of every kind are listed at once, in Chinese, with their paths', (t) => {
  const draft = validConfig()
  draft['environment'] = 'sandbox'
  draft['orgCode'] = 'H1'
  draft.api['port'] = 70_000
  draft.api.tokens = [
    { name: 'his', hash: 'short', scopes: ['read'] },
    { name: 'his', hash: '0'.repeat(64), scopes: ['refunds'], expiresAt: 'tomorrow' },
  ]
  draft.voucher['library'] = 'lib/libNationECCode.so'
  draft.voucher['deadlineMs'] = '30000'
  Object.assign(draft.center, {
    baseUrl: 'http://10.0.0.1:8082',
    appSecret: { file: 'nowhere' },
    privateKey: { env: 'MIP_TEST_NOT_SET' },
    centerPublicKey: base64(new Uint8Array(64).fill(7)),
  })
  delete draft.center['appId']
  assert.deepEqual(faultsOf(t, draft).toSorted(), [
    'api.port 端口: 不能大于 65535',
    'api.tokens[0].hash 令牌摘要: 格式不对',
    'api.tokens[1].expiresAt: 不是有效的时间',
    'api.tokens[1].name: 名称重复',
    'api.tokens[1].scopes[0] 权限: 取值应为 read、decode、pay、refund、admin',
    'center.appId 渠道id: 必填',
    'center.appSecret: 文件不存在: FOLDER/nowhere (ENOENT)',
    'center.baseUrl: 明文 HTTP 须同时设置 allowPlainHttp: true',
    'center.centerPublicKey: 不是 SM2 曲线上的点',
    'center.privateKey: 所指的环境变量未设置',
    'environment 环境: 取值应为 test、production',
    'orgCode: 未知字段',
    'voucher.deadlineMs 一次解码的时限: 应为整数',
    'voucher.library: 须为绝对路径',
  ])
})

test('the message counts the faults', (t) => {
  const error = errorOf(writeConfig(t, { ...validConfig(), orgCodg: '', extra: 1 }))
  assert.equal(error.message, '配置有误: 共 2 处')
})

test('parts of the wrong kind are named once and nothing in them is read', (t) => {
  const draft = { ...validConfig(), center: 'https://center.invalid', api: { tokens: 'none' }, voucher: null }
  assert.deepEqual(faultsOf(t, draft).toSorted(), [
    'api.tokens 访问令牌: 应为数组',
    'center 医保移动支付中心: 应为对象',
    'voucher 医保电子凭证动态库: 必填',
  ])
  for (const content of ['[]', '5', '"text"', 'null', 'true']) {
    assert.deepEqual(errorOf(writeConfig(t, content)).detail?.['faults'], ['(整体): 应为对象'])
  }
  assert.ok(faultsOf(t, {}).length >= 5)
})

test('what is required beside the table names a field of 6201 or of the province; fields of the province are none of the table', (t) => {
  const orders = {
    requiredOverrides: { psnNo: true, xxFlag: true, psnNoo: true },
    extraFields: { '6201': { xxFlag: 3, psnName: 9, medOrgOrd: 9 } },
  }
  assert.deepEqual(faultsOf(t, { ...validConfig(), orders }).toSorted(), [
    'orders.extraFields.6201.medOrgOrd: 字段表中已有',
    'orders.requiredOverrides.psnNoo: 6201 没有这个字段',
  ])
})

test('unknown keys are refused at every depth, a misspelt one included (I11)', (t) => {
  const draft = validConfig()
  draft.center['timeoutMs'] = 5
  draft.center['timeoutsMs'] = { '6204': 5 }
  draft.api.tokens[0] = { ...draft.api.tokens[0], scope: [] }
  draft.center['appSecret'] = { file: 'secret', value: 'x' }
  assert.deepEqual(faultsOf(t, draft).toSorted(), [
    'api.tokens[0].scope: 未知字段',
    'center.appSecret.value: 未知字段',
    'center.timeoutMs: 未知字段',
    'center.timeoutsMs.6204: 未知字段',
  ])
})

test('plain HTTP is taken only when the configuration says so', (t) => {
  const draft = validConfig()
  Object.assign(draft.center, { baseUrl: 'http://10.0.0.1:8082', allowPlainHttp: false })
  assert.deepEqual(faultsOf(t, draft), ['center.baseUrl: 明文 HTTP 须同时设置 allowPlainHttp: true'])
  draft.center['allowPlainHttp'] = true
  assert.equal(loadConfig(writeConfig(t, draft)).config.center.baseUrl, 'http://10.0.0.1:8082')
})

test('the address of the center may have the path of a gateway', (t) => {
  for (const path of ['', '/', '/gateway', '/gateway/mip/']) {
    const draft = validConfig()
    draft.center['baseUrl'] = `https://center.invalid:8082${path}`
    assert.equal(loadConfig(writeConfig(t, draft)).config.center.baseUrl, draft.center['baseUrl'])
  }
})

test('an address that is none, or has more than a path, is refused', (t) => {
  const notThere = ['center.baseUrl 中心地址: 格式不对']
  for (const baseUrl of [
    'center.invalid',
    'ftp://center.invalid',
    'https://center.invalid/a?b=c',
    'https://center.invalid#a',
    'https://user:word@center.invalid',
    'https://center.invalid//a',
    'https://a b',
  ]) {
    const draft = validConfig()
    draft.center['baseUrl'] = baseUrl
    assert.deepEqual(faultsOf(t, draft), notThere, baseUrl)
  }
  for (const baseUrl of ['https://center.invalid:99999', 'https://[::1']) {
    const draft = validConfig()
    draft.center['baseUrl'] = baseUrl
    assert.deepEqual(faultsOf(t, draft), ['center.baseUrl: 不是有效的地址'], baseUrl)
  }
})

test('a byte order mark, as Windows editors write it, does no harm', (t) => {
  const text = JSON.stringify(validConfig())
  assert.equal(loadConfig(writeConfig(t, `\uFEFF${text}`)).config.orgCodg, 'H00000000001')
  const files = { secret: `\uFEFF${appSecret}`, key: `\uFEFF${base64(privateKey)}` }
  assert.equal(loadConfig(writeConfig(t, text, files)).appSecret, appSecret)
})

test('a missing file is CONFIG_MISSING with its path; a folder in its place too', (t) => {
  const folder = makeFolder(t)
  const path = join(folder, 'nowhere.json')
  const missing = errorOf(path)
  assert.equal(missing.code, 'CONFIG_MISSING')
  assert.ok(missing.message.includes(path) && missing.message.includes('ENOENT'))
  assert.equal(errorOf(folder).code, 'CONFIG_MISSING')
})

test('bad JSON names line and column and quotes nothing', (t) => {
  const error = errorOf(writeConfig(t, `{\n  "orgCodg": "${appSecret}"\n  "x": 1\n}`))
  assert.equal(error.code, 'CONFIG_INVALID')
  assert.match(error.message, /^配置有误: 不是有效的 JSON line 3 column 3$/)
  for (const text of ['', '{', `{"a":${appSecret}}`, `{"a":1}${appSecret}`]) {
    const other = errorOf(writeConfig(t, text))
    assert.match(other.message, /不是有效的 JSON/)
    assert.ok(!String(other.stack).includes(appSecret))
  }
})

test('a file in GBK is said not to be UTF-8, and an endless one to be too large', (t) => {
  const gbk = Buffer.concat([Buffer.from('{"orgCodg":"'), Buffer.from('b2e2cad4', 'hex'), Buffer.from('"}')])
  const error = errorOf(writeConfig(t, gbk))
  assert.deepEqual([error.code, error.message], ['CONFIG_INVALID', '配置有误: 文件不是 UTF-8 编码'])
  assert.match(errorOf(writeConfig(t, ' '.repeat(1024 * 1024 + 1))).message, /文件过大/)
})

test('two tokens of one name and an expiry that is no time are refused', (t) => {
  const draft = validConfig()
  const token = { name: 'his', hash: '1'.repeat(64), scopes: ['read'] }
  draft.api.tokens.push({ ...token, expiresAt: '2027-13-01' }, { ...token, name: 'kiosk', expiresAt: '2027-01-01' })
  assert.deepEqual(faultsOf(t, draft), ['api.tokens[1].name: 名称重复', 'api.tokens[1].expiresAt: 不是有效的时间'])
})

test('the authority comes from a PEM file beside the configuration', { skip: opensslLacks ?? false }, (t) => {
  const { ca, remove } = createAuthority()
  remove()
  const draft = validConfig()
  draft.center['caFile'] = 'ca.pem'
  assert.equal(loadConfig(writeConfig(t, draft, { 'ca.pem': ca })).ca, ca)
  assert.deepEqual(faultsOf(t, draft, { 'ca.pem': 'no certificate' }), ['center.caFile: 不是 PEM 证书'])
  assert.deepEqual(faultsOf(t, draft), ['center.caFile: 文件不存在: FOLDER/ca.pem (ENOENT)'])
})

test('keys that match are taken with 64 or 65 bytes and 32 or 33, the pair is checked', (t) => {
  const draft = validConfig()
  draft.center['publicKey'] = base64(publicKey.subarray(1))
  const key = base64(Buffer.concat([Buffer.of(0), privateKey]))
  assert.equal(base64(loadConfig(writeConfig(t, draft, { key })).privateKey), base64(privateKey))
  draft.center['publicKey'] = base64(centerPublicKey)
  assert.deepEqual(faultsOf(t, draft), ['center.publicKey: 与私钥不配对'])
  delete draft.center['publicKey']
  assert.doesNotThrow(() => loadConfig(writeConfig(t, draft)))
})
