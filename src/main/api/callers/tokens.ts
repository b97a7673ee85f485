// Owns who is calling: bearer tokens, kept hashed, each bound to one institution and a set of scopes (RULES 1.1). Which tokens
// there are is tokens/token-book.ts.
import { randomBytes } from 'node:crypto'
import type { CalledBy } from '../../../core/domain/order/entries.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { sm3 } from '../../../core/gm/sm3.ts'
import type { Peer } from './peer.ts'

export const scopes = ['read', 'decode', 'pay', 'refund', 'admin'] as const
export type Scope = (typeof scopes)[number]

/** Of the caller at the owner's own channel; a session has a name of its own. */
export const ownerName = 'owner'

export type Caller = {
  readonly name: string
  readonly orgCodg: string
  readonly scopes: readonly Scope[]
  /** Roles of the scanners that it may use; any when left out. */
  readonly scannerRoles?: readonly string[]
  /** What the system told of the other end of the connection. */
  readonly peer?: Peer
  /** Came through the owner-only channel (control/), or in a session that was opened from there: manages the machine itself. */
  readonly isOwner?: true
  /** Of a session: the token that it comes from, by whichever sessions between them. */
  readonly share?: string
}

/** Whose share it takes of what is few: sessions, links, tickets, streams. */
export const shareOf = ({ name, share = name }: Caller): string => share

/** How programs speak that cannot be changed any more (old-clients/). */
export type OldHabits = {
  /** Of bodies that name none. */
  readonly charset?: 'utf-8' | 'gbk'
  /** Fields of /fsi as the tables spell them, or in the snake_case of 2204 and 2207. */
  readonly fsiNames?: 'table' | 'snake'
}

/** In place of an origin: the pages that the agent itself serves. */
export const ownPages = 'own pages'

export type StoredToken = Caller &
  OldHabits & {
    /** SM3 of the token, hex. */
    readonly hash: string
    /** Milliseconds since the epoch; undefined: no end. */
    readonly expiresAtMs: number | undefined
    /** The only page that may use it; undefined: programs, and pages of registered origins. */
    readonly origin?: string
  }

const tokenBytes = 32

/** A new token (43 characters) and the hash to store; the token itself is shown once and kept nowhere. */
export const createToken = (): { readonly token: string; readonly hash: string } => {
  const token = randomBytes(tokenBytes).toString('base64url')
  return { token, hash: hashToken(token) }
}

export const hashToken = (token: string): string => Buffer.from(sm3(Buffer.from(token))).toString('hex')

const maxTokenLength = 200

/** The token of an Authorization header, undefined when it holds none. */
export const bearerToken = (authorization: string | undefined): string | undefined =>
  /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]

/** Throws TOKEN_REVOKED for one that was. */
export type FindByHash = (hash: string) => StoredToken | undefined

/** Finds the caller of a token. Throws TOKEN_MISSING, TOKEN_INVALID, TOKEN_EXPIRED, TOKEN_REVOKED. */
export const findCaller = (find: FindByHash, token: string | undefined, nowMs: number): StoredToken => {
  if (token === undefined) throw new AgentError('TOKEN_MISSING')
  if (token.length > maxTokenLength) throw new AgentError('TOKEN_INVALID')
  // Looked up by its hash: how long that takes tells nothing, since nobody can choose a token by its hash.
  const found = find(hashToken(token))
  if (found === undefined) throw new AgentError('TOKEN_INVALID')
  assertValid(found, nowMs)
  return found
}

export const isExpired = ({ expiresAtMs }: Pick<StoredToken, 'expiresAtMs'>, nowMs: number): boolean =>
  expiresAtMs !== undefined && expiresAtMs <= nowMs

/** Throws TOKEN_EXPIRED. */
export const assertValid = (token: StoredToken, nowMs: number): void => {
  if (isExpired(token, nowMs)) throw new AgentError('TOKEN_EXPIRED')
}

export type ScopeRule = {
  readonly scope: Scope | undefined
  /** Wanted beside it, by what does two things. */
  readonly also?: Scope
  /** Wanted beside it: that the owner of the machine asks. */
  readonly owner?: true
  /** Instead of it, one of these is enough for what the token itself has done. */
  readonly own?: readonly Scope[]
}

/** Throws SCOPE_MISSING or OWNER_ONLY unless the caller has what an endpoint wants; with one of `own` alone, the endpoint looks whose it is. */
export const assertMayCall = (caller: Caller, { scope, also, own = [], owner }: ScopeRule): void => {
  if (own.some((scope) => caller.scopes.includes(scope))) return
  for (const wanted of [scope, also]) if (wanted !== undefined) assertScope(caller, wanted)
  if (owner === true) assertOwner(caller)
}

/** Throws OWNER_ONLY. `paths`: the settings it is about. */
export const assertOwner = ({ isOwner }: Caller, paths: readonly string[] = []): void => {
  if (isOwner === true) return
  throw new AgentError('OWNER_ONLY', paths.length === 0 ? {} : { addition: paths.join('、'), detail: { paths } })
}

/** Throws SCOPE_MISSING: nobody gives what he does not have, the owner of the machine apart. */
export const assertMayGive = (caller: Caller, scopes: readonly Scope[]): void => {
  if (caller.isOwner === true) return
  for (const scope of scopes) assertScope(caller, scope)
}

/** Throws SCOPE_MISSING. `admin` does not imply the others: whoever manages need not be able to pay. */
export const assertScope = (caller: Caller, scope: Scope): void => {
  if (!caller.scopes.includes(scope)) throw new AgentError('SCOPE_MISSING', { addition: scope, detail: { scope } })
}

/** What the journal keeps of a caller. */
export const calledBy = ({ name, peer }: Caller): CalledBy => ({ caller: name, ...peer })
