// Owns whether a file with a secret in it is open to other users of the machine.
import { readFileSync, statSync } from 'node:fs'
import { exposureOf } from '../domain/private-file.ts'
import { fileProblem } from './config-faults.ts'

/** What is wrong with the rights of a file, in Chinese; undefined when nothing is, it is not there, or this is Windows. */
export const exposureAt = (path: string): string | undefined => {
  const stats = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true ? exposureOf(path, stats.mode, 'file') : undefined
}

/** A file that a configuration names. Throws RangeError, in Chinese, with the file and why it cannot be read. */
export const readNamedFile = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    throw new RangeError(fileProblem(path, error), { cause: error })
  }
}

/** One that its owner alone may open. Throws RangeError, as `readNamedFile`. */
export const readOwnFile = (path: string): string => {
  const exposed = exposureAt(path)
  if (exposed !== undefined) throw new RangeError(exposed)
  return readNamedFile(path)
}
