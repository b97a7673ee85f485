// Owns the key that wraps the journal's keys: one file in the data folder, protected as the machine can. On a headless
// machine that is 0600 alone, the named exception to I9. The keys it wraps are journal-keys.ts.
import { randomBytes } from 'node:crypto'
import { existsSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { exposureOf } from '../../../core/domain/machine/private-file.ts'
import { gcmNonceBytes, openSm4Gcm, sealSm4Gcm } from '../../../core/gm/sm4.ts'
import { readRegularFile } from '../../files/read-regular.ts'
import { renameDurably, writeDurably, writeNewDurably } from '../base/durable-file.ts'

export const keyFile = 'journal.key'
/** Holds the key that a rotation is about to use, until the journal is wrapped by it. */
export const nextKeyFile = 'journal.key.next'
export const wrappingKeyBytes = 16

/**
 * How the system protects a few bytes at rest: safeStorage of the desktop, DPAPI of Windows. Both throw when the
 * protection is not there, and what they return is only to be opened by the same user on the same machine.
 */
export type KeyProtection = {
  /** Stands before the content of the file, so that another protection does not try to open it. */
  readonly name: string
  readonly protect: (plain: Uint8Array) => Uint8Array
  readonly unprotect: (sealed: Uint8Array) => Uint8Array
  /** A key made beforehand, by a protection that cannot be asked while the journal opens; else the key store makes one. */
  readonly makeKey?: () => Uint8Array
}

/** Wraps and unwraps keys under one wrapping key. `what` is bound to the result. */
export type KeyWrap = {
  readonly wrap: (what: string, key: Uint8Array) => Buffer
  /** Throws JOURNAL_KEY_LOST when it was wrapped by another key, or as something else. */
  readonly unwrap: (what: string, wrapped: Uint8Array) => Buffer
}

const associated = (what: string): Buffer => Buffer.from(`mip-agent journal key|${what}`)

export const createKeyWrap = (wrappingKey: Uint8Array): KeyWrap => ({
  wrap: (what, key) => Buffer.from(sealSm4Gcm(wrappingKey, randomBytes(gcmNonceBytes), associated(what), key)),
  unwrap: (what, wrapped) => {
    try {
      return Buffer.from(openSm4Gcm(wrappingKey, associated(what), wrapped))
    } catch (error) {
      throw new AgentError('JOURNAL_KEY_LOST', { cause: error })
    }
  },
})

export type KeyStore = {
  /** The wrapping key. Throws JOURNAL_KEY_LOST when there is none, or it cannot be opened. */
  readonly read: () => Buffer
  readonly exists: () => boolean
  /** Makes a wrapping key and keeps it, unless there is one: then that one is used. Throws KEY_NOT_SEALED as well. */
  readonly readOrMake: () => Buffer
  readonly replace: (key: Uint8Array) => void
  /** Protects a key that lies there unprotected: put back by hand, or kept before there was a protection. */
  readonly secure: () => void
  /** The two halves of a rotation: the next key is durable before the journal is wrapped by it. */
  readonly prepareNext: (key: Uint8Array) => void
  readonly adoptNext: () => void
  readonly dropNext: () => void
  /** What a rotation that was cut short left; undefined when nothing. */
  readonly readNext: () => Buffer | undefined
}

const lost = (addition: string, cause?: unknown): AgentError =>
  new AgentError('JOURNAL_KEY_LOST', cause === undefined ? { addition } : { addition, cause })

const assertPrivate = (path: string): void => {
  const exposed = process.platform === 'win32' ? undefined : exposureOf(path, statSync(path).mode, 'file')
  if (exposed !== undefined) throw new AgentError('RIGHTS_TOO_WIDE', { addition: exposed })
}

/** Without a protection the file holds the key in hex; with one, its name and what it made of the key. */
const encode = (key: Uint8Array, protection: KeyProtection | undefined): string =>
  protection === undefined
    ? Buffer.from(key).toString('hex')
    : `${protection.name}:${Buffer.from(protection.protect(key)).toString('base64')}`

/** What a key file holds: a key, or, under the name of a protection, what that made of one. */
export type StoredKey = { readonly name: string | undefined; readonly content: Buffer }

/** Undefined when there is no such file. Throws RIGHTS_TOO_WIDE when others could read it. */
export const readStoredKey = (path: string): StoredKey | undefined => {
  if (!existsSync(path)) return undefined
  assertPrivate(path)
  const [first = '', sealed] = readRegularFile(path).toString('utf8').trim().split(':', 2)
  return sealed === undefined
    ? { name: undefined, content: Buffer.from(first, 'hex') }
    : { name: first, content: Buffer.from(sealed, 'base64') }
}

/** A key without a name is taken under every protection: it could not be in the file without having been known. */
const open = ({ name, content }: StoredKey, path: string, protection: KeyProtection | undefined): Buffer => {
  if (name !== undefined && name !== protection?.name) throw lost(`${path} 的保护方式为 ${name}`)
  const key = name === undefined || protection === undefined ? content : Buffer.from(protection.unprotect(content))
  if (key.length !== wrappingKeyBytes) throw lost(`${path} 内容不完整`)
  return key
}

/** `file`: whose name the key has; the journal's by default. */
export const openKeyStore = (folder: string, protection?: KeyProtection, file = keyFile): KeyStore => {
  const path = join(folder, file)
  const nextPath = join(folder, nextKeyFile)
  const readAt = (from: string): Buffer => {
    try {
      const stored = readStoredKey(from)
      if (stored === undefined) throw lost(`找不到 ${from}`)
      return open(stored, from, protection)
    } catch (error) {
      throw error instanceof AgentError ? error : lost(`${from} 无法打开`, error)
    }
  }
  const encoded = (key: Uint8Array): string => {
    try {
      return encode(key, protection)
    } catch (error) {
      throw new AgentError('KEY_NOT_SEALED', { addition: protection?.name ?? '', cause: error })
    }
  }
  const write = (to: string, key: Uint8Array): void => {
    writeDurably(to, encoded(key))
  }
  const replace = (key: Uint8Array): void => {
    write(path, key)
  }
  return {
    read: () => readAt(path),
    exists: () => existsSync(path),
    readOrMake: () => {
      // Of two programs that make one at the same time both go on with the first one's.
      if (!existsSync(path)) writeNewDurably(path, encoded(protection?.makeKey?.() ?? randomBytes(wrappingKeyBytes)))
      return readAt(path)
    },
    replace,
    secure: () => {
      const stored = readStoredKey(path)
      if (protection !== undefined && stored?.name === undefined) replace(readAt(path))
    },
    prepareNext: (key) => {
      write(nextPath, key)
    },
    adoptNext: () => {
      renameDurably(nextPath, path)
    },
    dropNext: () => {
      rmSync(nextPath, { force: true })
    },
    readNext: () => (existsSync(nextPath) ? readAt(nextPath) : undefined),
  }
}
