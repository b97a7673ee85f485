// Owns the data folder before anything is in it: made for its owner alone, or found to be so. What is there is never changed: a
// slip like `--data-dir /tmp` would take a folder away from everybody else.
import { lstatSync, mkdirSync, type Stats } from 'node:fs'
import { resolve } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { ownUser, strangersAbove } from '../../files/strangers.ts'
import { exposureOf, foreignOwnerOf } from '../../../core/domain/machine/private-file.ts'

const unsafe = (addition: string): AgentError => new AgentError('DATA_FOLDER_UNSAFE', { addition })

/** What is wrong with a folder that is there. `own`: whose it must be; null: anybody's, and his are then the folders above it. */
export const faultOfFolder = (
  folder: string,
  own: number | null,
  link: Stats = lstatSync(folder),
): string | undefined => {
  if (link.isSymbolicLink()) return `${folder} 是符号链接, 请填写它指向的目录`
  if (process.platform === 'win32') return undefined
  return (
    (own === null ? undefined : foreignOwnerOf(folder, link.uid, own)) ??
    exposureOf(folder, link.mode, 'folder') ??
    strangersAbove(folder, own ?? link.uid)[0]
  )
}

/** Throws DATA_FOLDER_UNSAFE for a folder of others, open to others, or a link; JOURNAL_UNWRITABLE when it cannot be made. */
export const prepareFolder = (wanted: string): void => {
  // Without a slash at its end, which would follow a link.
  const folder = resolve(wanted)
  try {
    const there = lstatSync(folder, { throwIfNoEntry: false })
    // Of a file the system itself says that it is no folder.
    if (there === undefined || there.isFile()) {
      const [open] = strangersAbove(folder)
      if (open !== undefined) throw unsafe(open)
      mkdirSync(folder, { recursive: true, mode: 0o700 })
    }
    // Also when it was just made: in a folder of everybody's another may have been quicker.
    const fault = faultOfFolder(folder, ownUser())
    if (fault !== undefined) throw unsafe(fault)
  } catch (error) {
    if (error instanceof AgentError) throw error
    throw new AgentError('JOURNAL_UNWRITABLE', { addition: folder, cause: error })
  }
}
