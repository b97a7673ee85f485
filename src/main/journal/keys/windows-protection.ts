// Owns keeping keys on a headless Windows: sealed by DPAPI for the account that the service runs under. Windows' own crypt32.dll
// is called in this process: no other program starts, and no key leaves it.
import { createRequire } from 'node:module'
import { windowsProgram } from '../../../core/domain/machine/windows-program.ts'
import type { KeyProtection } from './key-store.ts'

/** CRYPTPROTECT_UI_FORBIDDEN: a service has nobody who could answer a dialog. */
const withoutDialog = 1

/** The two libraries of Windows, absolute. */
export type DpapiFiles = { readonly crypt32: string; readonly kernel32: string }

type Blob = { readonly cbData: number; readonly pbData: unknown }
type Verb = 'CryptProtectData' | 'CryptUnprotectData'
type Dpapi = (verb: Verb, bytes: Uint8Array) => Uint8Array

const bind = ({ crypt32, kernel32 }: DpapiFiles): Dpapi => {
  // Loaded only where it is used: nothing else in the agent's process calls foreign code (I10).
  const koffi = createRequire(import.meta.url)('koffi') as typeof import('koffi')
  const library = koffi.load(crypt32)
  const blob = koffi.struct({ cbData: 'uint32_t', pbData: 'void *' })
  const [input, made] = [koffi.pointer(blob), koffi.out(koffi.pointer(blob))]
  const types = [input, 'void *', 'void *', 'void *', 'void *', 'uint32_t', made]
  const free = koffi.load(kernel32).func('__stdcall', 'LocalFree', 'void *', ['void *'])
  const bound = (verb: Verb) => library.func('__stdcall', verb, 'int', types)
  const functions = { CryptProtectData: bound('CryptProtectData'), CryptUnprotectData: bound('CryptUnprotectData') }
  return (verb, bytes) => {
    const out = {} as Blob
    const plain = { cbData: bytes.length, pbData: Buffer.from(bytes) }
    if (functions[verb](plain, null, null, null, null, withoutDialog, out) === 0) throw new Error(`${verb} failed`)
    try {
      if (out.cbData === 0) throw new Error(`${verb} gave nothing`)
      return Uint8Array.from(koffi.decode(out.pbData, 'uint8_t', out.cbData) as ArrayLike<number>)
    } finally {
      free(out.pbData)
    }
  }
}

/** Both directions throw when the system refuses, or has no such library. `files`: others for tests. */
export const createWindowsProtection = (
  files: DpapiFiles = {
    crypt32: windowsProgram('crypt32.dll', process.env),
    kernel32: windowsProgram('kernel32.dll', process.env),
  },
): KeyProtection => {
  let bound: Dpapi | undefined
  const call: Dpapi = (verb, bytes) => (bound ??= bind(files))(verb, bytes)
  return {
    name: 'dpapi',
    protect: (plain) => call('CryptProtectData', plain),
    unprotect: (sealed) => call('CryptUnprotectData', sealed),
  }
}

/** How a headless agent, and the administrator's commands beside it, keep keys: DPAPI on Windows, elsewhere a 0600 file. */
export const headlessProtection = (platform: NodeJS.Platform): { readonly protection?: KeyProtection } =>
  platform === 'win32' ? { protection: createWindowsProtection() } : {}
