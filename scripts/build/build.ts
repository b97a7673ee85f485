// Builds what runs in production: one bundle per program into dist/. Native packages stay outside and are loaded from
// node_modules. A command: `node scripts/build/build.ts`.
import { build } from 'esbuild'
import { cpSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPages } from './build-pages.ts'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const outdir = join(root, 'dist')

/** Packages with a native part, and Electron, which brings itself. */
const external = ['better-sqlite3', 'serialport', 'node-hid', 'koffi', 'electron']

// Some packages of the bundle are CommonJS and call require for node's own modules. esbuild does not know the names of a banner:
// none may be one that a source imports.
const banner =
  "import { createRequire as bundleRequire } from 'node:module'; const require = bundleRequire(import.meta.url);"

const entries = {
  start: 'src/main/programs/start.ts',
  headless: 'src/main/programs/headless/headless.ts',
  'doctor-program': 'src/main/programs/doctor/doctor-program.ts',
  'host-node': 'src/main/voucher/hosts/host-node.ts',
  'host-simulated': 'src/main/voucher/hosts/host-simulated.ts',
  sandbox: 'src/sandbox/main.ts',
  index: 'src/main/programs/desktop/index.ts',
  'agent-process': 'src/main/programs/desktop/agent-process.ts',
} as const

/** Replaces dist/ by fresh bundles. Throws when the sources do not bundle. */
export const buildBundles = async (): Promise<void> => {
  rmSync(outdir, { recursive: true, force: true })
  await build({
    absWorkingDir: root,
    entryPoints: entries,
    outdir,
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node24',
    external: [...external],
    banner: { js: banner },
    legalComments: 'none',
    minifySyntax: true,
    sourcemap: 'linked',
    logLevel: 'warning',
  })
  // The preload script of a sandboxed page is CommonJS; the pages themselves have no Node at all.
  await build({
    absWorkingDir: root,
    entryPoints: { preload: 'src/preload/preload.ts' },
    outdir,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external,
    logLevel: 'warning',
  })
  cpSync(await buildPages(), join(outdir, 'renderer'), { recursive: true })
}

if (import.meta.main) {
  await buildBundles()
  console.log('已生成 (built): dist/')
}
