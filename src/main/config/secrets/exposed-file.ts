// Owns whether a file with a secret in it is open to other users of the machine, and whether they can put another in its place.
import { statSync } from 'node:fs'
import { dirname } from 'node:path'
import { exposureOf, foreignOwnerOf, replaceableIn } from '../../../core/domain/machine/private-file.ts'
import { readRegularFile } from '../../files/read-regular.ts'
import { fileProblem } from '../schema/config-faults.ts'
import { textOfSecretFile } from './key-encoding.ts'

/** What is wrong with the rights of a file, in Chinese; undefined when nothing is, it is not there, or this is Windows. */
export const exposureAt = (path: string): string | undefined => {
  const stats = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  return stats?.isFile() === true ? exposureOf(path, stats.mode, 'file') : undefined
}

/**
 * Who else decides what a configuration says, in Chinese: another owner of the file or its folder, or somebody who may write there.
 * `own`: whose they must be, or root's; null: anybody's. [] on Windows, where doctor asks the system.
 */
export const strangersAt = (path: string, own: number | null): readonly string[] => {
  if (process.platform === 'win32') return []
  const folder = dirname(path)
  const faultsOf = (place: string): readonly (string | undefined)[] => {
    const rights = statSync(place, { throwIfNoEntry: false })
    if (rights === undefined) return []
    const isOurs = own === null || rights.uid === 0
    return [
      isOurs ? undefined : foreignOwnerOf(place, rights.uid, own),
      place === folder ? replaceableIn(folder, rights) : undefined,
    ]
  }
  return [path, folder].flatMap(faultsOf).filter((fault) => fault !== undefined)
}

/** A file that a configuration names. Throws RangeError, in Chinese, with the file and why it cannot be read. */
export const readNamedFile = (path: string): string => readBytes(path).toString('utf8')

const readBytes = (path: string): Buffer => {
  try {
    return readRegularFile(path)
  } catch (error) {
    throw new RangeError(fileProblem(path, error), { cause: error })
  }
}

/** The secret of one that its owner alone may open. Throws RangeError, as `readNamedFile`. */
export const readOwnFile = (path: string): string => {
  const exposed = exposureAt(path)
  if (exposed !== undefined) throw new RangeError(exposed)
  return textOfSecretFile(readBytes(path))
}
