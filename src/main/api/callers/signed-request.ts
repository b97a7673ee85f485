// Owns requests that are signed in place of carrying a token, and the proof that an agent knows a token without being sent it
// (docs/security.md). Which tokens there are is tokens.ts.
import { timingSafeEqual } from 'node:crypto'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { createSm3Mac, sm3 } from '../../../core/gm/sm3.ts'
import { createNonceMemory, nonceWindowS } from './nonce-memory.ts'
import type { StoredToken } from './tokens.ts'

/** How old a signature may be. */
export const signatureWindowS = nonceWindowS

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

/** The key of both: the hash that is stored, which is SM3 of the token. */
const macOf = ({ hash }: StoredToken, lines: readonly string[]): string =>
  hex(createSm3Mac(Buffer.from(hash, 'hex'))(Buffer.from(lines.join('\n'))))

/** Names a token without telling anything of it: the first half of SM3 of its hash. */
export const keyIdOf = ({ hash }: Pick<StoredToken, 'hash'>): string => hex(sm3(Buffer.from(hash, 'hex'))).slice(0, 32)

/**
 * The first line keeps a proof from ever being a signature: the challenge is the asker's choice. The port keeps a program that
 * listens elsewhere from passing the challenge on to the true agent.
 */
export const proveKnowledge = (token: StoredToken, port: number, challenge: string): string =>
  macOf(token, ['mip-agent proof', String(port), challenge])

/** What an Authorization header claims; believed when `verify` says nothing. */
export type Claim = {
  readonly keyId: string
  readonly timeS: number
  readonly nonce: string
  readonly signature: string
}

/** The claim of an Authorization header, undefined when it is none. Throws SIGNATURE_INVALID for a misshapen one. */
export const readClaim = (authorization: string | undefined): Claim | undefined => {
  if (authorization === undefined || !/^HMAC-SM3\b/i.test(authorization)) return undefined
  const [, keyId, time, nonce, signature] =
    /^HMAC-SM3 ([0-9a-f]{32}) (\d{10}) ([\w-]{16,64}) ([0-9a-f]{64})$/.exec(authorization) ?? []
  if (keyId === undefined || nonce === undefined || signature === undefined) throw new AgentError('SIGNATURE_INVALID')
  return { keyId, timeS: Number(time), nonce, signature }
}

/** Exactly what arrived: `target` with its query, `host` as the header says, `body` before anything is decoded. */
export type SignedParts = {
  readonly method: string
  readonly host: string
  readonly target: string
  readonly body: Uint8Array
}

export type SignatureCheck = {
  /** Throws SIGNATURE_INVALID, SIGNATURE_STALE, RATE_LIMITED. */
  readonly verify: (token: StoredToken, claim: Claim, parts: SignedParts) => void
}

/** `nowMs`: the wall clock, as the client has no other of ours. */
export const createSignatureCheck = (nowMs: () => number): SignatureCheck => {
  const take = createNonceMemory(nowMs)
  return {
    verify: (token, { timeS, nonce, signature }, { method, host, target, body }) => {
      const lines = ['mip-agent request', method, host, target, String(timeS), nonce, hex(sm3(body))]
      const expected = Buffer.from(macOf(token, lines))
      if (!timingSafeEqual(expected, Buffer.from(signature))) throw new AgentError('SIGNATURE_INVALID')
      const seen = take(token.hash, nonce, timeS)
      if (seen === 'full') throw new AgentError('RATE_LIMITED', { detail: { retryAfterS: signatureWindowS } })
      if (seen !== 'new') throw new AgentError('SIGNATURE_STALE')
    },
  }
}
