// Libraries that cannot be loaded: each says in Chinese what is wrong, before or after the host starts.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { suite, test, type TestContext } from 'node:test'
import { AgentError } from '../../src/main/domain/errors.ts'
import { compiledLibrary, openTestLibrary } from '../support/simulated-library.ts'
import { makeElf, makePe } from './library-headers.ts'

const library = compiledLibrary()

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

suite('loading a library', { skip: library.skip }, () => {
  test('a missing file is named', async (t) => {
    const path = join(makeFolder(t), '没有.so')
    const opened = openTestLibrary(t, 'node', { settings: { path } })
    assert.equal(opened.status().state, 'down')
    assert.match(opened.status().reason ?? '', /找不到文件.*没有\.so/)
    await assert.rejects(opened.decode('1'), isUnavailable('file', 126, /找不到文件/))
  })

  test('a file that appears later is used without a restart of the agent', async (t) => {
    const path = join(makeFolder(t), 'late.so')
    const { decode } = openTestLibrary(t, 'node', { settings: { path } })
    await assert.rejects(decode('1'), isUnavailable('file', 126, /找不到文件/))
    copyFileSync(library.path ?? '', path)
    assert.equal((await decode('1')).status, '0000')
  })

  test('a file that is no library is refused by its header', async (t) => {
    const path = join(makeFolder(t), 'text.so')
    writeFileSync(path, 'not a library')
    const { decode } = openTestLibrary(t, 'node', { settings: { path } })
    await assert.rejects(decode('1'), isUnavailable('header', 193, /不是动态库文件/))
  })

  test('a library for another width or system is refused with both sides named', async (t) => {
    const folder = makeFolder(t)
    for (const [name, bytes, words] of [
      ['elf32.so', makeElf('ia32'), /动态库是 32 位 \(Linux ia32\), 解码进程是 64 位 \(Linux x64\)/],
      ['arm.so', makeElf('arm64'), /Linux arm64/],
      ['NationECCode.dll', makePe('ia32'), /动态库是 32 位 \(Windows ia32\)/],
    ] as const) {
      const path = join(folder, name)
      writeFileSync(path, bytes)
      const { decode } = openTestLibrary(t, 'node', { settings: { path } })
      await assert.rejects(decode('1'), isUnavailable('architecture', 193, words))
    }
  })

  test('a damaged library is refused by the loader', async (t) => {
    const path = join(makeFolder(t), 'damaged.so')
    writeFileSync(path, makeElf('x64'))
    const { decode } = openTestLibrary(t, 'node', { settings: { path } })
    await assert.rejects(decode('1'), isUnavailable('load', 193, /文件已损坏/))
  })

  test('a missing dependency is told apart', async (t) => {
    const folder = makeFolder(t)
    const build = (...args: string[]) =>
      execFileSync(process.env['CC'] ?? 'cc', ['-shared', '-fPIC', '-xc', ...args], { input: '' })
    build('-o', join(folder, 'libSSCardDriver.so'), '-')
    build('-o', join(folder, 'main.so'), '-', '-xnone', '-Wl,--no-as-needed', join(folder, 'libSSCardDriver.so'))
    rmSync(join(folder, 'libSSCardDriver.so'))
    const { decode } = openTestLibrary(t, 'node', { settings: { path: join(folder, 'main.so') } })
    await assert.rejects(decode('1'), isUnavailable('load', 126, /缺少它依赖的文件/))
  })

  test('a missing function is named', async (t) => {
    const { decode } = openTestLibrary(t, 'node', { settings: { symbol: 'EcQuery' } })
    await assert.rejects(decode('1'), isUnavailable('symbol', 127, /没有函数 EcQuery/))
  })

  test('a path with Chinese and spaces works', async (t) => {
    const folder = join(makeFolder(t), '医保 电子凭证')
    mkdirSync(folder)
    const path = join(folder, '动态库 1.so')
    copyFileSync(library.path ?? '', path)
    const { output } = await openTestLibrary(t, 'node', { settings: { path } }).decode('SIM:where:1')
    assert.equal(JSON.parse(output).message, folder)
  })
})
