// Secrets come from files or the environment and never show, whatever is wrong (I9).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import test from 'node:test'
import { inspect } from 'node:util'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { strangersAt } from '../../src/main/files/strangers.ts'
import { readParts } from '../../src/main/config/read-parts.ts'
import { isSimulatedLibrary } from '../../src/main/voucher/simulated-mark.ts'
import { headlessSealer, sealSecrets } from '../../src/main/wiring/secret-commands.ts'
import foreign from './fixtures/foreign-keys.json' with { type: 'json' }
import {
  appSecret,
  base64,
  centerPublicKey,
  errorOf,
  faultsOf,
  makeFolder,
  privateKey,
  validConfig,
  writeConfig,
} from './config-folder.ts'

const setEnvironment = (t: test.TestContext, values: Readonly<Record<string, string>>): void => {
  Object.assign(process.env, values)
  t.after(() => {
    for (const name of Object.keys(values)) delete process.env[name]
  })
}

test('a secret may come from the environment', (t) => {
  setEnvironment(t, { MIP_TEST_SECRET: ` ${appSecret} `, MIP_TEST_KEY: base64(privateKey) })
  const draft = validConfig()
  Object.assign(draft.center, { appSecret: { env: 'MIP_TEST_SECRET' }, privateKey: { env: 'MIP_TEST_KEY' } })
  const loaded = loadConfig(writeConfig(t, draft))
  assert.equal(loaded.appSecret, appSecret)
  assert.equal(base64(loaded.privateKey), base64(privateKey))
})

test('a file of secrets is found beside the configuration, or by its absolute path', (t) => {
  const elsewhere = makeFolder(t, { other: appSecret })
  const draft = validConfig()
  draft.center['appSecret'] = { file: join(elsewhere, 'other') }
  assert.equal(loadConfig(writeConfig(t, draft, { secret: 'wrong' })).appSecret, appSecret)
})

test(
  'a file that is named is opened only when it is a regular one, and read only within its limit',
  { skip: process.platform === 'win32' },
  (t) => {
    const folder = makeFolder(t, { large: '' })
    writeFileSync(join(folder, 'large'), Buffer.alloc(2 * 1024 * 1024), { mode: 0o600 })
    execFileSync('mkfifo', ['-m', '600', join(folder, 'pipe')])
    const cases = [
      ['/dev/zero', '这不是普通文件 (是设备、管道等)', 'ENOTREG'],
      [join(folder, 'pipe'), '这不是普通文件 (是设备、管道等)', 'ENOTREG'],
      [join(folder, 'large'), '文件过大', 'EFBIG'],
    ] as const
    for (const [file, problem, code] of cases) {
      const draft = validConfig()
      Object.assign(draft.center, { appSecret: { file }, privateKey: { file }, caFile: file })
      const said = ['appSecret', 'privateKey', 'caFile'].map((name) => `center.${name}: ${problem}: ${file} (${code})`)
      assert.deepEqual(faultsOf(t, draft), said)
      assert.equal(readParts(writeConfig(t, draft)).center?.ca, undefined)
      assert.equal(isSimulatedLibrary(file), false)
      assert.equal(errorOf(file).code, code === 'EFBIG' ? 'CONFIG_INVALID' : 'CONFIG_MISSING')
    }
  },
)

test('a secret has exactly one source, and it is not empty', (t) => {
  setEnvironment(t, { MIP_TEST_EMPTY: ' ' })
  const cases = [
    [{}, '应填 file 或 env 之一'],
    [{ file: 'secret', env: 'MIP_TEST_EMPTY' }, '应填 file 或 env 之一'],
    [{ env: 'MIP_TEST_EMPTY' }, '内容为空'],
    [{ env: 'MIP_TEST_NOT_SET' }, '所指的环境变量未设置'],
    [{ env: 'LANG' }, '该变量会传给动态库等子进程, 请换一个变量名'],
    [{ file: 'blank' }, '内容为空'],
    [{ file: 'nowhere' }, '文件不存在: FOLDER/nowhere (ENOENT)'],
    [{ file: '.' }, '这是文件夹, 不是文件: FOLDER (EISDIR)'],
  ] as const
  for (const [source, problem] of cases) {
    const draft = validConfig()
    draft.center['appSecret'] = source
    assert.deepEqual(faultsOf(t, draft, { blank: ' \n' }), [`center.appSecret: ${problem}`])
  }
})

