// Owns whether everything a library needs is beside it or on the system, by name, before anything is loaded. It cannot know what
// the library loads later by itself; the trial start of the host is the last word.
import { existsSync, globSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { readArchitecture, type Architecture } from './library-architecture.ts'
import { readImports } from './library-imports.ts'

export type Dependencies = {
  /** How many were found. */
  readonly found: number
  /** `name (needed by file)`, each once. */
  readonly missing: readonly string[]
}

const maxFiles = 500

/** Names that Windows resolves by itself: there is no file of that name. */
const isApiSet = (name: string): boolean => /^(api|ext)-ms-/i.test(name)

const windowsFolders = ({ bits }: Architecture): string[] => {
  const root = process.env['SystemRoot'] ?? 'C:\\Windows'
  const system = join(root, bits === 32 && process.arch !== 'ia32' ? 'SysWOW64' : 'System32')
  return [system, root, ...(process.env['PATH'] ?? '').split(';')]
}

const linuxFolders = ({ bits }: Architecture): string[] => {
  const configured = globSync('/etc/ld.so.conf.d/*.conf').flatMap((file) => readFileSync(file, 'utf8').split('\n'))
  const usual = bits === 64 ? ['/lib64', '/usr/lib64'] : ['/lib32', '/usr/lib32']
  const places = (process.env['LD_LIBRARY_PATH'] ?? '').split(':')
  return [...places, ...configured.map((line) => line.trim()), ...usual, '/lib', '/usr/lib', '/usr/local/lib'].filter(
    (folder) => folder.startsWith('/'),
  )
}

/** The file of that name in a folder, whatever its case on Windows, if it is for the same machine. */
const findIn = (folder: string, name: string, machine: Architecture): string | undefined => {
  try {
    const isNamed = (file: string): boolean => file.toLowerCase() === name.toLowerCase()
    const file = machine.format === 'pe' ? readdirSync(folder).find(isNamed) : name
    const path = join(folder, file ?? name)
    if (!existsSync(path)) return undefined
    const found = readArchitecture(path)
    return found?.machine === machine.machine && found.format === machine.format ? path : undefined
  } catch {
    return undefined
  }
}

/**
 * Looks for what the library needs, and for what files beside it need.
 * @throws the system's error, or RangeError, when the library itself cannot be read
 */
export const findDependencies = (path: string, machine: Architecture): Dependencies => {
  const own = dirname(path)
  const system = machine.format === 'pe' ? windowsFolders(machine) : linuxFolders(machine)
  const seen = new Set<string>()
  const missing: string[] = []
  const toRead = [path]
  for (let file = toRead.pop(); file !== undefined && seen.size < maxFiles; file = toRead.pop()) {
    const reading = file
    const { names, folders } = readImports(file)
    const asked = folders.map((folder) => folder.replaceAll(/\$\{?ORIGIN\}?/g, dirname(reading)))
    for (const name of names) {
      if (seen.has(name.toLowerCase()) || isApiSet(name)) continue
      seen.add(name.toLowerCase())
      const beside = findIn(own, name, machine)
      if (beside !== undefined) toRead.push(beside)
      else if (![...asked, ...system].some((folder) => findIn(folder, name, machine) !== undefined)) {
        missing.push(`${name} (${file === path ? '动态库' : file.slice(own.length + 1)} 需要)`)
      }
    }
  }
  return { found: seen.size - missing.length, missing }
}
