// Owns the file with which a journal is opened again when its key store is lost: the wrapping key, as text for a safe. Whoever
// has it and the journal can read everything.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { sm3 } from '../../../core/gm/sm3.ts'
import { renameDurably, writeDurably } from '../base/durable-file.ts'
import { journalFile } from '../store/journal-files.ts'
import { opensKeys } from '../keys/journal-keys.ts'
import { keyFile, openKeyStore, wrappingKeyBytes, type KeyProtection } from '../keys/key-store.ts'
import { openFile } from '../store/open-store.ts'

const title = 'mip-agent 账本恢复密钥 (journal recovery key)'
const checkBytes = 4

const checkOf = (key: Uint8Array): string => Buffer.from(sm3(Buffer.from(title), key)).toString('hex', 0, checkBytes)

/** Groups of four, as somebody may have to type it. */
const grouped = (hex: string): string => hex.replaceAll(/(.{4})(?=.)/g, '$1-')

/** Writes the recovery key of a folder (0600). Throws JOURNAL_KEY_LOST. */
export const writeRecoveryKey = (folder: string, target: string, protection?: KeyProtection): void => {
  const key = openKeyStore(folder, protection).read()
  writeDurably(target, `${title}\n${grouped(`${key.toString('hex')}${checkOf(key)}`)}\n`)
}

/** The key in a recovery file's text. Throws JOURNAL_KEY_LOST when it is incomplete or mistyped. */
export const readRecoveryKey = (text: string): Buffer => {
  const line = text.split('\n').find((candidate) => /^[0-9a-fA-F-]+$/.test(candidate.trim())) ?? ''
  const bytes = Buffer.from(line.replaceAll(/[^0-9a-fA-F]/g, ''), 'hex')
  const key = bytes.subarray(0, wrappingKeyBytes)
  const isWhole =
    bytes.length === wrappingKeyBytes + checkBytes && bytes.toString('hex', wrappingKeyBytes) === checkOf(key)
  if (!isWhole) throw new AgentError('JOURNAL_KEY_LOST', { addition: '恢复密钥不完整或有误' })
  return key
}

/**
 * Puts the key back, if it opens this journal; the next start of the agent protects it as that machine does. Throws
 * JOURNAL_KEY_LOST and changes nothing if not.
 */
export const recoverKey = (folder: string, text: string): void => {
  const key = readRecoveryKey(text)
  const database = openFile(join(folder, journalFile))
  try {
    if (!opensKeys(database, key)) throw new AgentError('JOURNAL_KEY_LOST', { addition: '恢复密钥不属于这个账本' })
  } finally {
    database.close()
  }
  const path = join(folder, keyFile)
  // A key that does not fit may be another journal's: it is kept.
  if (existsSync(path)) renameDurably(path, `${path}.replaced`)
  openKeyStore(folder).replace(key)
}
