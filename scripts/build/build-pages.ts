// Builds what people look at: the pages of src/renderer into build/pages, one folder each, with their assets beside them.
// Nothing is built when no source changed. A command: `node scripts/build/build-pages.ts`.
import vue from '@vitejs/plugin-vue'
import { createHash } from 'node:crypto'
import { globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { build, type Rolldown } from 'vite'

const root = join(dirname(fileURLToPath(import.meta.url)), '../..')
const pagesDir = join(root, 'build/pages')
const stampFile = join(pagesDir, 'built-from')
/** A folder: only one process can make it. */
const lock = join(root, 'build/pages.lock')
/** A build that died leaves its lock behind. */
const lockLastsMs = 120_000
const pages = ['console', 'kiosk', 'display', 'docs'] as const

/** Few files at first: on a slow PC each one costs more than what is in it. What is loaded later stays apart. */
const chunks = [
  { name: 'shared', test: /node_modules[\\/]@?vue[\\/]|renderer[\\/]shared[\\/]/, tags: ['$initial'], priority: 1 },
  { name: 'console', test: /renderer[\\/]console[\\/]/, tags: ['$initial'] },
] satisfies Rolldown.CodeSplittingGroup[]

/** What the pages are made of, as one text that changes with any of it. */
const stampOfSources = (): string => {
  const files = [
    'package-lock.json',
    'scripts/build/build-pages.ts',
    ...globSync('src/{renderer,contract}/**/*.*', { cwd: root }),
  ]
  const hash = createHash('sha256')
  for (const file of files.toSorted())
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)))
      .update('\0')
  return hash.digest('hex')
}

const isBuilt = (stamp: string): boolean => {
  try {
    return readFileSync(stampFile, 'utf8') === stamp
  } catch {
    // Never built, or another process empties the folder just now.
    return false
  }
}

const takeLock = (): boolean => {
  mkdirSync(dirname(lock), { recursive: true })
  try {
    mkdirSync(lock)
    return true
  } catch {
    const sinceMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now())
    if (sinceMs > lockLastsMs) rmSync(lock, { recursive: true, force: true })
    return false
  }
}

const buildAll = async (stamp: string): Promise<void> => {
  await build({
    configFile: false,
    root: join(root, 'src/renderer'),
    // Relative, so that one build serves the agent's port and app:// alike.
    base: './',
    logLevel: 'warn',
    plugins: [vue()],
    define: {
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    },
    build: {
      outDir: pagesDir,
      emptyOutDir: true,
      target: 'chrome109',
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      rolldownOptions: {
        input: Object.fromEntries(pages.map((page) => [page, join(root, 'src/renderer', page, 'index.html')])),
        output: { codeSplitting: { groups: chunks } },
      },
    },
  })
  writeFileSync(stampFile, stamp)
}

/** Makes build/pages when it is missing or older than its sources, and says where it is. Throws when a page does not build. */
export const buildPages = async (): Promise<string> => {
  const stamp = stampOfSources()
  // Test files that start together would empty the folder under each other.
  while (!isBuilt(stamp)) {
    if (!takeLock()) {
      await pause(100)
      continue
    }
    try {
      if (!isBuilt(stamp)) await buildAll(stamp)
    } finally {
      rmSync(lock, { recursive: true, force: true })
    }
  }
  return pagesDir
}

if (import.meta.main) console.log(`已生成 (built): ${await buildPages()}`)
