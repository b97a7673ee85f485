// Owns keeping the journal's key on a headless Windows: sealed by DPAPI for the account the service runs under. Node has no DPAPI,
// so PowerShell does it; the key goes through its stdin, never through a command line.
import { spawnSync } from 'node:child_process'
import type { KeyProtection } from './key-store.ts'

const withinMs = 20_000

const scriptOf = (verb: 'Protect' | 'Unprotect'): string =>
  [
    'Add-Type -AssemblyName System.Security',
    '$bytes = [Convert]::FromBase64String([Console]::In.ReadToEnd().Trim())',
    `$made = [Security.Cryptography.ProtectedData]::${verb}($bytes, $null, 'CurrentUser')`,
    '[Console]::Out.Write([Convert]::ToBase64String($made))',
  ].join('; ')

const run = (program: string, verb: 'Protect' | 'Unprotect', bytes: Uint8Array): Uint8Array => {
  const { status, stdout, error } = spawnSync(
    program,
    ['-NoProfile', '-NonInteractive', '-Command', `$ErrorActionPreference = 'Stop'; ${scriptOf(verb)}`],
    { input: Buffer.from(bytes).toString('base64'), encoding: 'utf8', timeout: withinMs, windowsHide: true },
  )
  // Its stderr may quote the input; the exit code is all that is passed on.
  if (error !== undefined || status !== 0) throw new Error(`DPAPI ${verb} failed (${String(status)})`)
  const made = Buffer.from(stdout.trim(), 'base64')
  if (made.length === 0) throw new Error(`DPAPI ${verb} gave nothing`)
  return made
}

/** `program`: PowerShell; another one for tests. Both directions throw when it fails. */
export const createWindowsProtection = (program = 'powershell.exe'): KeyProtection => ({
  name: 'dpapi',
  protect: (plain) => run(program, 'Protect', plain),
  unprotect: (sealed) => run(program, 'Unprotect', sealed),
})

/** How a headless agent, and the administrator's commands beside it, keep the key: DPAPI on Windows, elsewhere a 0600 file. */
export const headlessProtection = (platform: NodeJS.Platform): { readonly protection?: KeyProtection } =>
  platform === 'win32' ? { protection: createWindowsProtection() } : {}
