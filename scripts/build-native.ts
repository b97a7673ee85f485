// Builds the simulated national library for this machine; also a command: `node scripts/build-native.ts`.
// It does not build decoder hosts nor anything for another system.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const sources = [join(root, 'native/simulated-library/nation-ec-code.c'), join(root, 'native/include/nation-ec-code.h')]
const target = join(root, 'build/native/linux-x64/libNationECCode.so')
const flags = ['-std=c11', '-O1', '-fPIC', '-shared', '-fvisibility=hidden', '-Wall', '-Wextra', '-Werror']

export type NativeBuild =
  | { readonly built: true; readonly path: string; readonly compiled: boolean }
  | { readonly built: false; readonly reason: string }

/**
 * Compiles with $CC or `cc`, and only when the library is older than its sources (`compiled` tells).
 * @throws Error when the compiler is there and refuses the source
 */
export const buildSimulatedLibrary = (): NativeBuild => {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { built: false, reason: `仅支持 Linux x64 (Linux x64 only): ${process.platform} ${process.arch}` }
  }
  const changedAt = Math.max(...sources.map((path) => statSync(path).mtimeMs))
  if (existsSync(target) && statSync(target).mtimeMs >= changedAt) return { built: true, path: target, compiled: false }

  const compiler = process.env['CC'] ?? 'cc'
  mkdirSync(dirname(target), { recursive: true })
  try {
    execFileSync(compiler, [...flags, '-o', target, join(root, 'native/simulated-library/nation-ec-code.c')], {
      stdio: 'inherit',
    })
  } catch (cause) {
    if (!(cause instanceof Error) || !('code' in cause) || cause.code !== 'ENOENT') throw cause
    return {
      built: false,
      reason: `没有 C 编译器 "${compiler}", 请安装 gcc (no C compiler "${compiler}": install gcc, or set CC)`,
    }
  }
  return { built: true, path: target, compiled: true }
}

if (import.meta.main) {
  const build = buildSimulatedLibrary()
  if (build.built) console.log(`${build.compiled ? '已编译 (compiled)' : '无需编译 (up to date)'}: ${build.path}`)
  else {
    console.error(build.reason)
    process.exitCode = 1
  }
}