test('a secret written into the file itself is refused, and not shown', (t) => {
  const draft = validConfig()
  draft.center['appSecret'] = appSecret
  const error = errorOf(writeConfig(t, draft))
  assert.deepEqual(error.detail?.['faults'], ['center.appSecret 密钥来源: 应为对象'])
  assert.ok(!inspect(error, { depth: 9 }).includes(appSecret))
})

test('a source of the wrong type is one fault, and is not followed', (t) => {
  for (const [name, source] of [
    ['file', { file: 5 }],
    ['env', { env: ['MIP_TEST_SECRET'] }],
  ] as const) {
    const draft = validConfig()
    draft.center['appSecret'] = source
    const faults = faultsOf(t, draft)
    assert.equal(faults.length, 1)
    assert.match(faults[0] ?? '', new RegExp(`^center.appSecret.${name} .*: 应为字符串$`))
  }
})

const noPrivateKey = '不是 SM2 私钥: 应为 32 字节 (Base64、十六进制)、PKCS#8 或 SEC1'
const noPublicKey = '不是 SM2 公钥: 应为 64、65 或压缩的 33 字节 (Base64、十六进制) 或 SPKI'

test('keys that are none are refused in Chinese: length, range, curve', (t) => {
  const order = 'fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123'
  const problems: [key: string, problem: string][] = [
    ['not base64 at all', noPrivateKey],
    [base64(privateKey.subarray(1)), noPrivateKey],
    [base64(Buffer.concat([Buffer.of(1), privateKey])), noPrivateKey],
    [base64(new Uint8Array(32)), '不是有效的 SM2 私钥'],
    [base64(Buffer.from(order, 'hex')), '不是有效的 SM2 私钥'],
  ]
  for (const [key, problem] of problems) {
    assert.deepEqual(faultsOf(t, validConfig(), { key }), [`center.privateKey: ${problem}`])
  }
  const publicProblems: [key: string, problem: string][] = [
    [base64(centerPublicKey.subarray(2)), noPublicKey],
    [base64(Buffer.concat([Buffer.of(5), centerPublicKey.subarray(1)])), noPublicKey],
    [base64(new Uint8Array(64)), '不是 SM2 曲线上的点'],
  ]
  for (const [key, problem] of publicProblems) {
    const draft = validConfig()
    draft.center['centerPublicKey'] = key
    assert.deepEqual(faultsOf(t, draft), [`center.centerPublicKey: ${problem}`])
  }
})

test('whatever is wrong, no secret is in message, detail, stack or cause (I9)', (t) => {
  const badKey = `${base64(privateKey).slice(0, 30)}!`
  setEnvironment(t, { MIP_TEST_SECRET: appSecret, MIP_TEST_KEY: badKey })
  const spoilt = [
    { privateKey: { env: 'MIP_TEST_KEY' }, appSecret: { env: 'MIP_TEST_SECRET' } },
    { privateKey: { file: 'bad-key' }, centerPublicKey: 'AAAA' },
    { publicKey: base64(centerPublicKey), baseUrl: 'http://10.0.0.1' },
    { appSecret: { file: 'secret', env: appSecret } },
    { appSecret: { env: appSecret } },
    { privateKey: badKey },
  ]
  for (const change of spoilt) {
    const draft = validConfig()
    Object.assign(draft.center, change)
    const error = errorOf(writeConfig(t, draft, { 'bad-key': badKey }))
    const shown = `${error.message} ${String(error.stack)} ${JSON.stringify(error.detail)} ${inspect(error, { depth: 9 })}`
    for (const secret of [appSecret, base64(privateKey), badKey, Buffer.from(privateKey).toString('hex')]) {
      assert.ok(!shown.includes(secret), Object.keys(change).join())
    }
  }
})

const callbacks = {
  host: '127.0.0.1',
  port: 17_700,
  pathSecret: { file: 'callback' },
  syncPathSecret: { file: 'sync' },
  mpcApps: [{ appId: 'OTHERAPP00000001', appSecret: { file: 'app' } }],
  peers: ['10.0.0.1'],
}
const callbackFiles = { callback: 'settlement-secret-1', sync: 'browser-secret-0001', app: 'secret-of-another\n' }

