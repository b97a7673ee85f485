// Owns writing a small file whole or not at all, on the disk when it returns. What is in it is its callers' business.
import { closeSync, fsyncSync, linkSync, openSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Makes a rename or a new name durable. Windows cannot open a folder; there the file system sees to it. */
export const syncFolder = (folder: string): void => {
  if (process.platform === 'win32') return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}

/** Renames over what is there, durably. */
export const renameDurably = (from: string, to: string): void => {
  renameSync(from, to)
  syncFolder(dirname(to))
}

/** Replaces the file (0600). A crash leaves the old one or the new one, never half of it. */
export const writeDurably = (path: string, content: string): void => {
  const partial = `${path}.new`
  rmSync(partial, { force: true })
  writeFileSync(partial, content, { mode: 0o600, flag: 'wx', flush: true })
  renameDurably(partial, path)
}

/** Makes the file (0600) whole, unless there is one: then that one stays, also when it comes into being meanwhile. */
export const writeNewDurably = (path: string, content: string): void => {
  const partial = `${path}.${process.pid}.new`
  rmSync(partial, { force: true })
  writeFileSync(partial, content, { mode: 0o600, flag: 'wx', flush: true })
  try {
    linkSync(partial, path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    rmSync(partial, { force: true })
  }
  syncFolder(dirname(path))
}
