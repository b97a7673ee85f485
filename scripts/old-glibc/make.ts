// Owns `npm run build:old-glibc`: the binaries for Linux systems with an old C library (UOS 20 and Kylin V10: glibc 2.28), which the
// packages take from build/native-old-glibc/. `-- --try` loads them with glibc 2.31; `-- --mirror ADDRESS` names a Debian mirror.
// docs/desktop.md, "Old systems".
import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { needsAbove, readNeeds } from './binary-needs.ts'
import { binaries, compileBinaries, hashInputs } from './compile.ts'
import { makeDebianFolder, outOutside } from './debian-folder.ts'
import { tryBinaries } from './try-binaries.ts'

const root = join(import.meta.dirname, '../..')
/** Where the binaries and manifest.json are. */
export const oldGlibcFolder = join(root, 'build/native-old-glibc')
const system = 'linux-x64'

/** manifest.json: what is there, and what it was made of. */
export type OldGlibcManifest = {
  readonly format: 1
  /** SHA-256 of sources, headers and commands. */
  readonly inputs: string
  readonly files: readonly {
    /** Below the folder of the manifest. */
    readonly path: string
    /** The highest version of glibc whose symbols it needs. */
    readonly glibc: string
    readonly sha256: string
  }[]
}

const sha256Of = (path: string): string => createHash('sha256').update(readFileSync(path)).digest('hex')

/** The manifest of what was built, undefined where nothing was. Throws when a file is not the one that it names. */
export const readManifest = (): OldGlibcManifest | undefined => {
  const path = join(oldGlibcFolder, 'manifest.json')
  if (!existsSync(path)) return undefined
  const manifest = JSON.parse(readFileSync(path, 'utf8')) as OldGlibcManifest
  for (const { path: file, sha256 } of manifest.files) {
    if (sha256Of(join(oldGlibcFolder, file)) !== sha256) throw new Error(`${file}: not the file of manifest.json`)
  }
  return manifest
}

const findMissing = (): readonly string[] => {
  const needed = { debootstrap: '--version', readelf: '--version', unshare: '--version', gpgv: '--version' }
  return Object.entries(needed).flatMap(([command, option]) => {
    try {
      execFileSync(command, [option], { stdio: 'ignore' })
      return []
    } catch {
      return [command]
    }
  })
}

const isUpToDate = (inputs: string): boolean => {
  try {
    return readManifest()?.inputs === inputs
  } catch {
    return false
  }
}

/** Copies what was compiled, unless one of them needs too much of a system. */
const takeOver = (inputs: string): void => {
  const files = binaries.map(({ file, limits }) => {
    const compiled = join(outOutside, file)
    const needs = readNeeds(compiled)
    const faults = needsAbove(needs, limits)
    if (faults.length > 0) throw new Error(`${file}: ${faults.join(', ')}`)
    return { compiled, path: `${system}/${file}`, glibc: needs.versions['GLIBC'] ?? '', sha256: sha256Of(compiled) }
  })
  rmSync(oldGlibcFolder, { recursive: true, force: true })
  mkdirSync(join(oldGlibcFolder, system), { recursive: true })
  for (const { compiled, path } of files) copyFileSync(compiled, join(oldGlibcFolder, path))
  const manifest: OldGlibcManifest = {
    format: 1,
    inputs,
    files: files.map(({ path, glibc, sha256 }) => ({ path, glibc, sha256 })),
  }
  writeFileSync(join(oldGlibcFolder, 'manifest.json'), `${JSON.stringify(manifest, null, 2)}\n`)
}

const main = (mirror: string | undefined, mustTry: boolean): void => {
  if (process.platform !== 'linux' || process.arch !== 'x64' || process.getuid?.() !== 0) {
    throw new Error('只能在 Linux x64 上以 root 运行 (runs on Linux x64 only, as root)')
  }
  const missing = findMissing()
  if (missing.length > 0) {
    const packages = 'debootstrap binutils util-linux gpgv'
    throw new Error(`缺少 (missing): ${missing.join(', ')}; apt-get install -y ${packages}`)
  }
  const inputs = hashInputs()
  const isThere = isUpToDate(inputs)
  if (!isThere || mustTry) makeDebianFolder(mirror)
  if (!isThere) {
    compileBinaries()
    takeOver(inputs)
  }
  for (const { path, glibc } of readManifest()?.files ?? []) {
    console.log(`${isThere ? '无需编译 (up to date)' : '已编译 (compiled)'}: ${path}, glibc >= ${glibc}`)
  }
  if (mustTry) tryBinaries(join(oldGlibcFolder, system))
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { try: { type: 'boolean', default: false }, mirror: { type: 'string' } } })
  try {
    main(values.mirror, values.try)
  } catch (error) {
    console.error(error instanceof Error ? error.message : error)
    process.exitCode = 1
  }
}
