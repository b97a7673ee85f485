// Owns who else decides what stands in a file or folder that the agent believes: its owner, and whoever may write to it or put
// another in its place. Windows has no such bits; there doctor asks the system.
import { lstatSync, readlinkSync, type Stats } from 'node:fs'
import { isAbsolute, join, resolve } from 'node:path'
import { foreignOwnerOf, replaceableIn, writableByOthers } from '../../core/domain/machine/private-file.ts'

/** The agent's user, who may have been given root's files, too; null where there are no users by number. */
export const ownUser = (): number | null => process.geteuid?.() ?? null

/** As many as Linux follows. */
const maxLinks = 40
const root = '/'

/** The way on which the system finds a path. */
type Way = {
  /** Every folder and link on it, as far as they are there. */
  readonly above: ReadonlyMap<string, Stats>
  /** What it leads to; undefined when that is not there, or cannot be looked at, which opening it will say. */
  readonly end: readonly [path: string, stats: Stats] | undefined
}

const lookAt = (path: string): Stats | undefined => {
  try {
    return lstatSync(path)
  } catch {
    return undefined
  }
}

const wayTo = (path: string): Way => {
  const above = new Map([[root, lstatSync(root)]])
  const names = resolve(path).split(root)
  let [at, links] = [root, 0]
  for (let name = names.shift(); name !== undefined; name = names.shift()) {
    const place = join(at, name)
    const stats = lookAt(place)
    if (stats?.isSymbolicLink() === true) links++
    if (stats === undefined || links > maxLinks) return { above, end: undefined }
    above.set(place, stats)
    if (stats.isSymbolicLink()) {
      const target = readlinkSync(place)
      names.unshift(...target.split(root))
      if (isAbsolute(target)) at = root
    } else at = place
  }
  const end = above.get(at)
  above.delete(at)
  return { above, end: end === undefined ? undefined : [at, end] }
}

const present = (...faults: readonly (string | undefined)[]): readonly string[] =>
  faults.filter((fault) => fault !== undefined)

const foreignAt = (path: string, { uid }: Stats, own: number | null): string | undefined =>
  own === null || uid === 0 ? undefined : foreignOwnerOf(path, uid, own)

const strangersOn = ({ above }: Way, own: number | null): readonly string[] =>
  [...above].flatMap(([place, stats]) =>
    present(foreignAt(place, stats, own), stats.isSymbolicLink() ? undefined : replaceableIn(place, stats)),
  )

/**
 * Why others could put something else in the place of `path`, in Chinese: by a folder or link on the way to it. It need not be
 * there. `own`: whose they must be, or root's; null: anybody's.
 */
export const strangersAbove = (path: string, own: number | null = ownUser()): readonly string[] =>
  process.platform === 'win32' ? [] : strangersOn(wayTo(path), own)

/** Who else decides what a file says, in Chinese; of one that is not there yet, who could put one there. `own` as above. */
export const strangersAt = (path: string, own: number | null = ownUser()): readonly string[] => {
  if (process.platform === 'win32') return []
  const way = wayTo(path)
  if (way.end === undefined) return strangersOn(way, own)
  const [place, stats] = way.end
  const open = stats.isFile() ? writableByOthers(place, stats) : undefined
  return [...present(foreignAt(place, stats, own), open), ...strangersOn(way, own)]
}
