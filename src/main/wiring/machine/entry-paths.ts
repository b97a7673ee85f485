// Owns where the programs beside this one are: the sources when running from sources, the bundles when bundled.
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(import.meta.url)
const fromSources = here.endsWith('.ts')
const folder = dirname(here)

const pathOf = (source: string, bundle: string): string => join(folder, fromSources ? source : bundle)

export const entryPaths = {
  hostNode: pathOf('../../voucher/hosts/host-node.ts', 'host-node.js'),
  hostSimulated: pathOf('../../voucher/hosts/host-simulated.ts', 'host-simulated.js'),
  sandbox: pathOf('../../../sandbox/main.ts', 'sandbox.js'),
  /** What `npm run build:native` makes, a folder for each system and processor. */
  native: join(folder, fromSources ? '../../../..' : '..', 'build/native'),
  /** The simulated national library, one of them. */
  simulatedLibrary: join(folder, fromSources ? '../../../..' : '..', 'build/native/linux-x64/libNationECCode.so'),
} as const

const pages = pathOf('../../../../build/pages', 'renderer')

/** The folder of the pages that `npm run build` makes; undefined when nobody made them. */
export const pagesDir = existsSync(pages) ? pages : undefined
