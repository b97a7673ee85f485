// The library's files: what a configuration may name, and that a library that changed is not loaded until it is accepted.
import assert from 'node:assert/strict'
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { loadConfig } from '../../src/main/config/load-config.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { listHostPrograms } from '../../src/main/wiring/machine/host-programs.ts'
import { settingsOfConfig } from '../../src/main/wiring/settings-of-config.ts'
import { findFileFaults } from '../../src/main/voucher/library/library-file.ts'
import { acceptLibrary } from '../../src/main/voucher/library/library-manifest.ts'
import { validConfig, writeConfig } from '../config/config-folder.ts'
import { childrenOf } from '../support/agents/processes.ts'
import { hostFor, libraryFor, openTestLibrary, skipOf } from '../support/devices/simulated-library.ts'
import { makeElf, makePe } from './library-headers.ts'

const makeFolder = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-library-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

/** What starting with this library says. */
const faultsOf = (t: TestContext, voucher: object): readonly string[] => {
  const draft = validConfig()
  Object.assign(draft.voucher, voucher)
  const loaded = loadConfig(writeConfig(t, draft))
  try {
    settingsOfConfig(loaded, { dataDir: tmpdir(), port: undefined, version: '' })
    return []
  } catch (error) {
    assert.ok(error instanceof AgentError && error.code === 'CONFIG_INVALID')
    return error.detail?.['faults'] as string[]
  }
}

suite('a library that the configuration names', () => {
  test('is refused when it is a folder, a text, empty, or a link to somewhere else', (t) => {
    const folder = makeFolder(t)
    const elsewhere = join(makeFolder(t), 'real.so')
    writeFileSync(elsewhere, makeElf('x64'))
    const make = (name: string, content: string | Uint8Array): string => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    }
    const outside = join(folder, 'outside.so')
    symlinkSync(elsewhere, outside)
    for (const [library, problem] of [
      [folder, '是目录, 须填动态库文件本身'],
      [make('text.dll', 'MZ but a text'), '不是动态库文件 (PE 或 ELF), 请核对文件名'],
      [make('empty.dll', ''), '是空文件 (0 字节), 请重新取得厂商文件'],
      [outside, '是指向其他目录的符号链接, 请填写真实文件'],
    ] as const) {
      assert.deepEqual(faultsOf(t, { library }), [`voucher.library: ${problem}`])
    }
  })

  test('is taken when it is a library of any machine, a link to a neighbour, or not there yet', (t) => {
    const folder = makeFolder(t)
    for (const [name, bytes] of [
      ['a.so.1', makeElf('x64')],
      ['b.dll', makePe('ia32')],
    ] as const) {
      writeFileSync(join(folder, name), bytes)
      assert.deepEqual(findFileFaults(join(folder, name)), [])
    }
    symlinkSync('a.so.1', join(folder, 'a.so'))
    assert.deepEqual(findFileFaults(join(folder, 'a.so')), [])
    assert.deepEqual(faultsOf(t, { library: join(folder, 'later.so') }), [])
  })

  test('is refused in a folder that ordinary users can write', { skip: process.platform === 'win32' }, (t) => {
    const folder = join(makeFolder(t), 'open')
    mkdirSync(folder)
    const library = join(folder, 'lib.so')
    writeFileSync(library, makeElf('x64'))
    chmodSync(folder, 0o777)
    assert.deepEqual(faultsOf(t, { library }), [
      'voucher.library: 文件、所在目录或上级目录普通用户 (或其他组) 可写, 请收回写权限',
    ])
    chmodSync(folder, 0o755)
    chmodSync(library, 0o666)
    assert.deepEqual(faultsOf(t, { library }), [
      'voucher.library: 文件、所在目录或上级目录普通用户 (或其他组) 可写, 请收回写权限',
    ])
  })

  test('has a known profile, with its keys from files and never in the configuration itself', (t) => {
    assert.deepEqual(faultsOf(t, { profile: 'national' }), [
      'voucher.profile: 取值应为 hea-sec、nation-ec、shanghai-se、sichuan-yyjks',
    ])
    const initialization = {
      ...{ IP: '10.0.0.9', PORT: 80, TIMEOUT: 60, LOG_PATH: '/log', EC_URL: 'http://10.0.0.9', CARD_PASSTYPE: '1' },
      ...{ API_NAME: 'n', API_VERSION: '1', ORG_ID: 'H1', AREA_CODE: '510100' },
      ...{ ACCESS_KEY: { file: 'secret' }, SECRETKEY: { file: 'secret' } },
    }
    const draft = validConfig()
    Object.assign(draft.voucher, { profile: 'hea-sec', initialization })
    const loaded = loadConfig(writeConfig(t, draft))
    const { voucher } = settingsOfConfig(loaded, { dataDir: tmpdir(), port: undefined, version: '' })
    const given = voucher.profile.initialization ?? {}
    assert.match(String(given['ACCESS_KEY']), /^SECRET/)
    assert.equal(given['SECRETKEY'], given['ACCESS_KEY'])
    assert.equal(given['PORT'], 80)
  })
})

