// Fuzzes the C decoder host's reader of requests, with sanitizers: `npm run fuzz:host`, `-- --seconds N` (60). With clang
// libFuzzer looks for inputs by itself; without it a driver of ours makes right requests wrong.
import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'

const root = join(import.meta.dirname, '..')
const folder = join(root, 'build/fuzz')
const sources = ['native/host/fuzz/requests.c', 'native/host/protocol.c']
const flags = ['-std=c11', '-g', '-O1', '-Wall', '-Wextra', '-Werror', '-fno-sanitize-recover=all']
/** What the driver does in a second on a slow machine. */
const inputsPerSecond = 100_000

const findClang = (): string | undefined =>
  ['clang', 'clang-14', 'clang-16', 'clang-19'].find((name) => {
    try {
      execFileSync(name, ['--version'], { stdio: 'ignore' })
      return true
    } catch {
      return false
    }
  })

const compile = (compiler: string, name: string, more: readonly string[]): string => {
  mkdirSync(folder, { recursive: true })
  const program = join(folder, `${name}.${process.pid}`)
  execFileSync(compiler, [...flags, '-o', program, ...sources, ...more], { cwd: root, stdio: 'inherit' })
  return program
}

/** Our own inputs, with gcc's sanitizers. Throws when the reader reads past them or misunderstands one. */
export const runDriver = (inputs: number, seed: number): string => {
  const sanitizers = '-fsanitize=address,undefined'
  const program = compile(process.env['CC'] ?? 'cc', 'driver', [sanitizers, 'native/host/fuzz/driver.c'])
  return execFileSync(program, [String(inputs), String(seed)], { encoding: 'utf8' })
}

/** What libFuzzer finds in so many seconds; found inputs stay in build/fuzz/. Throws when one breaks the reader. */
const runLibFuzzer = (clang: string, seconds: number): void => {
  const program = compile(clang, 'libfuzzer', ['-fsanitize=fuzzer,address,undefined'])
  const corpus = join(folder, 'corpus')
  mkdirSync(corpus, { recursive: true })
  execFileSync(program, [`-max_total_time=${seconds}`, '-max_len=1024', '-print_final_stats=1', corpus], {
    cwd: folder,
    stdio: 'inherit',
  })
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { seconds: { type: 'string', default: '60' } } })
  const seconds = Number(values.seconds)
  const clang = findClang()
  if (clang === undefined) {
    console.error('没有 clang, 改用自带的变异驱动 (no clang: our own driver makes the inputs)')
    console.log(runDriver(seconds * inputsPerSecond, Date.now()))
  } else runLibFuzzer(clang, seconds)
}
