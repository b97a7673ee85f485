// Owns what a book of tokens is asked for and answers. The book itself is token-book.ts.
import type { TokenRow } from '../../../contract/local-api/access.ts'
import type { RolledOutToken } from '../../../contract/token-file.ts'
import type { Log } from '../../usecases/base/ports.ts'
import type { FindByHash, StoredToken } from '../callers/tokens.ts'
import type { TokenStore } from './token-file.ts'

export type NewToken = Pick<StoredToken, 'name' | 'orgCodg' | 'scopes' | 'origin' | 'charset' | 'fsiNames'> & {
  readonly application?: string | undefined
  readonly expiresAtMs?: number | undefined
  /** The name is known, and its token is replaced: the workstation was set up anew. */
  readonly replace?: boolean
}

export type NewSession = Pick<NewToken, 'name' | 'orgCodg' | 'scopes' | 'origin'> & {
  readonly expiresAtMs: number
  /** The token whose holder opened it; undefined: the owner of the machine. */
  readonly maker?: string | undefined
  readonly share: string
  readonly isOwner?: true | undefined
}

export type Rotated = {
  readonly token: string
  readonly expiresAtMs: number | undefined
  readonly previousUntilMs: number | undefined
}

export type TokenBook = {
  readonly find: FindByHash
  readonly findByKeyId: (keyId: string) => StoredToken | undefined
  /** False once it was revoked, or its time is up. */
  readonly isLive: (token: StoredToken, nowMs: number) => boolean
  /** Pages that some token is for; one of them still needs that very token. */
  readonly hasOrigin: (origin: string) => boolean
  readonly rows: (nowMs: number) => readonly TokenRow[]
  /** Throws TOKEN_NAME_TAKEN, TOKEN_NOT_FOUND (`replace` of nothing), TOO_MANY_TOKENS. */
  readonly assertFree: (token: Pick<NewToken, 'name' | 'orgCodg' | 'replace'>) => void
  /** The token itself, which is kept nowhere. Throws what `assertFree` throws, and TOKENS_UNWRITABLE. */
  readonly add: (token: NewToken, nowMs: number) => string
  /**
   * Lives in memory only, and no longer than the token of its maker. Of too many of one token and page the oldest gives way, but
   * none that an unattended page hangs on.
   */
  readonly addSession: (session: NewSession, nowMs: number) => { readonly token: string; readonly expiresAtMs: number }
  /** Told the name of each token that ends before its time, and of each session that ends with it. */
  readonly onEnded: (listener: (name: string) => void) => void
  /** A token once revoked never comes back. Throws TOKEN_NOT_FOUND, TOKENS_UNWRITABLE. */
  readonly revoke: (name: string, nowMs: number) => void
  /** `overlapMs`: how long the old one still works. Throws TOKEN_NOT_FOUND, TOKEN_FIXED, TOKEN_REVOKED, TOKENS_UNWRITABLE. */
  readonly rotate: (name: string, overlapMs: number, expiresAtMs: number | undefined, nowMs: number) => Rotated
}

export type TokenBookOptions = {
  readonly fixed: readonly StoredToken[]
  readonly store: TokenStore
  /** The tokens of a roll-out, and the institution of those that name none. */
  readonly rolledOut: readonly RolledOutToken[]
  readonly orgCodg: string
  /** The name of the configured kiosk's token, which may less than others. */
  readonly kioskToken?: string | undefined
  readonly nowMs: number
  readonly log: Log
}