suite('the accepted library', { skip: skipOf('c') }, () => {
  /** A folder with a library, another one that it may need, and an ini file that the vendor rewrites. */
  const install = (t: TestContext) => {
    const folder = makeFolder(t)
    const path = join(folder, 'libNationECCode.so')
    copyFileSync(libraryFor('c') ?? '', path)
    copyFileSync(libraryFor('c', 'hea-sec') ?? '', join(folder, 'SSCardDriver.so'))
    writeFileSync(join(folder, 'NationEcCode.ini'), '[Updater]\n')
    return { folder, path, manifest: join(makeFolder(t), 'manifest.json') }
  }
  const isChanged = (words: RegExp) => (error: unknown) =>
    error instanceof AgentError && error.code === 'LIBRARY_CHANGED' && words.test(error.message)

  test('is registered at the first start, and its ini file may change', async (t) => {
    const { folder, path, manifest } = install(t)
    const { decode } = openTestLibrary(t, 'c', { settings: { path }, manifest })
    assert.equal((await decode('1')).status, '0000')
    const registered = JSON.parse(readFileSync(manifest, 'utf8'))
    assert.deepEqual(Object.keys(registered), ['SSCardDriver.so', 'libNationECCode.so'])
    appendFileSync(join(folder, 'NationEcCode.ini'), 'url=http://other/\n')
    const again = openTestLibrary(t, 'c', { settings: { path }, manifest })
    assert.equal((await again.decode('1')).status, '0000')
  })

  for (const [what, change, words] of [
    [
      'an updated library',
      (folder: string) => appendFileSync(join(folder, 'libNationECCode.so'), ' '),
      /libNationECCode.so 已变化/,
    ],
    [
      'an updated dependency',
      (folder: string) => appendFileSync(join(folder, 'SSCardDriver.so'), ' '),
      /SSCardDriver.so 已变化/,
    ],
    ['a missing dependency', (folder: string) => rmSync(join(folder, 'SSCardDriver.so')), /SSCardDriver.so 缺失/],
    [
      'a new library beside it',
      (folder: string) => writeFileSync(join(folder, 'x.so'), makeElf('x64')),
      /x.so 是新文件/,
    ],
  ] as const) {
    test(`${what} stops decoding, without anything being loaded, until it is accepted`, async (t) => {
      const { folder, path, manifest } = install(t)
      await acceptLibrary(path, manifest, '', { operator: 'A01', fingerprint: undefined })
      change(folder)
      const before = childrenOf(process.pid).length
      const { decode, status } = openTestLibrary(t, 'c', { settings: { path }, manifest })
      await assert.rejects(decode('1'), isChanged(words))
      assert.equal(childrenOf(process.pid).length, before)
      assert.equal(status().state, 'down')
      assert.match(status().reason ?? '', words)
      await assert.rejects(decode('2'), isChanged(words))
      await acceptLibrary(path, manifest, '', { operator: 'A01', fingerprint: undefined })
      assert.equal((await decode('3')).status, '0000')
    })
  }

  test('is compared again at every start of a host', async (t) => {
    const { folder, path, manifest } = install(t)
    const { decode } = openTestLibrary(t, 'c', { settings: { path }, manifest })
    assert.equal((await decode('1')).status, '0000')
    appendFileSync(join(folder, 'SSCardDriver.so'), ' ')
    assert.equal((await decode('2')).status, '0000')
    await assert.rejects(decode('SIM:segv:'), (error) => (error as AgentError).code === 'DECODER_CRASHED')
    await assert.rejects(decode('3'), isChanged(/SSCardDriver.so 已变化/))
  })

  test('a manifest that cannot be read is no permission', async (t) => {
    const { path, manifest } = install(t)
    writeFileSync(manifest, 'not JSON')
    await assert.rejects(openTestLibrary(t, 'c', { settings: { path }, manifest }).decode('1'), isChanged(/无法核对/))
  })

  test('may have the host run from its own folder, which does not count as a change', async (t) => {
    const { folder, path, manifest } = install(t)
    const settings = { path, hostBesideLibrary: true }
    for (let start = 1; start <= 2; start++) {
      // Node comes first, but only a program can be copied.
      const opened = openTestLibrary(t, 'c', { settings, manifest, hosts: [hostFor('node'), hostFor('c')] })
      assert.equal((await opened.decode('1')).status, '0000')
      await opened.close()
    }
    const copy = join(folder, 'mip-decoder-host')
    assert.ok(existsSync(copy))
    assert.ok(readFileSync(copy).equals(readFileSync(hostFor('c').program)))
  })
})

suite('the hosts of an installation', { skip: skipOf('c') }, () => {
  test('headless Node comes first for its own kind, then the host in C', () => {
    assert.deepEqual(
      listHostPrograms().map(({ program, machine }) => [program === process.execPath, machine]),
      [
        [true, process.arch],
        [false, 'x64'],
      ],
    )
  })

  test('inside the packaged shell it is the host in C, always', (t) => {
    const resources = makeFolder(t)
    assert.deepEqual(listHostPrograms(resources), [])
    mkdirSync(join(resources, 'native/linux-x64'), { recursive: true })
    const program = join(resources, 'native/linux-x64/decoder-host')
    copyFileSync(hostFor('c').program, program)
    assert.deepEqual(listHostPrograms(resources), [{ program, arguments: [], format: 'elf', machine: 'x64' }])
  })
})
