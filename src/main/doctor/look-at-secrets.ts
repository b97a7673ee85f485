// Owns whether secrets can be read by other users: the configuration, the files it points to, those of the data folder. Windows is
// asked for each file's security descriptor, which is given.
import { statSync } from 'node:fs'
import { exposureOf } from '../../core/domain/machine/private-file.ts'
import { find, type FindingOf } from './tables/check-table.ts'

/** Who of the ordinary users may read a file; undefined when it cannot be known. */
export type AskReaders = (path: string) => Promise<readonly string[] | undefined>

const list = (lines: readonly string[]): string => lines.join('\n      - ')

const lookOnWindows = async (files: readonly string[], ask: AskReaders): Promise<FindingOf<'secretFiles'>> => {
  const open: string[] = []
  for (const path of files) {
    const readers = await ask(path)
    if (readers === undefined) return find('secretFiles', 'unknown', path)
    if (readers.length > 0) {
      open.push(
        `${path} (${readers.join(', ')}), 请执行: icacls "${path}" /inheritance:r /grant:r "%USERNAME%":F *S-1-5-18:F`,
      )
    }
  }
  return open.length === 0
    ? find('secretFiles', 'ok', `${files.length} 个文件`)
    : find('secretFiles', 'readable', list(open))
}

const lookOnPosix = (files: readonly string[]): FindingOf<'secretFiles'> => {
  const open = files.flatMap((path) => exposureOf(path, statSync(path).mode, 'file') ?? [])
  return open.length === 0
    ? find('secretFiles', 'ok', `${files.length} 个文件只有所有者能读`)
    : find('secretFiles', 'readable', list(open))
}

/**
 * Files that are not there are no business of this check. `ask` decides as on Windows; undefined: by mode bits. `plain`: those of
 * them that should be sealed and are not. `replaceable`: why others could put another configuration in the place of this one.
 */
export const lookAtSecrets = async (
  files: readonly string[],
  ask: AskReaders | undefined,
  plain: readonly string[] = [],
  replaceable: readonly string[] = [],
): Promise<FindingOf<'secretFiles'>> => {
  if (replaceable.length > 0) return find('secretFiles', 'replaceable', list(replaceable))
  const there = [...new Set(files)].filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true)
  if (there.length === 0) return find('secretFiles', 'skipped', '没有密钥文件')
  const found = ask === undefined ? lookOnPosix(there) : await lookOnWindows(there, ask)
  return found.result === 'ok' && plain.length > 0 ? find('secretFiles', 'plain', `明文: ${plain.join('; ')}`) : found
}
