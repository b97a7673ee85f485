// Runs Windows programs under wine in a prefix of its own, which is removed when the test process ends.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { HostProgram } from '../../../src/main/voucher/hosts/prepare-host.ts'

const wine = ['/usr/lib/wine/wine64', '/usr/bin/wine64'].find(existsSync)

/** Why nothing can be run under wine here; undefined when it can. */
export const wineLacks =
  wine === undefined
    ? '没有 wine64, Windows 解码进程只编译不运行, 请安装 wine64 (no wine64: the Windows host is compiled, not run)'
    : undefined

/** The Windows libraries of 32 bit: Debian's package, or wherever WINEDLLPATH leads. */
const narrowFolders = ['/usr/lib/i386-linux-gnu/wine', ...(process.env['WINEDLLPATH'] ?? '').split(':')]

/** The same for programs of 32 bit. */
export const narrowWineLacks =
  wineLacks ??
  (narrowFolders.some((folder) => existsSync(join(folder, 'i386-windows/kernel32.dll')))
    ? undefined
    : '没有 32 位 wine, Windows 32 位解码进程只编译不运行, 请安装 wine32 (no 32-bit wine: that host is compiled, not run)')

const server = '/usr/lib/wine/wineserver64'
let prefix: string | undefined

const environment = (folder: string): Record<string, string> => ({
  WINEPREFIX: folder,
  WINEDEBUG: '-all',
  // Neither .NET nor a browser is needed, and wine would ask for both.
  WINEDLLOVERRIDES: 'mscoree=d;mshtml=d',
  // A host gets nothing of this process's environment but what its list has.
  WINEDLLPATH: process.env['WINEDLLPATH'] ?? '',
})

const run = (program: string, ...args: string[]): void => {
  execFileSync(program, args, { stdio: 'ignore', env: { ...process.env, ...environment(prefix ?? '') } })
}

/** The prefix; making it takes some seconds, once for each test process. */
const preparePrefix = (): string => {
  if (prefix !== undefined) return prefix
  prefix = mkdtempSync(join(tmpdir(), 'mip-wine-'))
  // Kept for the whole run: a server that is just ending would hold up the next program for seconds.
  run(server, '--persistent')
  run(wine ?? '', 'wineboot', '--init')
  // The first program starts wine's own services; a host that is killed meanwhile would leave the next one waiting.
  run(wine ?? '', 'cmd', '/c', 'exit')
  after(() => {
    // Ends what wine itself started, all of it in this prefix.
    run(server, '--kill', '--wait')
    if (prefix !== undefined) rmSync(prefix, { recursive: true, force: true })
  })
  return prefix
}

/** A Windows host. wine hands on no descriptor above 2, so the frames go to the host's stdout. */
export const wineHost = (program: string, machine: 'x64' | 'ia32'): HostProgram => ({
  program: '/usr/bin/env',
  arguments: [
    ...Object.entries(environment(preparePrefix())).map(([name, value]) => `${name}=${value}`),
    ...['/bin/sh', '-c', 'exec "$0" "$@" >&3 3>&-', wine ?? '', program],
  ],
  format: 'pe',
  machine,
})

/** The command that runs a Windows program with its own stdin and stdout. */
export const wineCommand = (program: string): readonly [string, ...string[]] => [
  '/usr/bin/env',
  ...Object.entries(environment(preparePrefix())).map(([name, value]) => `${name}=${value}`),
  wine ?? '',
  program,
]
