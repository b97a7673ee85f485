// The settings' pages over an agent that runs from a file: reading, judging, saving, restarting, keys, the switch to production.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { join } from 'node:path'
import type { KeysAnswer, SettingsAnswer, SettingsFault } from '../../../src/contract/local-api/settings.ts'
import type { Answer } from '../../fixtures/agent-process.ts'
import { hashToken } from '../../../src/main/api/callers/tokens.ts'
import { Config } from '../../../src/main/config/schema/config-schema.ts'
import { openSettings } from '../../../src/main/config/open-settings.ts'
import { fillSecrets, showSecrets } from '../../../src/main/config/secrets/shown-secrets.ts'
import { readPrivateKey } from '../../../src/main/config/secrets/sm2-keys.ts'
import { derivePublicKey } from '../../../src/core/gm/sm2.ts'
import { bill, newNumber } from '../../support/cashier-job.ts'
import { startTestAgent } from '../../support/agents/test-agent.ts'
import { testChannel, until } from '../../support/agents/test-center.ts'
import { base64, startConfigured, type Configured } from './configured.ts'

const read = async ({ call }: Configured): Promise<SettingsAnswer> => {
  const { code, message, data } = await call('GET', '/v1/settings')
  assert.equal(code, '0', message)
  return data as unknown as SettingsAnswer
}

/** Restarts, and waits until the next agent says how it went. */
const restart = async (
  agent: Configured,
  call = agent.asOwner,
): Promise<NonNullable<SettingsAnswer['lastRestart']>> => {
  const before = (await read(agent)).lastRestart
  const answer = await call('POST', '/v1/restart', {})
  assert.deepEqual([answer.code, answer.data['restarting']], ['0', true])
  return until('the next agent', async () => {
    const now = await read(agent).catch(() => undefined)
    return now?.lastRestart?.at !== before?.at && (now?.lastRestart ?? undefined)
  })
}

it('reading shows every setting with its Chinese name, and no secret nor where it lies', async (t) => {
  const agent = await startConfigured(t)
  const settings = await read(agent)
  assert.deepEqual([settings.file, settings.restartNeeded, settings.production], ['agent.json', false, null])
  const center = settings.config['center'] as Record<string, unknown>
  assert.deepEqual(center['appSecret'], { set: true, from: 'file' })
  assert.deepEqual(center['privateKey'], { set: true, from: 'file' })
  const text = JSON.stringify(settings)
  for (const secret of [testChannel.appSecret, base64(testChannel.privateKey), join(agent.folder, 'agent.json')]) {
    assert.ok(!text.includes(secret))
  }
  const { properties } = settings.schema as { properties: Record<string, { title?: string }> }
  assert.equal(properties['orgCodg']?.title, '医保定点机构代码')
})

it('reading shows no hash: whoever has that of a token signs in its name, and that of a staff key gives its digits away', async (t) => {
  const agent = await startConfigured(t)
  const before = JSON.parse(agent.read('agent.json')) as { api: { tokens: { hash: string }[] } }
  const settings = await read(agent)
  const text = JSON.stringify(settings)
  for (const { hash } of before.api.tokens) assert.ok(!text.includes(hash))
  const saved = await agent.call('POST', '/v1/settings', { config: { ...settings.config, ecOrgId: 'ORG1' } })
  assert.equal(saved.code, '0', saved.message)
  const after = JSON.parse(agent.read('agent.json')) as typeof before
  assert.deepEqual(after.api.tokens, before.api.tokens, 'what was shown can be sent back')
  const kiosk = { staffKey: `${'0'.repeat(32)}:${'0'.repeat(64)}`, his: { baseUrl: 'https://his.invalid' } }
  assert.equal(JSON.stringify(showSecrets({ kiosk })).includes('0000'), false)
})

it('a secret of a list or of any other place says only that it is set, and what was shown can be sent back', () => {
  const [one, two] = [
    { appId: 'A1', appSecret: { file: 'one' } },
    { appId: 'A2', appSecret: { env: 'TWO' } },
  ]
  const existing = {
    callbacks: { mpcApps: [one, two], key: { file: 'tls-key' } },
    kiosk: { his: { token: { file: 'h' } } },
  }
  const shown = showSecrets(existing)
  assert.deepEqual(shown, {
    callbacks: {
      mpcApps: [
        { appId: 'A1', appSecret: { set: true, from: 'file' } },
        { appId: 'A2', appSecret: { set: true, from: 'env' } },
      ],
      key: { set: true, from: 'file' },
    },
    kiosk: { his: { token: { set: true, from: 'file' } } },
  })
  assert.deepEqual(fillSecrets(shown, {}, existing, String).config, existing)
  const { mpcApps } = shown.callbacks as { readonly mpcApps: readonly object[] }
  const without = { callbacks: { mpcApps: mpcApps.slice(1) } }
  assert.deepEqual(fillSecrets(without, {}, existing, String).config, { callbacks: { mpcApps: [two] } })
})

