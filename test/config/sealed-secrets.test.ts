// Secrets lie sealed in their files: under a key of the machine, bound to their setting; a key that is lost is said in Chinese, with
// the way to enter the secret again, and nothing else takes its place.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import {
  chownSync,
  copyFileSync,
  cpSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, it, type TestContext } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { plainFiles, secretFiles, secretVariables } from '../../src/main/config/secret-places.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import type { KeyProtection } from '../../src/main/journal/keys/key-store.ts'
import { enterSecret, headlessSealer, sealSecrets } from '../../src/main/wiring/secret-commands.ts'
import { createSecretSealer, prepareSecretSealer } from '../../src/main/wiring/secret-sealer.ts'
import { folderFor } from '../support/agents/open-journal.ts'
import { appSecret, base64, privateKey, validConfig, writeConfig } from './config-folder.ts'

const root = join(import.meta.dirname, '../..')
const sealer = headlessSealer()

const sealedConfig = (t: TestContext): { readonly config: string; readonly folder: string } => {
  const config = writeConfig(t, validConfig())
  sealSecrets(config)
  return { config, folder: dirname(config) }
}

/** The faults of loading, one text. */
const faultsOf = (config: string, by = sealer): string => {
  try {
    loadConfig(config, by)
  } catch (error) {
    if (error instanceof AgentError) return ((error.detail?.['faults'] ?? []) as string[]).join('\n')
    throw error
  }
  return assert.fail('the configuration was taken')
}

const again = /请重新填写: npm run agent -- secrets enter center[.]appSecret --config/

describe('a sealed secret', () => {
  it('is read as the plain one is, and its file no longer holds it', (t) => {
    const { config, folder } = sealedConfig(t)
    const loaded = loadConfig(config, sealer)
    assert.equal(loaded.appSecret, appSecret)
    assert.equal(base64(loaded.privateKey), base64(privateKey))
    for (const name of readdirSync(folder)) {
      const text = readFileSync(join(folder, name), 'utf8')
      for (const secret of [appSecret, base64(privateKey)]) assert.equal(text.includes(secret), false, name)
      assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600, name)
    }
    const before = readFileSync(join(folder, 'secret'), 'utf8')
    assert.match(sealSecrets(config).join('\n'), /center[.]appSecret: 已是密封的/)
    assert.equal(readFileSync(join(folder, 'secret'), 'utf8'), before)
  })

  it('of a row of a list is sealed like any other, its file held to the same rights, its variable taken away', (t) => {
    const callbacks = {
      ...{ host: '127.0.0.1', port: 17_601, peers: ['127.0.0.1'], pathSecret: { file: 'path' } },
      mpcApps: [
        { appId: 'A1'.repeat(16), appSecret: { file: 'app' } },
        { appId: 'A2'.repeat(16), appSecret: { env: 'MIP_APP_TWO' } },
      ],
    }
    const texts = { path: 'path-secret-of-a-test', app: 'secret-of-an-application' }
    const config = writeConfig(t, { ...validConfig(), callbacks }, texts)
    assert.deepEqual(secretVariables(config), ['MIP_APP_TWO'])
    assert.ok(secretFiles(config).includes(join(dirname(config), 'app')))
    assert.match(sealSecrets(config).join('\n'), /callbacks[.]mpcApps\[0\][.]appSecret: 已密封/)
    assert.equal(readFileSync(join(dirname(config), 'app'), 'utf8').includes(texts.app), false)
    assert.deepEqual(plainFiles(config), [])
    process.env['MIP_APP_TWO'] = 'secret-of-the-other'
    t.after(() => delete process.env['MIP_APP_TWO'])
    const apps = loadConfig(config, sealer).mpcAppSecrets
    assert.deepEqual([apps.get('A1'.repeat(16)), apps.get('A2'.repeat(16))], [texts.app, 'secret-of-the-other'])
  })

  it('is for one setting: another one does not take it', (t) => {
    const { config, folder } = sealedConfig(t)
    copyFileSync(join(folder, 'key'), join(folder, 'secret'))
    assert.match(faultsOf(config), /^center[.]appSecret: 密封的内容已损坏, 或是另一项设置的密钥; 请重新填写/m)
  })

  it('that was changed, cut, or of a later form is refused', (t) => {
    for (const [spoil, says] of [
      [(text: string) => text.replace(/.{8}\n$/, 'AAAAAAA=\n'), /已损坏/],
      [(text: string) => text.slice(0, 40), /已损坏/],
      [(text: string) => text.replace(':1:', ':2:'), /更新的版本/],
    ] as const) {
      const { config, folder } = sealedConfig(t)
      const path = join(folder, 'secret')
      writeFileSync(path, spoil(readFileSync(path, 'utf8')))
      assert.match(faultsOf(config), says)
      assert.match(faultsOf(config), again)
    }
  })
})