test("the redirect's path secret and the keys of other applications are read beside the settlement's", (t) => {
  const loaded = loadConfig(writeConfig(t, { ...validConfig(), callbacks }, callbackFiles))
  assert.deepEqual([loaded.callbackSecret, loaded.syncSecret], ['settlement-secret-1', 'browser-secret-0001'])
  assert.deepEqual([...loaded.mpcAppSecrets], [['OTHERAPP00000001', 'secret-of-another']])
})

test('a redirect under the secret that guards settlements is refused: the phone would see it (RULES 6.3)', (t) => {
  const files = { ...callbackFiles, sync: 'settlement-secret-1' }
  const { detail } = errorOf(writeConfig(t, { ...validConfig(), callbacks }, files))
  assert.match(String(detail?.['faults']), /callbacks\.syncPathSecret: 须与 pathSecret 不同/)
  const { syncPathSecret: _syncPathSecret, ...without } = callbacks
  assert.equal(loadConfig(writeConfig(t, { ...validConfig(), callbacks: without }, callbackFiles)).syncSecret, '')
})

test('an application that is named twice, or has no secret, is refused', (t) => {
  const twice = { ...callbacks, mpcApps: [...callbacks.mpcApps, ...callbacks.mpcApps] }
  assert.match(
    String(errorOf(writeConfig(t, { ...validConfig(), callbacks: twice }, callbackFiles)).detail?.['faults']),
    /重复/,
  )
  const { app: _app, ...files } = callbackFiles
  const { detail } = errorOf(writeConfig(t, { ...validConfig(), callbacks }, files))
  assert.match(String(detail?.['faults']), /callbacks\.mpcApps\[0\]\.appSecret/)
})

test('a file with the private key in binary DER (PKCS#8, SEC1) is read as its base64 is, and sealed without loss', (t) => {
  for (const name of ['BouncyCastle PKCS#8', 'OpenSSL SEC1 PEM'] as const) {
    const text = foreign.private[name]
    const der = Buffer.from(text.replaceAll(/-----.*-----|\s/g, ''), 'base64')
    const draft = validConfig()
    delete draft.center['publicKey']
    const path = writeConfig(t, draft, { key: der })
    assert.equal(Buffer.from(loadConfig(path).privateKey).toString('hex'), foreign.privateKeyHex, name)
    sealSecrets(path)
    assert.equal(Buffer.from(loadConfig(path, headlessSealer()).privateKey).toString('hex'), foreign.privateKeyHex)
  }
})