it('a token that is not there yet has no hash to put back', async (t) => {
  const agent = await startConfigured(t)
  const { config } = await read(agent)
  const api = config['api'] as { tokens: object[] }
  const tokens = [...api.tokens, { ...api.tokens[0], name: 'another' }]
  const given = { config: { ...config, api: { ...api, tokens } } }
  const { data } = await agent.asOwner('POST', '/v1/settings/check', given)
  const [fault] = data['faults'] as SettingsFault[]
  assert.match(String(fault?.path), /^api\.tokens\[\d+\]\.hash$/)
})

describe('saving', () => {
  it('judges as the file is judged: every fault with its path, in Chinese, and nothing is written', async (t) => {
    const agent = await startConfigured(t)
    const before = [agent.files(), agent.read('agent.json')]
    const { config } = await read(agent)
    const wrong = { ...config, orgCodg: '', dataDir: 'relative', strange: 1 }
    const checked = await agent.asOwner('POST', '/v1/settings/check', { config: wrong })
    const faults = checked.data['faults'] as SettingsFault[]
    assert.deepEqual(faults.map(({ path }) => path).toSorted(), ['dataDir', 'orgCodg', 'strange'])
    for (const { problem } of faults) assert.match(problem, /\p{Script=Han}/u)
    const saved = await agent.asOwner('POST', '/v1/settings', { config: wrong })
    assert.deepEqual([saved.status, saved.code], [422, 'SETTINGS_INVALID'])
    assert.equal((saved.data['faults'] as SettingsFault[]).length, 3)
    const moved = await agent.asOwner('POST', '/v1/settings/check', {
      config: { ...config, environment: 'production' },
    })
    assert.equal((moved.data['faults'] as SettingsFault[])[0]?.path, 'environment')
    assert.deepEqual([agent.files(), agent.read('agent.json')], before)
  })

  it('what was shown of secrets can be sent back; a new secret goes to a file of its owner, the old file stays', async (t) => {
    const agent = await startConfigured(t)
    const before = agent.read('agent.json')
    const { config } = await read(agent)
    const changed = { ...config, orders: { scanWaitMs: 45_000 } }
    const secrets = { appSecret: 'FEDCBA9876543210FEDCBA9876543210' }
    const { code, data, message } = await agent.asOwner('POST', '/v1/settings', { config: changed, secrets })
    assert.equal(code, '0', message)
    assert.deepEqual([data['file'], data['backup'], data['restartNeeded']], ['agent.json', 'agent.json.bak', true])
    const written = JSON.parse(agent.read('agent.json')) as { center: Record<string, unknown>; orders: unknown }
    assert.deepEqual(written.center['privateKey'], { file: 'private-key' })
    assert.deepEqual(written.center['appSecret'], { file: 'agent.app-secret' })
    assert.deepEqual(written.orders, { scanWaitMs: 45_000 })
    assert.equal(agent.open('agent.app-secret', 'center.appSecret'), secrets.appSecret)
    assert.equal(agent.read('agent.app-secret').includes(secrets.appSecret), false, 'sealed')
    assert.equal(agent.read('agent.json.bak'), before)
    if (process.platform !== 'win32') {
      for (const file of ['agent.json', 'agent.app-secret', 'agent.json.bak']) assert.equal(agent.modeOf(file), 0o600)
    }
    assert.equal((await read(agent)).restartNeeded, true)
  })
})

