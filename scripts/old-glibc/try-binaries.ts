// Owns the try of the binaries for old systems: this project's Node loads them in the Debian folder, where try-inside.ts uses them.
import { copyFileSync, readdirSync, realpathSync, rmSync } from 'node:fs'
import { join, relative } from 'node:path'
import { outInside, outOutside, projectInside, runInside } from './debian-folder.ts'
import { simulatedLibrary } from './compile.ts'

const root = join(import.meta.dirname, '../..')
const prebuilt = 'node_modules/better-sqlite3/prebuilds/linux-x64.node'

/** Throws when one of them, or another native module of the packages, does not load and work with glibc 2.31. */
export const tryBinaries = (folder: string): void => {
  for (const file of readdirSync(outOutside)) rmSync(join(outOutside, file))
  for (const file of readdirSync(folder)) copyFileSync(join(folder, file), join(outOutside, file))
  runInside(simulatedLibrary.command, { deadlineMs: 60_000 })
  const node = join(projectInside, relative(root, realpathSync(join(root, 'node_modules/.bin/node'))))
  // In the place where a package has it, so that it is found as it will be.
  const inPlaceOf = { [prebuilt]: `${outInside}/better_sqlite3.node` }
  runInside([node, 'scripts/old-glibc/try-inside.ts', outInside], { deadlineMs: 120_000, inPlaceOf })
}
