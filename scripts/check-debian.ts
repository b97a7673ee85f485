// Checks for the Debian packages that building and testing need: `node scripts/check-debian.ts`. As root on Debian it
// installs the missing ones by apt-get; elsewhere it names them and exits with 1. It needs no npm package.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Need = { readonly package: string; readonly because: string } & (
  { readonly command: string } | { readonly file: string }
)

const needs: readonly Need[] = [
  { package: 'gcc', command: 'gcc', because: '编译模拟动态库 (builds the simulated library)' },
  { package: 'libc6-dev', file: '/usr/include/stdio.h', because: 'C 头文件 (C headers)' },
  { package: 'socat', command: 'socat', because: '扫码枪测试 (scanner tests)' },
  { package: 'curl', command: 'curl', because: '文档中的示例 (the examples of the documents)' },
  { package: 'openssl', command: 'openssl', because: '国密对照测试 (cross-checks of SM2, SM3, SM4)' },
]

const isExecutable = (path: string): boolean => {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

const hasCommand = (name: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((folder) => folder !== '' && isExecutable(join(folder, name)))

const findMissing = (): readonly Need[] =>
  needs.filter((need) => ('command' in need ? !hasCommand(need.command) : !existsSync(need.file)))

const print = (found: readonly Need[]): void => {
  for (const need of found) console.error(`  ${need.package}: ${need.because}`)
}

const main = (): number => {
  const missing = findMissing()
  if (missing.length === 0) {
    console.log('所需软件包齐全 (all packages are present)')
    return 0
  }
  console.error('缺少软件包 (missing packages):')
  print(missing)
  const names = missing.map((need) => need.package)
  if (process.getuid?.() !== 0 || !hasCommand('apt-get')) {
    console.error(`请安装后重试 (install them and try again): apt-get install -y ${names.join(' ')}`)
    return 1
  }
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  execFileSync('apt-get', ['update'], { stdio: 'inherit', env: environment })
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...names], {
    stdio: 'inherit',
    env: environment,
  })
  const left = findMissing()
  if (left.length > 0) {
    console.error('安装后仍缺少 (still missing):')
    print(left)
  }
  return left.length === 0 ? 0 : 1
}

process.exitCode = main()