describe('a restart', () => {
  it('runs what the file says by then, with the same journal, under the free port that it was given', async (t) => {
    const agent = await startConfigured(t, 0)
    const medOrgOrd = newNumber()
    assert.equal((await agent.call('POST', '/v1/orders', bill(medOrgOrd))).code, '0')
    const { config } = await read(agent)
    const api = { ...(config['api'] as object), origins: ['http://his.invalid'] }
    assert.equal((await agent.asOwner('POST', '/v1/settings', { config: { ...config, api } })).code, '0')
    assert.deepEqual((await restart(agent)).ok, true)
    assert.equal((await read(agent)).restartNeeded, false)
    assert.equal((await agent.call('GET', `/v1/orders/${medOrgOrd}`)).data['state'], 'uploaded')
  })

  it('goes on with what ran when the new file does not start, and says why', async (t) => {
    const agent = await startConfigured(t)
    const { config } = await read(agent)
    // The data folder cannot be made where a file is: no fault of the file's own.
    const dataDir = join(agent.folder, 'agent.json', 'data')
    assert.equal((await agent.asOwner('POST', '/v1/settings', { config: { ...config, dataDir } })).code, '0')
    const { ok, message } = await restart(agent)
    assert.equal(ok, false)
    assert.match(message, /仍按原配置运行/)
    assert.equal((await agent.call('GET', '/v1/status')).code, '0')
    assert.equal((await read(agent)).restartNeeded, true)
  })

  it('is refused while money may be on its way', async (t) => {
    const agent = await startConfigured(t)
    const medOrgOrd = newNumber('RS')
    await agent.center.script(medOrgOrd, { interface: '6201', slow: { delayMs: 1_500 } })
    const uploading = agent.call('POST', '/v1/orders', bill(medOrgOrd))
    await agent.center.untilRequests('6201', 1)
    const refused = await agent.asOwner('POST', '/v1/restart', {})
    assert.deepEqual([refused.status, refused.code, refused.data['running']], [409, 'RESTART_REFUSED', 1])
    assert.equal((await uploading).code, '0')
  })
})

it('keys are made into a file of their owner; a key that is there is replaced only on demand, and kept', async (t) => {
  const agent = await startConfigured(t)
  const make = (body: object) => agent.asOwner('POST', '/v1/settings/keys', body)
  const first = (await make({})).data as unknown as KeysAnswer
  const privateKey = agent.open(first.file, 'center.privateKey')
  assert.equal(base64(derivePublicKey(readPrivateKey(privateKey))), first.publicKey)
  assert.equal(agent.read(first.file).includes(privateKey), false, 'sealed')
  if (process.platform !== 'win32') assert.equal(agent.modeOf(first.file), 0o600)
  const old = agent.read(first.file)
  assert.equal((await make({})).code, 'KEY_EXISTS')
  assert.equal(agent.read(first.file), old)
  const second = (await make({ overwrite: true })).data as unknown as KeysAnswer
  assert.notEqual(second.publicKey, first.publicKey)
  assert.equal(agent.read(second.backup), old)
})

describe('the switch to production', () => {
  const codesOf = async (agent: Configured, confirm = 'H00000000001'): Promise<readonly string[]> => {
    const answer = await agent.asOwner('POST', '/v1/settings/environment', { environment: 'production', confirm })
    if (answer.code === '0') return []
    assert.equal(answer.code, 'ENVIRONMENT_REFUSED')
    return (answer.data['problems'] as { code: string }[]).map(({ code }) => code)
  }
  const prepare = async (agent: Configured, change: object = {}, secrets: object = {}): Promise<void> => {
    const config = { ...agent.config, environment: 'production', ...change }
    const answer = await agent.asOwner('POST', '/v1/settings', { config, profile: 'production', secrets })
    assert.equal(answer.code, '0', JSON.stringify(answer.data))
    assert.equal(answer.data['restartNeeded'], false)
  }

  it('refuses without a profile, with keys or the folder of the test, with open orders', async (t) => {
    const agent = await startConfigured(t)
    assert.deepEqual(await codesOf(agent), ['no-profile'])
    await prepare(agent)
    assert.deepEqual(await codesOf(agent, 'H00000000009'), ['not-confirmed', 'test-keys', 'data-folder'])
    assert.equal((await agent.call('POST', '/v1/orders', bill(newNumber()))).code, '0')
    assert.ok((await codesOf(agent)).includes('open-orders'))
  })

  it('takes what was prepared, keeps the test’s, and every answer says production after the restart', async (t) => {
    const agent = await startConfigured(t)
    const { file } = (await agent.asOwner('POST', '/v1/settings/keys', { profile: 'production' })).data
    const center = {
      ...agent.config.center,
      appId: 'PRODAGENT00000000000000000000001',
      privateKey: { file },
      centerPublicKey: base64(derivePublicKey(Buffer.alloc(32, 0x33))),
    }
    const change = { center, dataDir: join(agent.folder, 'production') }
    await prepare(agent, change, { appSecret: '00112233445566778899AABBCCDDEEFF' })
    assert.equal((await read(agent)).production?.faults.length, 0)
    const test = agent.read('agent.json')
    assert.deepEqual(await codesOf(agent), [])
    assert.equal(agent.read('agent.test.json'), test)
    assert.equal((await restart(agent)).ok, true)
    assert.equal((await agent.call('GET', '/v1/health')).data['environment'], 'production')
    assert.deepEqual(await codesOf(agent), ['already'].concat(['test-keys', 'data-folder']))
  })
})

