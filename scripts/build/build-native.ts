// Builds what is written in C: the decoder host, the client library, and what stands in for real things (the simulated vendor libraries, the
// simulated serial scanner, a power cut). Also a command, `node scripts/build/build-native.ts`: builds for every system whose
// compiler is here.
import { execFileSync } from 'node:child_process'
import { existsSync, globSync, mkdirSync, renameSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const folder = 'build/native'
const warnings = ['-std=c11', '-Wall', '-Wextra', '-Werror', '-Wshadow']

export type NativeSystem = 'linux-x64' | 'win32-x64' | 'win32-ia32'
export type NativePart = 'host' | 'client' | 'client-driver' | 'client-sm3' | 'scanner' | 'power-cut' | SimulatedLibrary
export type SimulatedLibrary = 'nation-ec' | 'hea-sec' | 'shanghai-se' | 'sichuan-yyjks'

type System = { readonly compiler: string; readonly package: string; readonly windows: boolean }

const systems: Readonly<Record<NativeSystem, System>> = {
  'linux-x64': { compiler: process.env['CC'] ?? 'cc', package: 'gcc', windows: false },
  'win32-x64': { compiler: 'x86_64-w64-mingw32-gcc', package: 'gcc-mingw-w64-x86-64-win32', windows: true },
  'win32-ia32': { compiler: 'i686-w64-mingw32-gcc', package: 'gcc-mingw-w64-i686-win32', windows: true },
}

/** Of a part on one system: its file's name, its sources from the root, and what the compiler is told besides warnings. */
type Target = { readonly file: string; readonly sources: readonly string[]; readonly flags: readonly string[] }

const hostOf = ({ windows }: System): Target => ({
  file: windows ? 'decoder-host.exe' : 'decoder-host',
  sources: ['host.c', 'protocol.c', windows ? 'platform-windows.c' : 'platform-linux.c'].map(
    (name) => `native/host/${name}`,
  ),
  flags: [
    ...['-O2', '-s', '-Wconversion', '-Wno-sign-conversion'],
    ...(windows
      ? // No console window; the first thread calls the library and vendors use megabytes of its stack.
        ['-municode', '-mwindows', '-static-libgcc', '-Wl,--stack,16777216,--dynamicbase,--nxcompat']
      : ['-fPIE', '-pie', '-Wl,-z,relro,-z,now', '-ldl', '-lpthread']),
  ],
})

const clientOf = ({ windows }: System): Target => ({
  file: windows ? 'MipClient.dll' : 'libMipClient.so',
  sources: [
    'client',
    'ask',
    'answer',
    'fault',
    'text',
    'http',
    'sm3',
    windows ? 'platform-windows' : 'platform-linux',
  ].map((name) => `native/client/${name}.c`),
  flags: [
    ...['-O2', '-s', '-shared', '-Wconversion', '-Wno-sign-conversion', '-fexec-charset=GBK'],
    ...(windows
      ? // Old programs name an entry point without the decoration of stdcall.
        ['-static-libgcc', '-Wl,--kill-at,--dynamicbase,--nxcompat', '-lws2_32', '-ladvapi32']
      : ['-fPIC', '-fvisibility=hidden', '-Wl,-z,relro,-z,now', '-lpthread']),
  ],
})

const libraryOf = (source: string, name: string, { windows }: System): Target => ({
  file: windows ? `${name}.dll` : `lib${name}.so`,
  sources: [`native/simulated-library/${source}.c`, 'native/simulated-library/behaviour.c'],
  flags: ['-O1', '-shared', ...(windows ? ['-s', '-static-libgcc'] : ['-fPIC', '-fvisibility=hidden'])],
})

const targets: Readonly<Record<NativePart, (system: System) => Target>> = {
  host: hostOf,
  client: clientOf,
  'client-driver': ({ windows }) => ({
    file: windows ? 'client-driver.exe' : 'client-driver',
    sources: ['native/client/test/driver.c'],
    flags: ['-O1', ...(windows ? ['-static-libgcc'] : ['-ldl'])],
  }),
  'nation-ec': (system) => libraryOf('nation-ec-code', 'NationECCode', system),
  'hea-sec': (system) => libraryOf('hea-sec-read-info', 'HeaSecReadInfo', system),
  'shanghai-se': (system) => libraryOf('shanghai-se', 'ShanghaiSE', system),
  'sichuan-yyjks': (system) => libraryOf('sichuan-yyjks', 'yyjks', system),
  'client-sm3': () => ({ file: 'libsm3.so', sources: ['native/client/sm3.c'], flags: ['-O2', '-fPIC', '-shared'] }),
  scanner: () => ({ file: 'pty-scanner', sources: ['native/simulated-scanner/pty-scanner.c'], flags: ['-O1'] }),
  'power-cut': () => ({
    file: 'libforget-unsynced.so',
    sources: ['evidence/lost-writes/forget-unsynced.c'],
    flags: ['-O1', '-fPIC', '-shared'],
  }),
}

/** What a compiler for that system is told to make `output` of one part; sources are relative to the project's folder. */
export const compilerArguments = (part: NativePart, name: NativeSystem, output: string): readonly string[] => {
  const { sources, flags } = targets[part](systems[name])
  // Libraries (-l) come after what needs them.
  return [...warnings, '-o', output, ...sources, ...flags]
}

export type NativeBuild =
  | { readonly built: true; readonly path: string; readonly compiled: boolean }
  | { readonly built: false; readonly reason: string }

const isMissing = (cause: unknown): boolean => cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'

/**
 * Compiles one part for one system, and only when it is older than its sources (`compiled` tells).
 * @throws Error when the compiler is there and refuses the source
 */
export const buildNative = (part: NativePart, name: NativeSystem = 'linux-x64'): NativeBuild => {
  const system = systems[name]
  const { file, sources } = targets[part](system)
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    return { built: false, reason: `仅支持在 Linux x64 上编译 (compiled on Linux x64 only): ${process.platform}` }
  }
  const path = join(root, folder, name, file)
  const headers = globSync('native/**/*.h', { cwd: root })
  const changedAt = Math.max(...[...sources, ...headers].map((source) => statSync(join(root, source)).mtimeMs))
  if (existsSync(path) && statSync(path).mtimeMs >= changedAt) return { built: true, path, compiled: false }

  mkdirSync(dirname(path), { recursive: true })
  // Two tests may build at the same time, and a library that is being written cannot be loaded. Not beside the others: a
  // new file there would count as a change of the library.
  const fresh = join(root, folder, `${file}.${process.pid}`)
  try {
    execFileSync(system.compiler, compilerArguments(part, name, fresh), { cwd: root, stdio: 'inherit' })
  } catch (cause) {
    if (!isMissing(cause)) throw cause
    const { compiler } = system
    const reason = `没有 C 编译器 ${compiler}, 请安装 ${system.package} (no C compiler ${compiler}: install ${system.package})`
    return { built: false, reason: `${name}: ${reason}` }
  }
  renameSync(fresh, path)
  return { built: true, path, compiled: true }
}

/** The simulated national library for this machine. */
export const buildSimulatedLibrary = (): NativeBuild => buildNative('nation-ec')

/** The simulated serial scanner, a program. */
export const buildSimulatedScanner = (): NativeBuild => buildNative('scanner')

/** The library that forgets what was not synced, which evidence/ preloads. */
export const buildPowerCut = (): NativeBuild => buildNative('power-cut')

/** What only this machine runs. */
const onlyHere: ReadonlySet<NativePart> = new Set(['scanner', 'power-cut', 'client-sm3'])

const buildEverything = (): void => {
  for (const name of Object.keys(systems) as NativeSystem[]) {
    const parts = (Object.keys(targets) as NativePart[]).filter((part) => !onlyHere.has(part) || !systems[name].windows)
    for (const part of parts) {
      const result = buildNative(part, name)
      if (result.built) {
        console.log(`${result.compiled ? '已编译 (compiled)' : '无需编译 (up to date)'}: ${result.path}`)
        continue
      }
      console.error(`跳过 (skipped) ${result.reason}`)
      // The agent's own system is needed; the others are needed only where they are packaged or tested.
      if (!systems[name].windows) process.exitCode = 1
      break
    }
  }
}

if (import.meta.main) buildEverything()
