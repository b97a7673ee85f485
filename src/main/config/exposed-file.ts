// Owns whether a file with a secret in it is open to other users of the machine, and whether the configuration itself is one.
import { readFileSync, statSync } from 'node:fs'
import { exposureOf } from '../domain/private-file.ts'

/** The hash of a token is what its requests are signed with; the hash of a staff key gives a short number away. */
const secretNames = new Set(['hash', 'staffKey'])

/** Whether something in the configuration itself is a secret. */
export const holdsSecret = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  Object.entries(value).some(([name, member]) => secretNames.has(name) || holdsSecret(member))

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