it('in the sandbox there is nothing to set, and it says so', async (t) => {
  const agent = await startTestAgent()
  t.after(agent.close)
  for (const [method, path, body] of [
    ['GET', '/v1/settings', undefined],
    ['POST', '/v1/settings', { config: {} }],
    ['POST', '/v1/settings/check', { config: {} }],
    ['POST', '/v1/settings/keys', {}],
    ['POST', '/v1/settings/user-id-trial', { reply: '{}' }],
    ['POST', '/v1/settings/environment', { environment: 'production', confirm: 'H00000000001' }],
    ['POST', '/v1/restart', {}],
  ] as const) {
    const { code } = await agent.call(method, path, body)
    const isOwners = path.endsWith('/keys') || path.endsWith('/environment')
    assert.equal(code, isOwners ? 'OWNER_ONLY' : 'NOT_IN_SANDBOX', path)
  }
})

describe('an administrator’s token', () => {
  const save = async (agent: Configured, change: object): Promise<Answer> => {
    const { config } = await read(agent)
    return agent.call('POST', '/v1/settings', { config: { ...config, ...change } })
  }

  it('changes how orders are followed, and is told what it may change', async (t) => {
    const agent = await startConfigured(t)
    const { mayChange } = await read(agent)
    assert.ok(mayChange?.includes('orders.scanWaitMs'))
    assert.equal((await agent.asOwner('GET', '/v1/settings')).data['mayChange'], null)
    assert.equal((await save(agent, { orders: { scanWaitMs: 45_000 } })).code, '0')
    assert.equal((await restart(agent, agent.call)).ok, true)
  })

  it('changes nothing that names a file, a program, an address or who may; the answer says which and how it can', async (t) => {
    const agent = await startConfigured(t)
    const before = [agent.files(), agent.read('agent.json')]
    const { voucher } = agent.config as unknown as { voucher: object }
    const token = { name: 'mine', hash: hashToken('mine'), scopes: ['refund'] }
    const changes: Readonly<Record<string, object>> = {
      'voucher.library': { voucher: { ...voucher, library: '/tmp/evil.so' } },
      'voucher.manifest': { voucher: { ...voucher, manifest: '/tmp/fresh.json' } },
      'voucher.url': { voucher: { ...voucher, url: 'http://127.0.0.2/decode' } },
      'center.baseUrl': { center: { ...agent.config.center, baseUrl: 'https://10.9.9.9' } },
      'center.centerPublicKey': { center: { ...agent.config.center, centerPublicKey: 'AA' } },
      'center.caFile': { center: { ...agent.config.center, caFile: 'ca.pem' } },
      'center.appSecret.file': { center: { ...agent.config.center, appSecret: { file: '/etc/passwd' } } },
      'api.tokens': { api: { tokens: [token] } },
      'api.provisioning': { api: { ...agent.config.api, provisioning: '/tmp/tokens.json' } },
      'api.origins': { api: { ...agent.config.api, origins: ['http://evil.invalid'] } },
      dataDir: { dataDir: '/tmp/elsewhere' },
      backupDir: { backupDir: '/tmp/elsewhere' },
      orgCodg: { orgCodg: 'H00000000002' },
      scanners: { scanners: [{ kind: 'serial', name: 'x', path: '/dev/sda' }] },
      'callbacks.host': { callbacks: { host: '0.0.0.0', port: 9, pathSecret: { file: 'x' }, peers: ['0.0.0.0/0'] } },
      'desktop.update.manifestUrl': { desktop: { update: { manifestUrl: 'https://evil.invalid', publicKey: 'AA' } } },
    }
    for (const [path, change] of Object.entries(changes)) {
      const answer = await save(agent, change)
      assert.deepEqual([answer.status, answer.code], [403, 'OWNER_ONLY'], path)
      assert.ok((answer.data['paths'] as string[]).includes(path), `${path}: ${String(answer.data['paths'])}`)
      assert.match(String(answer.data['hint']), /console --settings/)
    }
    const secret = await agent.call('POST', '/v1/settings', {
      config: (await read(agent)).config,
      secrets: { appSecret: 'FEDCBA9876543210FEDCBA9876543210' },
    })
    assert.equal(secret.code, 'OWNER_ONLY')
    const production = { ...agent.config, environment: 'production', dataDir: '/tmp/elsewhere' }
    const prepared = await agent.call('POST', '/v1/settings', { config: production, profile: 'production' })
    assert.equal(prepared.code, 'OWNER_ONLY')
    for (const path of ['/v1/settings/keys', '/v1/settings/environment', '/v1/doctor/accept-library']) {
      assert.equal((await agent.call('POST', path, {})).code, 'OWNER_ONLY', path)
    }
    assert.deepEqual([agent.files(), agent.read('agent.json')], before)
  })

  it('sets no rule by which money moves, nor when an unknown becomes "not done", nor how often others may call', async (t) => {
    const agent = await startConfigured(t)
    const rules = {
      refundsAreIdempotent: true,
      onBookingFailed: 'refund',
      reversalToken: 'asEcToken',
      legsConfirmed: true,
      fundIncludesAccount: true,
      authNoAsPayAuthNo: true,
      cashRefundOn16: 'auto',
      refundTotal: 'parts',
      refundIncludesDeposit: true,
      abandonAfterMs: 60_000,
    }
    const orders = { ...rules, queue: { atMostRefundFen: 100_000_000 } }
    const answer = await save(agent, { orders })
    const named = [...Object.keys(rules), 'queue.atMostRefundFen'].map((name) => `orders.${name}`)
    assert.deepEqual([answer.code, answer.data['paths']], ['OWNER_ONLY', named])
    // RULES 3.5 to 3.7.
    const center = { ...agent.config.center, replyWindowMs: 3_600_000, timeoutsMs: { 6203: 1 } }
    const hurried = await save(agent, { orders: { processingMs: 1, uploadRepeats: 5 }, center })
    const waits = ['center.replyWindowMs', 'center.timeoutsMs.6203', 'orders.processingMs', 'orders.uploadRepeats']
    assert.deepEqual([hurried.code, (hurried.data['paths'] as string[]).toSorted()], ['OWNER_ONLY', waits])
    const limits = { perToken: 1, perConnection: 1 }
    const strangled = await save(agent, { api: { ...agent.config.api, limits } })
    assert.ok((strangled.data['paths'] as string[]).includes('api.limits.perToken'))
  })

  it('has nothing of the owner’s judged either: no file is opened, and none is said to be there', async (t) => {
    const agent = await startConfigured(t)
    const { config } = await read(agent)
    for (const caFile of ['/dev/zero', '/etc/shadow', join(agent.folder, 'none')]) {
      const center = { ...(config['center'] as object), caFile }
      const answer = await agent.call('POST', '/v1/settings/check', { config: { ...config, center } })
      assert.deepEqual([answer.code, answer.data['paths']], ['OWNER_ONLY', ['center.caFile']], caFile)
    }
    const secrets = { appSecret: 'FEDCBA9876543210FEDCBA9876543210' }
    assert.equal((await agent.call('POST', '/v1/settings/check', { config, secrets })).code, 'OWNER_ONLY')
    assert.deepEqual((await agent.call('POST', '/v1/settings/check', { config })).data['faults'], [])
  })

  it('does not restart into what only the owner may run', async (t) => {
    const agent = await startConfigured(t)
    const { config } = await read(agent)
    const api = { ...(config['api'] as object), origins: ['http://his.invalid'] }
    assert.equal((await agent.asOwner('POST', '/v1/settings', { config: { ...config, api } })).code, '0')
    const answer = await agent.call('POST', '/v1/restart', {})
    assert.deepEqual([answer.code, answer.data['paths']], ['OWNER_ONLY', ['api.origins']])
    assert.equal((await restart(agent)).ok, true)
  })

  it('of another institution neither reads nor changes this machine’s settings', async (t) => {
    const other = { name: 'other-hospital', hash: hashToken('token-of-other-hospital'), scopes: ['admin'] }
    const agent = await startConfigured(t, undefined, [{ ...other, orgCodg: 'H00000000002' }])
    for (const [method, path, body] of [
      ['GET', '/v1/settings', undefined],
      ['POST', '/v1/settings', { config: agent.config }],
      ['POST', '/v1/settings/check', { config: agent.config }],
      ['POST', '/v1/restart', {}],
    ] as const) {
      assert.equal((await agent.call(method, path, body, 'other-hospital')).code, 'OTHER_INSTITUTION', path)
    }
  })
})

it('every setting that is open to an administrator exists, and none of them names a file, a folder or an address', () => {
  type Node = { readonly title?: string; readonly description?: string; readonly properties?: Record<string, Node> }
  const find = (path: string): Node | undefined =>
    path.split('.').reduce<Node | undefined>((node, name) => node?.properties?.[name], Config as unknown as Node)
  const textsOf = (node: Node): string =>
    [node.title, node.description, ...Object.values(node.properties ?? {}).map(textsOf)].join(' ')
  for (const path of openSettings) {
    const node = find(path)
    assert.ok(node, path)
    assert.doesNotMatch(textsOf(node), /文件|目录|地址|路径|网页来源|密钥/, path)
  }
})
