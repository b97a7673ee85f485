// Owns a key protection that lives in another process (the desktop's main process has safeStorage, the agent has the journal)
// and so can only be asked before the journal opens: everything the key store will want is asked for first.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { keyFile, nextKeyFile, readStoredKey, wrappingKeyBytes, type KeyProtection } from './key-store.ts'

/** As KeyProtection, answered later. Both reject when the protection is not there; the message says why. */
export type DistantProtection = {
  readonly name: string
  readonly protect: (plain: Uint8Array) => Promise<Uint8Array>
  readonly unprotect: (sealed: Uint8Array) => Promise<Uint8Array>
}

type Pair = { readonly plain: Buffer; readonly sealed: Buffer }

const asFault =
  (code: 'JOURNAL_KEY_LOST' | 'KEY_NOT_SEALED') =>
  (error: unknown): never => {
    if (error instanceof AgentError) throw error
    throw new AgentError(code, { addition: error instanceof Error ? error.message : '', cause: error })
  }

/**
 * Opens the keys a folder has (the journal's by default; of the first name one is made), and seals one for a folder that has none. The result knows these keys and no
 * other: a rotation is an administrator's command and does not run under it. Throws JOURNAL_KEY_LOST for a key that cannot be
 * opened, KEY_NOT_SEALED for one that cannot be sealed.
 */
export const prepareProtection = async (
  folder: string,
  distant: DistantProtection,
  [file, ...others]: readonly [string, ...string[]] = [keyFile, nextKeyFile],
): Promise<KeyProtection> => {
  const seal = async (plain: Buffer): Promise<Pair> => ({
    plain,
    sealed: Buffer.from(await distant.protect(plain).catch(asFault('KEY_NOT_SEALED'))),
  })
  const pairOf = async (file: string): Promise<Pair | undefined> => {
    const stored = readStoredKey(join(folder, file))
    if (stored === undefined) return undefined
    if (stored.name === undefined) return seal(stored.content)
    // Under the name of another protection the key store says so itself.
    if (stored.name !== distant.name) return undefined
    const plain = await distant.unprotect(stored.content).catch(asFault('JOURNAL_KEY_LOST'))
    return { plain: Buffer.from(plain), sealed: stored.content }
  }
  let made: Pair | undefined
  const pairs: Pair[] = []
  for (const candidate of [file, ...others]) {
    const pair = await pairOf(candidate)
    if (pair !== undefined) pairs.push(pair)
  }
  if (readStoredKey(join(folder, file)) === undefined) pairs.push((made = await seal(randomBytes(wrappingKeyBytes))))
  const find = (from: keyof Pair, to: keyof Pair, bytes: Uint8Array): Buffer => {
    const pair = pairs.find((candidate) => candidate[from].equals(bytes))
    if (pair === undefined) throw new Error('this key was not prepared')
    return pair[to]
  }
  return {
    name: distant.name,
    protect: (plain) => find('plain', 'sealed', plain),
    unprotect: (sealed) => find('sealed', 'plain', sealed),
    ...(made === undefined ? {} : { makeKey: () => made.plain }),
  }
}
