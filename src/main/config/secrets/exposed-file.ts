// Owns reading the files that a configuration names: whether other users could read a secret there, or decide what it says.
import { statSync } from 'node:fs'
import { exposureOf } from '../../../core/domain/machine/private-file.ts'
import { readRegularFile } from '../../files/read-regular.ts'
import { ownUser, strangersAt } from '../../files/strangers.ts'
import { fileProblem } from '../schema/config-faults.ts'
import { textOfSecretFile } from './key-encoding.ts'

/** What is wrong with the rights of a file, in Chinese; undefined when nothing is, it is not there, or this is Windows. */
export const exposureAt = (path: string): string | undefined => {
  const stats = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true ? exposureOf(path, stats.mode, 'file') : undefined
}

const assertOurs = (path: string, own: number | null): void => {
  const [stranger] = strangersAt(path, own)
  if (stranger !== undefined) throw new RangeError(stranger)
}

/**
 * A file that a configuration names. Throws RangeError, in Chinese, with the file and why it cannot be read, or is not to be believed.
 * `own` as `strangersAt` has it.
 */
export const readNamedFile = (path: string, own = ownUser()): string => {
  assertOurs(path, own)
  return readBytes(path).toString('utf8')
}

const readBytes = (path: string): Buffer => {
  try {
    return readRegularFile(path)
  } catch (error) {
    throw new RangeError(fileProblem(path, error), { cause: error })
  }
}

/** The secret of one that its owner alone may open. Throws RangeError, as `readNamedFile`. */
export const readOwnFile = (path: string, own = ownUser()): string => {
  const exposed = exposureAt(path)
  if (exposed !== undefined) throw new RangeError(exposed)
  assertOurs(path, own)
  return textOfSecretFile(readBytes(path))
}
