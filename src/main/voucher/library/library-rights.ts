// Owns whether ordinary users could change a library or put another in its place. Windows is asked for the folder's security
// descriptor, whose names do not depend on the language of the system.
import { execFile } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { childEnvironment } from '../../../core/domain/machine/child-environment.ts'
import { othersMayReplaceIn, othersMayWrite } from '../../../core/domain/machine/private-file.ts'
import { windowsProgram } from '../../../core/domain/machine/windows-program.ts'

const maxFiles = 2_000
const withinMs = 8_000

/** `undefined`: it cannot be known here. */
export type OpenPlaces = readonly string[] | undefined

const isOpenToOthers = (path: string): boolean => othersMayWrite(statSync(path))
const isOpenAncestor = (folder: string): boolean => othersMayReplaceIn(statSync(folder))

const ancestorsOf = (folder: string): string[] => {
  const parent = dirname(folder)
  return parent === folder ? [] : [parent, ...ancestorsOf(parent)]
}

/** Nothing on Windows, where rights are no bits. Throws the system's error. */
export const findOpenOnPosix = (path: string): readonly string[] => {
  if (process.platform === 'win32') return []
  const folder = dirname(path)
  const files = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
  const inside = files.slice(0, maxFiles).map(({ name }) => join(folder, name))
  return [
    ...(isOpenToOthers(folder) ? [folder] : []),
    ...ancestorsOf(folder).filter(isOpenAncestor),
    ...inside.filter((file) => /[.](so|dll|exe)([.]|$)/i.test(file) && isOpenToOthers(file)),
  ]
}

/** Everyone, Users, Authenticated Users, Interactive, Domain Users, Guests: by SDDL's names and as they are written out. */
const ordinary = /^(WD|BU|AU|IU|DU|BG|S-1-1-0|S-1-5-32-545|S-1-5-11|S-1-5-4|S-1-5-32-546|S-1-5-21-[\d-]+-513)$/
/** FILE_WRITE_DATA, FILE_APPEND_DATA, DELETE_CHILD, DELETE, WRITE_DAC, WRITE_OWNER, GENERIC_ALL, GENERIC_WRITE. */
const writeBits = 0x2 | 0x4 | 0x40 | 0x10000 | 0x40000 | 0x80000 | 0x10000000 | 0x40000000
const writeNames = /^(GA|GW|FA|FW|WD|WO|SD|DC|CC|LC)$/

const mayWrite = (rights: string): boolean =>
  rights.startsWith('0x')
    ? (BigInt(rights) & BigInt(writeBits >>> 0)) !== 0n
    : (rights.match(/../g) ?? []).some((name) => writeNames.test(name))

/** Who of the ordinary users may write, by a security descriptor in SDDL; entries for children only count as well. */
export const findWritersInSddl = (sddl: string): readonly string[] => findInSddl(sddl, mayWrite)

const findInSddl = (sddl: string, may: (rights: string) => boolean): readonly string[] =>
  [...sddl.matchAll(/\(A;([^;]*);([^;]*);[^;]*;[^;]*;([^;)]*)\)/g)].flatMap(([, , rights = '', who = '']) =>
    ordinary.test(who) && may(rights) ? [who] : [],
  )

/** FILE_READ_DATA, GENERIC_ALL, GENERIC_READ. */
const readBits = 0x1n | 0x10000000n | 0x80000000n
const readNames = /^(GA|GR|FA|FR|CC)$/

const mayRead = (rights: string): boolean =>
  rights.startsWith('0x')
    ? (BigInt(rights) & readBits) !== 0n
    : (rights.match(/../g) ?? []).some((name) => readNames.test(name))

/** Who of the ordinary users may read, as `findWritersInSddl`. */
export const findReadersInSddl = (sddl: string): readonly string[] => findInSddl(sddl, mayRead)

/** Gives what PowerShell printed; the path goes through the environment, never into the command. */
export type AskWindows = (path: string) => Promise<string>

const askPowerShell: AskWindows = async (path) => {
  const command = '(Get-Acl -LiteralPath $env:MIP_PATH).Sddl'
  const { stdout } = await promisify(execFile)(
    windowsProgram('WindowsPowerShell\\v1.0\\powershell.exe', process.env),
    ['-NoProfile', '-NonInteractive', '-Command', command],
    { timeout: withinMs, windowsHide: true, env: childEnvironment(process.env, { MIP_PATH: path }) },
  )
  return stdout
}

/** The places where ordinary users may write: the folder, a folder above it, a library in it. Throws the system's error. */
export const findOpenPlaces = async (path: string, ask?: AskWindows): Promise<OpenPlaces> => {
  if (ask === undefined && process.platform !== 'win32') return findOpenOnPosix(path)
  const asked = ask ?? askPowerShell
  const found: string[] = []
  for (const place of [dirname(path), path]) {
    const sddl = await asked(place).catch(() => '')
    if (!sddl.includes('D:')) return undefined
    const writers = findWritersInSddl(sddl)
    if (writers.length > 0) found.push(`${place} (${writers.join(', ')})`)
  }
  return found
}

/** Who of the ordinary users of a Windows may read a file; undefined when that cannot be known. */
export const findReaders = async (path: string, ask = askPowerShell): Promise<readonly string[] | undefined> => {
  const sddl = await ask(path).catch(() => '')
  return sddl.includes('D:') ? findReadersInSddl(sddl) : undefined
}
