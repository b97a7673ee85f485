// Owns the key that wraps the journal's data keys where no safer store exists: a file only its owner can read.
// On a desktop the system's key store takes its place; this file is the named exception to I9 on a headless machine.
import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { AgentError } from '../domain/errors.ts'
import { gcmNonceBytes, openSm4Gcm, sealSm4Gcm } from '../gm/sm4.ts'

const keyBytes = 16
const associated = Buffer.from('mip-agent journal key')

/** Wraps and unwraps data keys; the wrapping key itself never leaves. */
export type KeyProvider = {
  readonly wrap: (key: Uint8Array) => Buffer
  /** Throws JOURNAL_KEY_LOST when it was wrapped by another key. */
  readonly unwrap: (wrapped: Uint8Array) => Buffer
}

const readKey = (path: string): Buffer => {
  const { mode } = statSync(path)
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new AgentError('JOURNAL_KEY_LOST', { addition: `${path} 的权限过宽, 应为 0600` })
  }
  const key = Buffer.from(readFileSync(path, 'utf8').trim(), 'hex')
  if (key.length !== keyBytes) throw new AgentError('JOURNAL_KEY_LOST', { addition: `${path} 内容不完整` })
  return key
}

/** Opens the key file; `create` makes it (0600) when the journal is new. Throws JOURNAL_KEY_LOST. */
export const openKeyFile = (path: string, { create }: { readonly create: boolean }): KeyProvider => {
  if (!existsSync(path)) {
    if (!create) throw new AgentError('JOURNAL_KEY_LOST', { addition: `找不到 ${path}` })
    // Whole or not at all: a crash while writing must not leave half a key under its name.
    const partial = `${path}.new`
    rmSync(partial, { force: true })
    writeFileSync(partial, randomBytes(keyBytes).toString('hex'), { mode: 0o600, flag: 'wx', flush: true })
    renameSync(partial, path)
  }
  const wrappingKey = readKey(path)
  return {
    wrap: (key) => Buffer.from(sealSm4Gcm(wrappingKey, randomBytes(gcmNonceBytes), associated, key)),
    unwrap: (wrapped) => {
      try {
        return Buffer.from(openSm4Gcm(wrappingKey, associated, wrapped))
      } catch (error) {
        throw new AgentError('JOURNAL_KEY_LOST', { cause: error })
      }
    },
  }
}
