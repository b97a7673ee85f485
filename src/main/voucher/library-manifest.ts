// Owns whether a library's files are the accepted ones: SHA-256 of every library and program in its folder, kept in a
// file of ours. What it depends on counts as well; ini files, logs and data that the vendor writes do not.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { AgentError } from '../domain/errors.ts'
import { readArchitecture } from './library-architecture.ts'
import { faultOfChange } from './library-faults.ts'

/** File name -> SHA-256, hexadecimal. */
type Manifest = Readonly<Record<string, string>>

const maxFiles = 1_000

const hashFile = async (path: string): Promise<string> => {
  const hash = createHash('sha256')
  await pipeline(createReadStream(path), hash)
  return hash.digest('hex')
}

const isCode = (path: string): boolean => {
  try {
    return readArchitecture(path) !== undefined
  } catch {
    return false
  }
}

/** The files that a host may load from the library's folder. `exceptName` is our own copy of the host. */
const measureFolder = async (folder: string, exceptName: string): Promise<Manifest> => {
  const names = (await readdir(folder)).filter((name) => name !== exceptName && isCode(join(folder, name)))
  if (names.length > maxFiles) throw new RangeError(`more than ${maxFiles} libraries in ${folder}`)
  const manifest: Record<string, string> = {}
  for (const name of names.toSorted()) manifest[name] = await hashFile(join(folder, name))
  return manifest
}

const readManifest = async (file: string): Promise<Manifest | undefined> => {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as Manifest
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}

const compare = (accepted: Manifest, found: Manifest): string[] =>
  [...new Set([...Object.keys(accepted), ...Object.keys(found)])].toSorted().flatMap((name) => {
    if (found[name] === undefined) return [`${name} 缺失`]
    if (accepted[name] === undefined) return [`${name} 是新文件`]
    return accepted[name].toLowerCase() === found[name] ? [] : [`${name} 已变化`]
  })

/** Takes the library's files as they are now for the accepted ones. */
export const acceptLibrary = async (path: string, manifestFile: string, exceptName = ''): Promise<void> => {
  const manifest = await measureFolder(dirname(path), exceptName)
  const fresh = `${manifestFile}.new`
  await writeFile(fresh, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, manifestFile)
}

/**
 * LIBRARY_CHANGED when a file is missing, new or different; undefined when all are the accepted ones. Without a manifest
 * the files of today are accepted: who installs the agent has put them there.
 */
export const findChange = async (
  path: string,
  manifestFile: string,
  exceptName: string,
): Promise<AgentError | undefined> => {
  try {
    const accepted = await readManifest(manifestFile)
    if (accepted === undefined) {
      await acceptLibrary(path, manifestFile, exceptName)
      return undefined
    }
    const changes = compare(accepted, await measureFolder(dirname(path), exceptName))
    return changes.length === 0 ? undefined : faultOfChange(changes)
  } catch (error) {
    return faultOfChange([`无法核对 ${manifestFile}: ${error instanceof Error ? error.message : String(error)}`])
  }
}