describe('the key of sealed secrets', () => {
  it('that is gone, or another one, is said with what to do; entering the secret again mends it', (t) => {
    const { config, folder } = sealedConfig(t)
    const key = join(folder, 'secrets.key')
    rmSync(key)
    assert.match(faultsOf(config), /^center[.]appSecret: 密钥已密封, 但找不到 .*secrets[.]key/m)
    assert.match(faultsOf(config), again)
    assert.equal(readdirSync(folder).includes('secrets.key'), false, 'nothing is made in its place')
    enterSecret(config, { setting: 'center.appSecret', text: `${appSecret}\n` })
    assert.match(faultsOf(config), /^center[.]privateKey: 由另一把 secrets[.]key 密封/m)
    enterSecret(config, { setting: 'center.privateKey', text: base64(privateKey) })
    assert.equal(loadConfig(config, sealer).appSecret, appSecret)
  })

  it('goes along with a copy of the whole folder; a plain file that is rolled out again is read', (t) => {
    const { folder } = sealedConfig(t)
    const copy = folderFor(t)
    cpSync(folder, copy, { recursive: true })
    assert.equal(loadConfig(join(copy, 'agent.json'), sealer).appSecret, appSecret)
    rmSync(join(copy, 'secrets.key'))
    for (const [name, text] of Object.entries({ secret: appSecret, key: base64(privateKey) })) {
      writeFileSync(join(copy, name), text, { mode: 0o600 })
    }
    assert.equal(loadConfig(join(copy, 'agent.json'), sealer).appSecret, appSecret)
  })

  it('is kept by the system where it can: another account opens nothing, and a new key is begun only on demand', (t) => {
    const protectionOf = (user: number): KeyProtection => ({
      name: 'dpapi',
      protect: (plain) => plain.map((byte) => byte ^ user),
      unprotect: (sealed) => {
        if (user === 9) throw new Error('another account')
        return sealed.map((byte) => byte ^ user)
      },
    })
    const own = createSecretSealer(() => protectionOf(7))
    const stranger = createSecretSealer(() => protectionOf(9))
    const config = writeConfig(t, validConfig())
    sealSecrets(config, own)
    assert.match(readFileSync(join(dirname(config), 'secrets.key'), 'utf8'), /^dpapi:/)
    assert.equal(loadConfig(config, own).appSecret, appSecret)
    assert.match(faultsOf(config, stranger), /secrets[.]key 打不开/)
    assert.match(faultsOf(config, sealer), /dpapi/)
    const entered = { setting: 'center.appSecret', text: appSecret }
    assert.throws(() => enterSecret(config, entered, stranger), { code: 'KEY_NOT_SEALED', message: /打不开/ })
    assert.equal(loadConfig(config, own).appSecret, appSecret, 'nothing was changed')
  })

  it('of the desktop is asked for before the configuration is read, also where it cannot be', async (t) => {
    const turn = (bytes: Uint8Array) => Promise.resolve(bytes.map((byte) => byte ^ 0x33))
    const ring = { name: 'safeStorage', protect: turn, unprotect: turn }
    const config = writeConfig(t, validConfig())
    sealSecrets(config, await prepareSecretSealer(config, ring))
    assert.match(readFileSync(join(dirname(config), 'secrets.key'), 'utf8'), /^safeStorage:/)
    assert.equal(loadConfig(config, await prepareSecretSealer(config, ring)).appSecret, appSecret)
    const refuse = () => Promise.reject(new Error('本机没有密钥环'))
    const without = await prepareSecretSealer(config, { name: 'safeStorage', protect: refuse, unprotect: refuse })
    assert.match(faultsOf(config, without), /secrets[.]key 打不开: .*本机没有密钥环/)
    const plain = writeConfig(t, validConfig())
    assert.equal(
      loadConfig(plain, await prepareSecretSealer(plain, { name: 'x', protect: refuse, unprotect: refuse })).appSecret,
      appSecret,
    )
  })
})

describe('the commands', () => {
  const run = (script: string, given: readonly string[], input = '') =>
    spawnSync(process.execPath, [join(root, script), ...given], { input, encoding: 'utf8' })

  it('seal, and enter a secret from stdin; a setting that is none is refused', (t) => {
    const config = writeConfig(t, validConfig())
    const sealed = run('src/main/programs/start.ts', ['secrets', 'seal', '--config', config])
    assert.match(sealed.stdout, /center[.]appSecret: 已密封[^]*center[.]privateKey: 已密封/, sealed.stderr)
    const entered = run(
      'src/main/programs/start.ts',
      ['secrets', 'enter', 'center.appSecret', '--new-key', '--config', config],
      'x'.repeat(32),
    )
    assert.equal(entered.status, 0, entered.stderr)
    assert.equal(readdirSync(dirname(config)).filter((name) => /^secrets[.]key[.]\d+$/.test(name)).length, 1)
    assert.match(faultsOf(config), /^center[.]privateKey: 由另一把/)
    assert.throws(() => enterSecret(config, { setting: 'center.appId', text: 'x' }), { code: 'COMMAND_INVALID' })
    assert.throws(() => enterSecret(config, { setting: 'center.appSecret', text: ' ' }), { code: 'COMMAND_INVALID' })
  })

  it('refuse a file of another user, whom the sealed one would be kept from', (t) => {
    if (process.getuid?.() !== 0) {
      t.skip('要 root 才能换所有者 (needs root to change owners)')
      return
    }
    const config = writeConfig(t, validConfig())
    chownSync(join(dirname(config), 'key'), 65_534, 65_534)
    assert.throws(() => sealSecrets(config), { code: 'COMMAND_INVALID', message: /用运行助手的系统用户/ })
  })

  it('keys: the private key is sealed beside its own key, plain only on demand', (t) => {
    const folder = folderFor(t)
    assert.equal(run('scripts/make-keys.ts', [folder]).status, 0)
    const path = join(folder, 'agent-private.key')
    const content = readFileSync(path, 'utf8')
    assert.match(content, /^mip-agent-sealed:1:/)
    assert.equal(Buffer.from(sealer.open(path, 'center.privateKey', content), 'base64').length, 32)
    renameSync(path, `${path}.sealed`)
    assert.equal(run('scripts/make-keys.ts', [folder, '--plain']).status, 0)
    assert.equal(Buffer.from(readFileSync(path, 'utf8'), 'base64').length, 32)
  })
})
