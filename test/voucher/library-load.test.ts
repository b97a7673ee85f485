// Libraries that cannot be loaded say in Chinese what is wrong, before or after the host starts; and what surrounds a
// library (its folder, what it depends on, the forms of its names) does not keep it from being loaded.
import assert from 'node:assert/strict'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import {
  hostFor,
  libraryFor,
  openTestLibrary,
  pathSeenBy,
  skipOf,
  type HostKind,
} from '../support/devices/simulated-library.ts'
import { compileLibrary } from './compile-library.ts'
import { makeElf, makePe } from './library-headers.ts'

const makeFolder = (context: TestContext): string => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-library-'))
  context.after(() => rmSync(folder, { recursive: true }))
  return folder
}

const isUnavailable = (stage: string, code: number, words: RegExp) => (error: unknown) => {
  assert.ok(error instanceof AgentError)
  assert.equal(error.code, 'DECODER_UNAVAILABLE')
  assert.match(error.message, words)
  assert.partialDeepStrictEqual(error.detail?.['library'], { stage, code })
  return true
}

const decodes =
  'const char *NationEcTrans(const char *u, const char *i, char *o) { return *u && *i ? (*o = 0, "7") : 0; }'

suite('a library’s file, before any host', { skip: skipOf('c') }, () => {
  test('a missing file is named', async (t) => {
    const path = join(makeFolder(t), '没有.so')
    const opened = openTestLibrary(t, 'c', { settings: { path } })
    assert.equal(opened.status().state, 'down')
    assert.match(opened.status().reason ?? '', /找不到文件.*没有\.so/)
    await assert.rejects(opened.decode('1'), isUnavailable('file', 126, /找不到文件/))
  })

  test('a file that appears later is used without a restart of the agent', async (t) => {
    const path = join(makeFolder(t), 'late.so')
    const { decode } = openTestLibrary(t, 'c', { settings: { path } })
    await assert.rejects(decode('1'), isUnavailable('file', 126, /找不到文件/))
    copyFileSync(libraryFor('c') ?? '', path)
    assert.equal((await decode('1')).status, '0000')
  })

  test('a file that is no library is refused by its header', async (t) => {
    const path = join(makeFolder(t), 'text.so')
    writeFileSync(path, 'not a library')
    const { decode } = openTestLibrary(t, 'c', { settings: { path } })
    await assert.rejects(decode('1'), isUnavailable('header', 193, /不是动态库文件/))
  })

  test('a library for another width, processor or system is refused, and the file that is needed is named', async (t) => {
    const folder = makeFolder(t)
    const windows = [hostFor('c')].map((host) => ({ ...host, format: 'pe' as const }))
    for (const [name, bytes, hosts, words] of [
      ['elf32.so', makeElf('ia32'), [hostFor('c')], /是 Linux 32 位 的动态库; 需要 Linux 64 位 的动态库/],
      ['arm.so', makeElf('arm64'), [hostFor('c'), hostFor('node')], /是 Linux arm64 的动态库; 需要 Linux 64 位 的/],
      ['NationECCode.dll', makePe('ia32'), [hostFor('c')], /是 Windows 32 位 的动态库; 需要 Linux 64 位/],
      ['lib.so', makeElf('x64'), windows, /是 Linux 64 位 的动态库; 需要 Windows 64 位/],
      ['none.so', makeElf('x64'), [], /没有可用的解码进程/],
    ] as const) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      const { decode } = openTestLibrary(t, 'c', { settings: { path }, hosts })
      await assert.rejects(decode('1'), isUnavailable('architecture', 193, words))
    }
  })
})

for (const kind of ['node', 'c', 'wine'] satisfies HostKind[]) {
  suite(`loading a library into the ${kind} host`, { skip: skipOf(kind) }, () => {
    const extension = kind === 'wine' ? '.dll' : '.so'

    test('a damaged library is refused by the loader', async (t) => {
      const path = join(makeFolder(t), `damaged${extension}`)
      writeFileSync(path, kind === 'wine' ? makePe('x64') : makeElf('x64'))
      const { decode } = openTestLibrary(t, kind, { settings: { path } })
      await assert.rejects(decode('1'), isUnavailable('load', 193, /文件已损坏/))
    })

    test('a dependency next to the library is found, and a missing one is told apart', async (t) => {
      const folder = makeFolder(t)
      const dependency = join(folder, `SSCardDriver${extension}`)
      const path = join(folder, `main${extension}`)
      compileLibrary(kind, dependency, 'int read_card(void) { return 7; }')
      compileLibrary(kind, path, `int read_card(void); int anchor(void) { return read_card(); } ${decodes}`, dependency)
      assert.equal((await openTestLibrary(t, kind, { settings: { path } }).decode('1')).status, '7')
      rmSync(dependency)
      const { decode } = openTestLibrary(t, kind, { settings: { path } })
      await assert.rejects(decode('1'), isUnavailable('load', 126, /缺少它依赖的文件/))
    })

    test('a missing function is named', async (t) => {
      const { decode } = openTestLibrary(t, kind, { settings: { symbol: 'EcQuery' } })
      await assert.rejects(decode('1'), isUnavailable('symbol', 127, /没有函数 EcQuery/))
    })

    test('a path with Chinese and spaces works', async (t) => {
      const folder = join(makeFolder(t), kind === 'wine' ? 'with spaces' : '医保 电子凭证')
      mkdirSync(folder)
      const library = libraryFor(kind) ?? ''
      const path = join(folder, `动态库 1${extname(library)}`)
      copyFileSync(library, path)
      const { output } = await openTestLibrary(t, kind, { settings: { path } }).decode('SIM:where:1')
      assert.equal(JSON.parse(output).message, pathSeenBy(kind, folder))
    })
  })
}

suite('names as compilers decorate them', { skip: skipOf('wine') }, () => {
  for (const exported of ['_NationEcTrans@12', 'NationEcTrans@12', '_NationEcTrans']) {
    test(`${exported} is found`, async (t) => {
      const path = join(makeFolder(t), 'decorated.dll')
      compileLibrary('wine', path, decodes.replace('NationEcTrans', 'decode'), { as: exported, of: 'decode' })
      assert.equal((await openTestLibrary(t, 'wine', { settings: { path } }).decode('1')).status, '7')
    })
  }
})
