// Owns whether a file with a secret in it is open to other users of the machine.
import { readFileSync, statSync } from 'node:fs'
import { exposureOf } from '../domain/private-file.ts'

/** What is wrong with the rights of a file, in Chinese; undefined when nothing is, it is not there, or this is Windows. */
export const exposureAt = (path: string): string | undefined => {
  const stats = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true ? exposureOf(path, stats.mode, 'file') : undefined
}

/** A file that its owner alone may open. Throws RangeError, in Chinese, and the system's errors. */
export const readOwnFile = (path: string): string => {
  const exposed = exposureAt(path)
  if (exposed !== undefined) throw new RangeError(exposed)
  return readFileSync(path, 'utf8')
}
