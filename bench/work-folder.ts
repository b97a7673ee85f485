// Owns the folder that a measurement writes to. It lies below build/, not in the system's temporary folder, which may be
// memory: there a commit costs nothing.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** Gives a fresh folder to the work and removes it afterwards. */
export const withWorkFolder = async <Result>(work: (folder: string) => Promise<Result>): Promise<Result> => {
  const build = join(root, 'build')
  mkdirSync(build, { recursive: true })
  const folder = mkdtempSync(join(build, 'bench-'))
  try {
    return await work(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
