// Owns the programs of the torture as bundles, which start in a fraction of the time that the sources take.
import { build, type Plugin } from 'esbuild'
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const root = join(import.meta.dirname, '../../..')

export type Programs = {
  readonly agent: string
  readonly host: string
  readonly center: string
  /** Removes them. */
  readonly close: () => void
}

const entries = {
  agent: 'evidence/torture/processes/agent-program.ts',
  host: 'src/main/voucher/hosts/host-simulated.ts',
  center: 'src/sandbox/main.ts',
} as const

/** A planted fault: an agent that does not wait for its disk, and believes that it does. */
const neverSyncs: Plugin = {
  name: 'never-syncs',
  setup: (bundler) => {
    bundler.onLoad({ filter: /open-database[.]ts$/ }, ({ path }) => {
      const source = readFileSync(path, 'utf8')
      const careless = source.replace('synchronous = FULL', 'synchronous = OFF').replace('fullSync = 2', 'fullSync = 0')
      if (careless.length === source.length) throw new Error('open-database.ts is not what it was')
      return { contents: careless, loader: 'ts' }
    })
  },
}

/** Bundles them anew, into a folder of their own. Throws when the sources do not bundle. */
export const buildPrograms = async ({ syncs = true } = {}): Promise<Programs> => {
  // Within the project, so that native packages are found.
  const parent = join(root, 'build')
  mkdirSync(parent, { recursive: true })
  const outdir = mkdtempSync(join(parent, 'torture-'))
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: ['better-sqlite3', 'serialport', 'koffi'],
    plugins: syncs ? [] : [neverSyncs],
    // Some packages of the bundle are CommonJS and call require for node's own modules. The name is none that a source imports.
    banner: {
      js: "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);",
    },
    logLevel: 'warning',
  })
  const programOf = (name: keyof typeof entries): string => join(outdir, `${name}.mjs`)
  return {
    agent: programOf('agent'),
    host: programOf('host'),
    center: programOf('center'),
    close: () => {
      rmSync(outdir, { recursive: true, force: true })
    },
  }
}
