// Owns what a Linux binary needs of the system that loads it, by readelf (Debian's binutils), and what the oldest systems have.
import { execFileSync } from 'node:child_process'

/** The highest version that is needed or had of each set of symbols: `{ GLIBC: '2.28' }`. */
export type Versions = Readonly<Record<string, string>>
export type BinaryNeeds = {
  /** The libraries that are loaded with it, e.g. `libc.so.6`. */
  readonly libraries: readonly string[]
  readonly versions: Versions
}

/** What UOS 20 and Kylin V10 have at least: glibc 2.28, the libraries of gcc 7 and the usual libudev. */
export const oldestSystem: Versions = {
  GLIBC: '2.28',
  GLIBCXX: '3.4.24',
  CXXABI: '1.3.11',
  GCC: '7.0.0',
  LIBUDEV: '183',
}

const isNumbered = (version: string): boolean => /^\d+([.]\d+)*$/.test(version)

/** Whether a version is above another; one without a number (`GLIBC_PRIVATE`) is above all. */
export const isAbove = (version: string, limit: string): boolean => {
  if (!isNumbered(version)) return true
  if (!isNumbered(limit)) return false
  const [left, right] = [version.split('.').map(Number), limit.split('.').map(Number)]
  const at = left.findIndex((part, i) => part !== (right[i] ?? 0))
  return at >= 0 && (left[at] ?? 0) > (right[at] ?? 0)
}

/** Throws when readelf is missing or the file is no ELF binary. */
export const readNeeds = (path: string): BinaryNeeds => {
  const text = execFileSync('readelf', ['--wide', '--dynamic', '--version-info', path], {
    encoding: 'utf8',
    env: { ...process.env, LC_ALL: 'C' },
    maxBuffer: 64 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const libraries = [...text.matchAll(/\(NEEDED\).*\[(.+)\]/g)].map(([, name = '']) => name)
  if (libraries.length === 0) throw new Error(`${path}: names no library, not even the C library`)
  // Versions that the binary itself offers stand in a section of their own.
  const [, needs = ''] = text.split('Version needs section')
  const versions: Record<string, string> = {}
  for (const [, set = '', version = ''] of needs.matchAll(/Name: ([A-Z]+)_(\S+)/g)) {
    const highest = versions[set]
    if (highest === undefined || isAbove(version, highest)) versions[set] = version
  }
  return { libraries, versions }
}

/** What is needed above the limits, one text each; a set that the limits do not name is above them. */
export const needsAbove = ({ versions }: BinaryNeeds, limits: Versions): readonly string[] =>
  Object.entries(versions).flatMap(([set, version]) => {
    const limit = limits[set]
    if (limit !== undefined && !isAbove(version, limit)) return []
    return [`${set}_${version} ${limit === undefined ? 'is not allowed' : `is above ${set}_${limit}`}`]
  })