test('a binary file that is no key in DER is named', (t) => {
  const cases = [
    [Buffer.from('308203a0020103308203', 'hex'), /PKCS#12 文件 [(].pfx、.p12[)], 请导出为 PEM/],
    [Buffer.from('3080020103308006', 'hex'), /PKCS#12/],
    [Buffer.from('feedfeed00000002', 'hex'), /Java 密钥库/],
    [Buffer.from('\ufeffSECRET', 'utf16le'), /UTF-16 编码, 请另存为 UTF-8/],
    [Buffer.from('89504e470d0a1a0a0000', 'hex'), /二进制/],
    [Buffer.from(foreign.public['BouncyCastle SPKI'], 'base64'), /这是公钥/],
  ] as const
  for (const [key, problem] of cases) {
    const [fault, ...others] = faultsOf(t, validConfig(), { key })
    assert.match(fault ?? '', problem)
    assert.deepEqual(others, [])
  }
})

const onlyRoot = process.getuid?.() === 0 ? false : '不是 root, 不能给别人文件 (giving files away needs root)'

test(
  'a configuration of another user, or in a folder of his, is refused: he decides what runs',
  { skip: onlyRoot },
  (t) => {
    const [nobody, path] = [65_534, writeConfig(t, validConfig())]
    for (const place of [path, dirname(path)]) {
      chownSync(place, nobody, nobody)
      assert.match(String(errorOf(path).detail?.['faults']), /属于另一个系统用户 \(uid 65534\)/)
      assert.equal(loadConfig(path, undefined, null).appSecret, appSecret, 'who only looks may look')
      assert.equal(loadConfig(path, undefined, nobody).appSecret, appSecret, 'beside what is his, root’s own is his')
      chownSync(place, 0, 0)
    }
  },
)

test(
  'what decides is refused when it is another user’s, others may write to it, or to any folder above it',
  { skip: onlyRoot },
  (t) => {
    const outer = makeFolder(t)
    const folder = join(outer, 'inner')
    mkdirSync(folder, { mode: 0o755 })
    const names = ['secret', 'key', 'ca', 'roll-out', 'library', 'manifest'] as const
    for (const name of names) writeFileSync(join(folder, name), name, { mode: 0o600 })
    const files = names.map((name) => join(folder, name))
    const draft = validConfig()
    const [secret, key, caFile, provisioning, library = '', manifest = ''] = files
    Object.assign(draft.center, { appSecret: { file: secret }, privateKey: { file: key }, caFile })
    Object.assign(draft.api, { provisioning })
    const said = (): string => faultsOf(t, draft).join('\n')
    const saidAll = (problem: RegExp): void => {
      for (const setting of ['center.appSecret', 'center.privateKey', 'center.caFile', 'api.provisioning']) {
        assert.match(said(), new RegExp(`${setting}: .*${problem.source}`), setting)
      }
      for (const file of [library, manifest]) assert.match(strangersAt(file).join(), problem)
    }
    for (const file of files) chownSync(file, 65_534, 65_534)
    saidAll(/属于另一个系统用户/)
    for (const file of files) chownSync(file, 0, 0)
    assert.doesNotMatch(said(), /系统用户|其他用户/)
    chmodSync(join(folder, 'ca'), 0o666)
    assert.match(said(), /center.caFile: .* 0666, 其他用户能改写/)
    chmodSync(join(folder, 'ca'), 0o644)
    for (const open of [folder, outer]) {
      chmodSync(open, 0o777)
      saidAll(/0777, 其他用户能换掉其中的文件/)
      chmodSync(open, 0o1777)
      assert.doesNotMatch(said(), /其他用户/, 'in a sticky one nobody takes away what is not his')
      chmodSync(open, 0o755)
    }
    const link = join(outer, 'link')
    symlinkSync(join(folder, 'secret'), link)
    chmodSync(folder, 0o777)
    assert.match(strangersAt(link).join(), /其他用户能换掉/, 'where a link leads counts as well')
  },
)

test(
  'what decides is refused when another user owns a folder above it, or a link on the way to it',
  { skip: onlyRoot },
  (t) => {
    const [outer, elsewhere] = [makeFolder(t), makeFolder(t)]
    const folder = join(outer, 'middle', 'inner')
    mkdirSync(folder, { recursive: true, mode: 0o755 })
    const file = join(folder, 'file')
    writeFileSync(file, '', { mode: 0o600 })
    symlinkSync(join(outer, 'middle'), join(elsewhere, 'way'))
    symlinkSync(join('way', 'inner'), join(elsewhere, 'file-folder'))
    const ways = [file, join(elsewhere, 'file-folder', 'file'), join(elsewhere, 'file-folder', 'not-there-yet')]
    for (const way of ways) assert.deepEqual(strangersAt(way), [])
    for (const place of [outer, join(outer, 'middle')]) {
      chownSync(place, 65_534, 65_534)
      for (const way of ways) {
        assert.match(strangersAt(way).join(), new RegExp(`${place} 属于另一个系统用户 [(]uid 65534[)].* chown -h 0 `))
        assert.deepEqual(strangersAt(way, null), [], 'who only looks may look')
      }
      chownSync(place, 0, 0)
    }
    lchownSync(join(elsewhere, 'way'), 65_534, 65_534)
    for (const way of ways.slice(1)) assert.match(strangersAt(way).join(), /way 属于另一个系统用户/)
  },
)

test('a link that leads to itself has no strangers: opening it says what is wrong', (t) => {
  const link = join(makeFolder(t), 'link')
  symlinkSync(link, link)
  assert.deepEqual(strangersAt(link), [])
})

test(
  'a group may write to the folder of a configuration where it is the owner’s own, or the administrators',
  { skip: onlyRoot },
  (t) => {
    const path = writeConfig(t, validConfig())
    chmodSync(dirname(path), 0o770)
    assert.equal(loadConfig(path).appSecret, appSecret)
    chownSync(dirname(path), 0, 100)
    assert.match(String(errorOf(path).detail?.['faults']), /0770, 其他用户能换掉其中的文件/)
  },
)
