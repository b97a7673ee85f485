// Owns whether a library's files are the accepted ones: SHA-256 of every library and program in its folder, kept in a
// file of ours. What it depends on counts as well; ini files, logs and data that the vendor writes do not.
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { appendFile, readdir, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { readRegularFile } from '../../files/read-regular.ts'
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

const readManifest = (file: string): Manifest | undefined => {
  try {
    return JSON.parse(readRegularFile(file).toString('utf8')) as Manifest
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

/** One name for all files as they are now: what an administrator has looked at is what gets accepted. */
const fingerprintOf = (manifest: Manifest): string =>
  createHash('sha256').update(JSON.stringify(manifest)).digest('hex')

/** The library's files compared with the accepted ones. */
export type LibraryReview = {
  /** `notYet`: there is no manifest, so the first start accepts what is there. */
  readonly state: 'same' | 'changed' | 'notYet'
  /** One line each, Chinese. */
  readonly changes: readonly string[]
  readonly fingerprint: string
}

const review = async (path: string, manifestFile: string, exceptName: string) => {
  const accepted = readManifest(manifestFile)
  const found = await measureFolder(dirname(path), exceptName)
  const changes = accepted === undefined ? [] : compare(accepted, found)
  const state = accepted === undefined ? 'notYet' : changes.length === 0 ? 'same' : 'changed'
  return { found, review: { state, changes, fingerprint: fingerprintOf(found) } satisfies LibraryReview }
}

/** Looks without accepting anything. Throws the system's error, SyntaxError or RangeError when it cannot be compared. */
export const reviewLibrary = async (path: string, manifestFile: string, exceptName: string): Promise<LibraryReview> =>
  (await review(path, manifestFile, exceptName)).review

const writeManifest = async (file: string, manifest: Manifest): Promise<void> => {
  const fresh = `${file}.new`
  await writeFile(fresh, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600 })
  await rename(fresh, file)
}

/** Who accepts, and what: the fingerprint that was looked at; undefined for whoever looks and accepts at once. */
export type Acceptance = { readonly operator: string; readonly fingerprint: string | undefined }

/** Every acceptance, one JSON line each, oldest first: beside the manifest, so that it is kept and backed up with it. */
export const acceptanceRecord = (manifestFile: string): string => `${manifestFile}.accepted`

/**
 * Takes the library's files as they are now for the accepted ones, and records who did it. Gives what was compared before.
 * @throws AgentError LIBRARY_FINGERPRINT_MISMATCH when the files are others than those of the fingerprint; the system's error
 */
export const acceptLibrary = async (
  path: string,
  manifestFile: string,
  exceptName: string,
  { operator, fingerprint }: Acceptance,
): Promise<LibraryReview> => {
  const { found, review: before } = await review(path, manifestFile, exceptName)
  if (fingerprint !== undefined && fingerprint !== before.fingerprint) {
    throw new AgentError('LIBRARY_FINGERPRINT_MISMATCH', { detail: { fingerprint: before.fingerprint } })
  }
  // The record first: a manifest that nobody accepted must not be found, a record of one that was not written may.
  const { changes } = before
  const line = { at: new Date().toISOString(), operator, fingerprint: before.fingerprint, changes, files: found }
  await appendFile(acceptanceRecord(manifestFile), `${JSON.stringify(line)}\n`, { mode: 0o600, flush: true })
  await writeManifest(manifestFile, found)
  return before
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
    const { found, review: compared } = await review(path, manifestFile, exceptName)
    if (compared.state === 'notYet') await writeManifest(manifestFile, found)
    return compared.state === 'changed' ? faultOfChange(compared.changes) : undefined
  } catch (error) {
    return faultOfChange([`无法核对 ${manifestFile}: ${error instanceof Error ? error.message : String(error)}`])
  }
}
