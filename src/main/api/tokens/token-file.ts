// Owns tokens.json as the token book sees it: its text judged, and the tokens a record stands for. Reading and writing the bytes
// is given by compose.ts.
import { createCheck, faultText } from '../../../contract/check/check.ts'
import { TokenFile, tokenFileVersion, type KeptToken } from '../../../contract/token-file.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { StoredToken } from '../callers/tokens.ts'

/** The bytes of the store; `write` is durable and whole, or throws and leaves what was. */
export type TokenStore = {
  /** undefined: there is none yet. */
  readonly read: () => string | undefined
  readonly write: (text: string) => void
}

const check = createCheck<TokenFile>(TokenFile)

const damaged = (addition: string, cause?: unknown): AgentError => new AgentError('TOKENS_DAMAGED', { addition, cause })

/**
 * Throws TOKENS_TOO_NEW, TOKENS_DAMAGED: a store that lost a revocation would let a stolen token in again, so nothing is guessed.
 */
export const readTokenFile = (store: TokenStore): TokenFile => {
  let parsed: unknown
  try {
    const text = store.read()
    if (text === undefined) return { version: tokenFileVersion, tokens: [], refused: [] }
    parsed = JSON.parse(text)
  } catch (error) {
    throw damaged((error as NodeJS.ErrnoException).code ?? '不是有效的 JSON', error)
  }
  if (typeof parsed !== 'object' || parsed === null) throw damaged('应为 JSON 对象')
  if ('version' in parsed && typeof parsed.version === 'number' && parsed.version > tokenFileVersion) {
    throw new AgentError('TOKENS_TOO_NEW', { addition: `版本 ${parsed.version}` })
  }
  const { value, faults } = check(parsed)
  const [first] = faults
  if (first !== undefined) throw damaged(faultText(first))
  return value
}

/** Throws TOKENS_UNWRITABLE; then the file is as it was. */
export const writeTokenFile = (store: TokenStore, file: TokenFile): void => {
  try {
    store.write(`${JSON.stringify(file, null, 2)}\n`)
  } catch (error) {
    throw new AgentError('TOKENS_UNWRITABLE', { addition: (error as NodeJS.ErrnoException).code ?? '', cause: error })
  }
}

const momentMs = (text: string | undefined): number | undefined => (text === undefined ? undefined : Date.parse(text))

/** What a record lets in: itself, and for a while the token before its rotation. */
export const tokensOf = (kept: KeptToken): readonly StoredToken[] => {
  const { name, hash, scopes, orgCodg, expiresAt, origin, charset, fsiNames, previous } = kept
  const expiresAtMs = momentMs(expiresAt)
  const token: StoredToken = {
    name,
    hash,
    scopes,
    orgCodg,
    expiresAtMs,
    ...(origin === undefined ? {} : { origin }),
    ...(charset === undefined ? {} : { charset }),
    ...(fsiNames === undefined ? {} : { fsiNames }),
  }
  if (previous === undefined) return [token]
  const untilMs = Math.min(Date.parse(previous.until), expiresAtMs ?? Number.POSITIVE_INFINITY)
  return [token, { ...token, hash: previous.hash, expiresAtMs: untilMs }]
}
