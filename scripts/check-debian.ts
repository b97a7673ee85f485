// Checks for the Debian packages that building and testing need: `node scripts/check-debian.ts`. As root on Debian it
// installs the missing ones by apt-get; elsewhere it names them and exits with 1, unless the tests can do without them.
// It needs no npm package.
import { execFileSync } from 'node:child_process'
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

type Need = {
  readonly package: string
  readonly because: string
  /** Without it some tests are skipped, and say so. */
  readonly optional?: true
} & ({ readonly command: string } | { readonly file: string })

const needs: readonly Need[] = [
  { package: 'gcc', command: 'gcc', because: '编译模拟动态库 (builds the simulated library)' },
  { package: 'libc6-dev', file: '/usr/include/stdio.h', because: 'C 头文件 (C headers)' },
  { package: 'socat', command: 'socat', because: '扫码枪测试 (scanner tests)' },
  { package: 'curl', command: 'curl', because: '文档中的示例 (the examples of the documents)' },
  { package: 'openssl', command: 'openssl', because: '国密对照测试 (cross-checks of SM2, SM3, SM4)' },
  {
    package: 'chromium-headless-shell',
    command: 'chromium-headless-shell',
    because: '网页测试 (tests of the pages)',
    optional: true,
  },
  {
    package: 'chromium',
    command: 'chromium',
    because: '浏览器策略测试 (tests of what a browser’s policy allows)',
    optional: true,
  },
  {
    package: 'fonts-wqy-microhei',
    file: '/usr/share/fonts/truetype/wqy/wqy-microhei.ttc',
    because: '网页测试中的汉字 (Chinese letters in the tests of the pages)',
    optional: true,
  },
  {
    package: 'gcc-mingw-w64-x86-64-win32',
    command: 'x86_64-w64-mingw32-gcc',
    because: '编译 Windows 64 位解码进程 (builds the decoder host for 64-bit Windows)',
    optional: true,
  },
  {
    package: 'gcc-mingw-w64-i686-win32',
    command: 'i686-w64-mingw32-gcc',
    because: '编译 Windows 32 位解码进程 (builds the decoder host for 32-bit Windows)',
    optional: true,
  },
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

const install = (found: readonly Need[]): void => {
  const options = { stdio: 'inherit', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  execFileSync('apt-get', ['update'], options)
  const names = found.map((need) => need.package)
  execFileSync('apt-get', ['install', '-y', '--no-install-recommends', ...names], options)
}

/** The packages that the tests can do without: an attempt, and a word about what is skipped. */
const wishFor = (found: readonly Need[], canInstall: boolean): void => {
  if (found.length === 0) return
  try {
    if (canInstall) install(found)
  } catch {
    // A mirror that lacks them is no reason to stop.
  }
  const left = findMissing().filter((need) => need.optional === true)
  if (left.length === 0) return
  console.error('没有以下软件包, 相关测试将跳过 (not there, tests are skipped):')
  print(left)
}

const main = (): number => {
  const found = findMissing()
  const canInstall = process.getuid?.() === 0 && hasCommand('apt-get')
  const needed = found.filter((need) => need.optional !== true)
  if (needed.length > 0) {
    console.error('缺少软件包 (missing packages):')
    print(needed)
    if (!canInstall) {
      const names = needed.map((need) => need.package)
      console.error(`请安装后重试 (install them and try again): apt-get install -y ${names.join(' ')}`)
      return 1
    }
    install(needed)
  }
  wishFor(
    found.filter((need) => need.optional === true),
    canInstall,
  )
  const left = findMissing().filter((need) => need.optional !== true)
  if (left.length === 0) {
    console.log('所需软件包齐全 (all packages are present)')
    return 0
  }
  console.error('安装后仍缺少 (still missing):')
  print(left)
  return 1
}

process.exitCode = main()
