// Builds what stands in for real things on this machine: the national library, a serial scanner, and a power cut.
// Also a command: `node scripts/build-native.ts`. It builds no decoder host and nothing for another system.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const warnings = ['-Wall', '-Wextra', '-Werror']

type Target = {
  readonly sources: readonly [string, ...string[]]
  readonly output: string
  readonly flags: readonly string[]
}

const library: Target = {
  sources: ['native/simulated-library/nation-ec-code.c', 'native/include/nation-ec-code.h'],
  output: 'build/native/linux-x64/libNationECCode.so',
  flags: ['-std=c11', '-O1', '-fPIC', '-shared', '-fvisibility=hidden', ...warnings],
}
const scanner: Target = {
  sources: ['native/simulated-scanner/pty-scanner.c'],
  output: 'build/native/linux-x64/pty-scanner',
  flags: ['-std=c11', '-O1', ...warnings],
}

const powerCut: Target = {
  sources: ['evidence/lost-writes/forget-unsynced.c'],
  output: 'build/native/linux-x64/libforget-unsynced.so',
  flags: ['-std=c11', '-O1', '-fPIC', '-shared', ...warnings],
}

export type NativeBuild =
  | { readonly built: true; readonly path: string; readonly compiled: boolean }
  | { readonly built: false; readonly reason: string }

const build = (target: Target): NativeBuild => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { built: false, reason: `仅支持 Linux x64 (Linux x64 only): ${process.platform} ${process.arch}` }
  }
  const path = join(root, target.output)
  const changedAt = Math.max(...target.sources.map((source) => statSync(join(root, source)).mtimeMs))
  if (existsSync(path) && statSync(path).mtimeMs >= changedAt) return { built: true, path, compiled: false }

  const compiler = process.env['CC'] ?? 'cc'
  mkdirSync(dirname(path), { recursive: true })
  try {
    execFileSync(compiler, [...target.flags, '-o', path, join(root, target.sources[0])], { stdio: 'inherit' })
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'ENOENT') throw cause
    return {
      built: false,
      reason: `没有 C 编译器 "${compiler}", 请安装 gcc (no C compiler "${compiler}": install gcc, or set CC)`,
    }
  }
  return { built: true, path, compiled: true }
}

/**
 * Compiles with $CC or `cc`, and only when the library is older than its sources (`compiled` tells).
 * @throws Error when the compiler is there and refuses the source
 */
export const buildSimulatedLibrary = (): NativeBuild => build(library)

/** The same for the simulated serial scanner, a program. */
export const buildSimulatedScanner = (): NativeBuild => build(scanner)

/** The same for the library that forgets what was not synced, which evidence/ preloads. */
export const buildPowerCut = (): NativeBuild => build(powerCut)

if (import.meta.main) {
  for (const result of [buildSimulatedLibrary(), buildSimulatedScanner()]) {
    if (result.built) console.log(`${result.compiled ? '已编译 (compiled)' : '无需编译 (up to date)'}: ${result.path}`)
    else {
      console.error(result.reason)
      process.exitCode = 1
    }
  }
}
