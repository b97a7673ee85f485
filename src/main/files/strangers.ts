// Owns who else decides what stands in a file or folder that the agent believes: its owner, and whoever may write to it or put
// another in its place. Windows has no such bits; there doctor asks the system.
import { realpathSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { foreignOwnerOf, replaceableIn, writableByOthers } from '../../core/domain/machine/private-file.ts'

/** The agent's user, who may have been given root's files, too; null where there are no users by number. */
export const ownUser = (): number | null => process.geteuid?.() ?? null

const foldersAbove = (path: string): readonly string[] => {
  const folder = dirname(path)
  return folder === path ? [] : [folder, ...foldersAbove(folder)]
}

/** Where a link leads counts as well as where it lies. */
const waysTo = (path: string): readonly string[] => [...new Set([path, realpathSync(path)])]

/** Why others could put something else in the place of `path`, in Chinese: by any folder above it. It need not be there. */
export const replaceableAbove = (path: string): readonly string[] => {
  if (process.platform === 'win32') return []
  const isThere = statSync(path, { throwIfNoEntry: false }) !== undefined
  const folders = new Set((isThere ? waysTo(path) : [path]).flatMap(foldersAbove))
  return [...folders].flatMap((folder) => {
    const rights = statSync(folder, { throwIfNoEntry: false })
    return rights === undefined ? [] : (replaceableIn(folder, rights) ?? [])
  })
}

/**
 * Who else decides what a file says, in Chinese. `own`: whose it and its folder must be, or root's; null: anybody's. [] for one that
 * is not there.
 */
export const strangersAt = (path: string, own: number | null = ownUser()): readonly string[] => {
  const file = process.platform === 'win32' ? undefined : statSync(path, { throwIfNoEntry: false })
  if (file === undefined) return []
  const owners = [...waysTo(path), ...waysTo(path).map((way) => dirname(way))].map((place) => {
    const { uid } = statSync(place)
    return own === null || uid === 0 ? undefined : foreignOwnerOf(place, uid, own)
  })
  const faults = [...owners, file.isFile() ? writableByOthers(path, file) : undefined]
  return [...new Set([...faults.filter((fault) => fault !== undefined), ...replaceableAbove(path)])]
}
