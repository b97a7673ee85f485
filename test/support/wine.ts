// Runs Windows programs under wine in a prefix of its own, which is removed when the test process ends.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after } from 'node:test'
import type { HostProgram } from '../../src/main/voucher/prepare-host.ts'

const wine = ['/usr/lib/wine/wine64', '/usr/bin/wine64'].find(existsSync)

/** Why nothing can be run under wine here; undefined when it can. */
export const wineLacks =
  wine === undefined
    ? '没有 wine64, Windows 解码进程只编译不运行, 请安装 wine64 (no wine64: the Windows host is compiled, not run)'
    : undefined

let prefix: string | undefined

const environment = (folder: string): Record<string, string> => ({
  WINEPREFIX: folder,
  WINEDEBUG: '-all',
  // Neither .NET nor a browser is needed, and wine would ask for both.
  WINEDLLOVERRIDES: 'mscoree=d;mshtml=d',
})

const run = (program: string, ...args: string[]): void => {
  execFileSync(program, args, { stdio: 'ignore', env: { ...process.env, ...environment(prefix ?? '') } })
}

/** The prefix; making it takes some seconds, once for each test process. */
const preparePrefix = (): string => {
  if (prefix !== undefined) return prefix
  prefix = mkdtempSync(join(tmpdir(), 'mip-wine-'))
  run(wine ?? '', 'wineboot', '--init')
  after(() => {
    // Ends what wine itself started, all of it in this prefix.
    run('/usr/lib/wine/wineserver64', '--kill', '--wait')
    if (prefix !== undefined) rmSync(prefix, { recursive: true, force: true })
  })
  return prefix
}

/** A Windows host. wine hands on no descriptor above 2, so the frames go to the host's stdout. */
export const wineHost = (program: string): HostProgram => ({
  program: '/usr/bin/env',
  arguments: [
    ...Object.entries(environment(preparePrefix())).map(([name, value]) => `${name}=${value}`),
    ...['/bin/sh', '-c', 'exec "$0" "$@" >&3 3>&-', wine ?? '', program],
  ],
  format: 'pe',
  machine: 'x64',
})
