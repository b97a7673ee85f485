// Owns who is calling: bearer tokens, kept hashed, each bound to one institution and a set of scopes (RULES 1.1).
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { AgentError } from '../domain/errors.ts'
import { sm3 } from '../gm/sm3.ts'

export const scopes = ['read', 'decode', 'pay', 'refund', 'admin'] as const
export type Scope = (typeof scopes)[number]

export type Caller = {
  readonly name: string
  readonly orgCodg: string
  readonly scopes: readonly Scope[]
  /** Roles of the scanners that it may use; any when left out. */
  readonly scannerRoles?: readonly string[]
}

/** How programs speak that cannot be changed any more (old-clients/). */
export type OldHabits = {
  /** Of bodies that name none. */
  readonly charset?: 'utf-8' | 'gbk'
  /** Fields of /fsi as the tables spell them, or in the snake_case of 2204 and 2207. */
  readonly fsiNames?: 'table' | 'snake'
}

export type StoredToken = Caller &
  OldHabits & {
    /** SM3 of the token, hex. */
    readonly hash: string
    /** Milliseconds since the epoch; undefined: no end. */
    readonly expiresAtMs: number | undefined
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

/** Finds the caller of a token. Throws TOKEN_MISSING, TOKEN_INVALID or TOKEN_EXPIRED. */
export const findCaller = (
  stored: readonly StoredToken[],
  token: string | undefined,
  nowMs: number,
): Caller & OldHabits => {
  if (token === undefined) throw new AgentError('TOKEN_MISSING')
  if (token.length > maxTokenLength) throw new AgentError('TOKEN_INVALID')
  const hash = Buffer.from(hashToken(token))
  const found = stored.find((candidate) => {
    const other = Buffer.from(candidate.hash)
    return other.length === hash.length && timingSafeEqual(other, hash)
  })
  if (found === undefined) throw new AgentError('TOKEN_INVALID')
  assertValid(found, nowMs)
  return found
}

/** Throws TOKEN_EXPIRED. */
export const assertValid = ({ expiresAtMs }: StoredToken, nowMs: number): void => {
  if (expiresAtMs !== undefined && expiresAtMs <= nowMs) throw new AgentError('TOKEN_EXPIRED')
}

/** Throws SCOPE_MISSING unless the caller has what an endpoint wants. */
export const assertMayCall = (
  caller: Caller,
  route: { readonly scope: Scope | undefined; readonly also?: Scope },
): void => {
  for (const scope of [route.scope, route.also]) if (scope !== undefined) assertScope(caller, scope)
}

/** Throws SCOPE_MISSING. `admin` does not imply the others: whoever manages need not be able to pay. */
export const assertScope = (caller: Caller, scope: Scope): void => {
  if (!caller.scopes.includes(scope)) throw new AgentError('SCOPE_MISSING', { addition: scope, detail: { scope } })
}
