// Owns who calls: by a bearer token, by a signature, which is complete only with the body, or as the owner of the machine through
// the channel that only he can open. What a token may is tokens.ts.
import type { FastifyRequest } from 'fastify'
import type { Socket } from 'node:net'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Clock } from '../../usecases/base/ports.ts'
import type { TokenBook } from '../tokens/token-book-types.ts'
import type { PeerOf } from './peers.ts'
import { isOwnOrigin } from './guard.ts'
import { createNonceCheck } from './request-nonce.ts'
import type { RateLimiter } from './rate-limits.ts'
import { createSignatureCheck, proveKnowledge, readClaim, type Claim } from './signed-request.ts'
import {
  assertValid,
  bearerToken,
  findCaller,
  ownPages,
  type Caller,
  type OldHabits,
  type StoredToken,
} from './tokens.ts'

type Known = Caller & OldHabits

export type Authenticator = {
  /** From the headers, before the body is read; undefined without an Authorization. Throws what a wrong one deserves. */
  readonly begin: (request: FastifyRequest) => Known | undefined
  /** With the body as it came, before anything is done with it. Throws SIGNATURE_INVALID, SIGNATURE_STALE, RATE_LIMITED. */
  readonly complete: (request: FastifyRequest, body: Uint8Array) => void
  /** By a token that stands in the body. */
  readonly byToken: (request: FastifyRequest, token: string | undefined) => Known
  /** Proves to whoever holds the token of `keyId` that this agent knows it (docs/security.md). */
  readonly prove: (port: number, keyId: string, challenge: string) => string
  /** The caller with what the system tells of the other end of his connection. Never rejects. */
  readonly withPeer: (request: FastifyRequest, caller: Caller) => Promise<Caller>
  /** False once the token that a caller came with was revoked or has expired. */
  readonly isStillWelcome: (caller: Caller) => boolean
  /**
   * A question that waited longer than its token lived is not answered, and a decode gives its patient to nobody; what was asked to
   * be done is answered, or nobody would know. Throws TOKEN_REVOKED.
   */
  readonly assertAnswerable: (caller: Caller) => void
}

export type AuthenticatorOptions = {
  readonly book: TokenBook
  readonly origins: readonly string[]
  readonly clock: Clock
  readonly limiter: RateLimiter
  readonly peerOf: PeerOf
  /** The owner of the machine, where the connection is his channel. */
  readonly ownerOf: (socket: Socket) => Caller | undefined
}

export const createAuthenticator = (options: AuthenticatorOptions): Authenticator => {
  const { book, clock, limiter, peerOf, ownerOf } = options
  const configured = new Set(options.origins)
  const signatures = createSignatureCheck(clock.wallMs)
  const assertNonce = createNonceCheck(clock.wallMs)
  const claimed = new WeakMap<FastifyRequest, { readonly token: StoredToken; readonly claim: Claim }>()
  const tokens = new WeakMap<Caller, StoredToken>()

  const findByKeyId = (keyId: string): StoredToken => {
    const token = book.findByKeyId(keyId)
    if (token === undefined) throw new AgentError('SIGNATURE_INVALID')
    assertValid(token, clock.wallMs())
    return token
  }

  /** A token for one page is for that page alone; a page that is no registered one has none but its own. */
  const assertPage = ({ origin: only }: StoredToken, { headers, raw }: FastifyRequest): void => {
    const { origin } = headers
    const isOwn = origin !== undefined && isOwnOrigin(origin, raw.socket.localPort ?? 0)
    const fits =
      only === undefined
        ? origin === undefined || isOwn || configured.has(origin)
        : only === ownPages
          ? origin === undefined || isOwn
          : origin === only
    if (fits) return
    const addition = only === undefined ? '网页未登记, 这个令牌也不是为它配对的' : '这个令牌只能由为它配对的网页使用'
    throw new AgentError('ORIGIN_REFUSED', { addition })
  }

  const callerOf = (token: StoredToken, request: FastifyRequest): Known => {
    assertPage(token, request)
    tokens.set(token, token)
    return token
  }

  const byToken = (request: FastifyRequest, text: string | undefined): Known => {
    const token = findCaller(book.find, text, clock.wallMs())
    limiter.takeForToken(token.name)
    const caller = callerOf(token, request)
    assertNonce(token, request.headers)
    return caller
  }

  const isStillWelcome = (caller: Caller): boolean => {
    const token = tokens.get(caller)
    return token === undefined || book.isLive(token, clock.wallMs())
  }

  return {
    begin: (request) => {
      const owner = ownerOf(request.raw.socket)
      if (owner !== undefined) return owner
      const { authorization } = request.headers
      const claim = readClaim(authorization)
      if (claim === undefined) {
        const text = bearerToken(authorization)
        return text === undefined ? undefined : byToken(request, text)
      }
      const token = findByKeyId(claim.keyId)
      claimed.set(request, { token, claim })
      return callerOf(token, request)
    },
    complete: (request, body) => {
      const found = claimed.get(request)
      if (found === undefined) return
      claimed.delete(request)
      const { method, url: target } = request.raw
      const parts = { method: method ?? '', host: request.headers.host ?? '', target: target ?? '', body }
      signatures.verify(found.token, found.claim, parts)
      limiter.takeForToken(found.token.name)
    },
    byToken,
    prove: (port, keyId, challenge) => proveKnowledge(findByKeyId(keyId), port, challenge),
    withPeer: async (request, caller) => {
      const token = tokens.get(caller)
      if (token === undefined) return caller
      const complete = { ...caller, peer: await peerOf(request.raw.socket) }
      tokens.set(complete, token)
      return complete
    },
    isStillWelcome,
    assertAnswerable: (caller) => {
      if (!isStillWelcome(caller)) throw new AgentError('TOKEN_REVOKED')
    },
  }
}
