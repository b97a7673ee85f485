// Owns who calls: by a bearer token, or by a signature, which is complete only with the body. What a token may is tokens.ts.
import type { FastifyRequest } from 'fastify'
import { AgentError } from '../domain/errors.ts'
import type { Clock } from '../usecases/ports.ts'
import type { RateLimiter } from './rate-limits.ts'
import { createSignatureCheck, keyIdOf, proveKnowledge, readClaim, type Claim } from './signed-request.ts'
import { assertValid, bearerToken, findCaller, type Caller, type OldHabits, type StoredToken } from './tokens.ts'

type Known = Caller & OldHabits

export type Authenticator = {
  /** From the headers, before the body is read; undefined without an Authorization. Throws what a wrong one deserves. */
  readonly begin: (request: FastifyRequest) => Known | undefined
  /** With the body as it came, before anything is done with it. Throws SIGNATURE_INVALID, SIGNATURE_STALE, RATE_LIMITED. */
  readonly complete: (request: FastifyRequest, body: Uint8Array) => void
  /** By a token that stands in the body. */
  readonly byToken: (token: string | undefined) => Known
  /** Proves to whoever holds the token of `keyId` that this agent knows it (docs/security.md). */
  readonly prove: (request: FastifyRequest, keyId: string, challenge: string) => string
}

export const createAuthenticator = (
  tokens: readonly StoredToken[],
  clock: Clock,
  { takeForToken }: RateLimiter,
): Authenticator => {
  const byKeyId = new Map(tokens.map((token) => [keyIdOf(token), token]))
  const signatures = createSignatureCheck(clock.wallMs)
  const claimed = new WeakMap<FastifyRequest, { readonly token: StoredToken; readonly claim: Claim }>()

  const findByKeyId = (keyId: string): StoredToken => {
    const token = byKeyId.get(keyId)
    if (token === undefined) throw new AgentError('SIGNATURE_INVALID')
    assertValid(token, clock.wallMs())
    return token
  }

  const byToken = (text: string | undefined): Known => {
    const caller = findCaller(tokens, text, clock.wallMs())
    takeForToken(caller.name)
    return caller
  }

  return {
    begin: (request) => {
      const { authorization } = request.headers
      const claim = readClaim(authorization)
      if (claim === undefined) {
        const text = bearerToken(authorization)
        return text === undefined ? undefined : byToken(text)
      }
      const token = findByKeyId(claim.keyId)
      claimed.set(request, { token, claim })
      return token
    },
    complete: (request, body) => {
      const found = claimed.get(request)
      if (found === undefined) return
      claimed.delete(request)
      const { method, url: target } = request.raw
      const parts = { method: method ?? '', host: request.headers.host ?? '', target: target ?? '', body }
      signatures.verify(found.token, found.claim, parts)
      takeForToken(found.token.name)
    },
    byToken,
    prove: (request, keyId, challenge) =>
      proveKnowledge(findByKeyId(keyId), request.raw.socket.localPort ?? 0, challenge),
  }
}
