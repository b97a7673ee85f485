// The C host as it is built: its size, the machine it is for, what it needs; and its 32-bit call, run as a Linux program,
// since 32-bit Windows programs run in few places.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, suite, test } from 'node:test'
import type { NativeSystem } from '../../../scripts/build/build-native.ts'
import { readArchitecture } from '../../../src/main/voucher/library/library-architecture.ts'
import { built, openTestLibrary } from '../../support/devices/simulated-library.ts'

const root = join(import.meta.dirname, '../../..')
const mostBytes = 64 * 1024

for (const [system, header] of [
  ['linux-x64', { format: 'elf', bits: 64, machine: 'x64', shared: true }],
  ['win32-x64', { format: 'pe', bits: 64, machine: 'x64', shared: false }],
  ['win32-ia32', { format: 'pe', bits: 32, machine: 'ia32', shared: false }],
] as const satisfies readonly (readonly [NativeSystem, object])[]) {
  const { path = '', skip } = built('host', system)
  if (skip !== false) console.error(`跳过 (skipped) ${skip}`)
  suite(`the C host for ${system}`, { skip }, () => {
    test('is for that machine and at most 64 KiB', () => {
      assert.deepEqual(readArchitecture(path), header)
      assert.ok(statSync(path).size <= mostBytes, `${statSync(path).size} bytes`)
    })

    test('needs nothing but what the system has', () => {
      const text = readFileSync(path, 'latin1')
      const named = new Set(text.match(/[\w.-]+\.(dll|so)(\.\d+)*\b/gi)?.map((name) => name.toLowerCase()))
      // The last one is only asked after, in case that another library has brought it.
      const windows = ['kernel32.dll', 'msvcrt.dll', 'libgcc_s_dw2-1.dll']
      const known = header.format === 'pe' ? windows : ['libc.so.6', 'ld-linux-x86-64.so.2']
      assert.deepEqual(
        [...named].filter((name) => !known.includes(name)),
        [],
      )
    })
  })
}

const narrow = '-m32'
const lacksNarrow = (() => {
  try {
    execFileSync(process.env['CC'] ?? 'cc', [narrow, '-xc', '-', '-o', '/dev/null'], {
      input: '#include <stdio.h>\nint main(void) { return 0; }',
      stdio: ['pipe', 'ignore', 'ignore'],
    })
    return false
  } catch {
    return '编译器不能生成 32 位程序, 请安装 gcc-multilib (the compiler makes no 32-bit programs: install gcc-multilib)'
  }
})()
if (lacksNarrow !== false) console.error(`跳过 (skipped) 32 位调用: ${lacksNarrow}`)

suite('the 32-bit call', { skip: lacksNarrow }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'mip-narrow-'))
  const compile = (...args: string[]): void => {
    execFileSync(process.env['CC'] ?? 'cc', [narrow, '-std=gnu11', '-O2', ...args], { cwd: root })
  }
  const host = join(folder, 'host')
  after(() => rmSync(folder, { recursive: true }))

  for (const convention of ['stdcall', 'cdecl']) {
    test(`of a ${convention} function brings its arguments, on a stack that is aligned, 1,000 times`, async (t) => {
      const library = join(folder, `${convention}.so`)
      const sources = ['host.c', 'protocol.c', 'platform-linux.c'].map((name) => `native/host/${name}`)
      compile('-o', host, ...sources, '-ldl', '-lpthread')
      compile(
        '-shared',
        '-fPIC',
        `-DVENDOR_CALL=__attribute__((${convention}))`,
        '-o',
        library,
        'test/voucher/narrow.c',
      )
      const { decode } = openTestLibrary(t, 'c', {
        hosts: [{ program: host, arguments: [], format: 'elf', machine: 'ia32' }],
        settings: { path: library, symbol: 'NationEcTrans', signature: 'int' },
      })
      for (let call = 1; call <= 1_000; call++) assert.equal((await decode(String(call))).status, '0')
    })
  }
})
