// Owns where the tokens that can change are kept: tokens.json in the data folder, its owner's alone (0600). The journal remembers
// that there was one: a file that is gone could bring revoked tokens back. What is in it, and what it means, is api/access.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { writeTokenFile, type TokenStore } from '../api/tokens/token-file.ts'
import { exposureAt } from '../config/secrets/exposed-file.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { readRegularFile } from '../files/read-regular.ts'
import { strangersAt } from '../files/strangers.ts'
import { renameDurably, writeDurably } from '../journal/base/durable-file.ts'
import { lockFolder } from '../journal/base/lock-folder.ts'
import type { Journal, Log } from '../usecases/base/ports.ts'

const pathIn = (dataDir: string): string => join(dataDir, 'tokens.json')
/** A token is some hundred bytes. */
const maxTokenBytes = 16 * 1024 * 1024
const markName = 'tokens'
const empty = { version: 1, tokens: [], refused: [] } as const

const storeAt = (path: string): TokenStore => ({
  read: () => {
    try {
      return readRegularFile(path, maxTokenBytes).toString('utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },
  write: (text) => {
    writeDurably(path, text)
  },
})

/** The store of a folder; made with nothing in it at the first start. Throws TOKENS_GONE, RIGHTS_TOO_WIDE. */
export const openTokenStore = (
  dataDir: string,
  journal: Pick<Journal, 'readMark' | 'writeMark'>,
  log: Log,
): TokenStore => {
  const path = pathIn(dataDir)
  const store = storeAt(path)
  const isMarked = journal.readMark(markName) !== undefined
  if (isMarked && !existsSync(path)) throw new AgentError('TOKENS_GONE', { addition: path })
  // One that lies there before the first start, too: somebody may have read it, or put it there.
  const exposed = exposureAt(path) ?? strangersAt(path)[0]
  if (exposed !== undefined) throw new AgentError('RIGHTS_TOO_WIDE', { addition: exposed })
  if (isMarked) return store
  try {
    if (!existsSync(path)) writeTokenFile(store, { ...empty, tokens: [], refused: [] })
    journal.writeMark(markName, 'kept')
  } catch (error) {
    // A full disk: questions are answered all the same, and the next start does it.
    log('warn', 'tokens.unmarked', { error: error instanceof AgentError ? error.code : 'unknown' })
  }
  return store
}

/** Begins without any kept token where the file is gone or damaged; what is there is moved aside. Throws DATA_FOLDER_IN_USE. */
export const beginTokensAnew = (dataDir: string, stamp: string): string | undefined => {
  const release = lockFolder(dataDir)
  try {
    const path = pathIn(dataDir)
    const aside = existsSync(path) ? `${path}.${stamp}` : undefined
    if (aside !== undefined) renameDurably(path, aside)
    writeTokenFile(storeAt(path), { ...empty, tokens: [], refused: [] })
    return aside
  } finally {
    release()
  }
}
