// Owns the nonce and time stamp that a request with a plain token may carry, so that what was recorded is refused when it is sent
// again. Signed requests have their own (signed-request.ts).
import type { IncomingHttpHeaders } from 'node:http'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { createNonceMemory, nonceWindowS } from './nonce-memory.ts'
import type { StoredToken } from './tokens.ts'

export const nonceHeader = 'x-mip-nonce'
export const timestampHeader = 'x-mip-timestamp'

/** Throws NONCE_INVALID, NONCE_STALE, NONCE_USED, RATE_LIMITED. A request without the two headers passes. */
export type NonceCheck = (token: StoredToken, headers: IncomingHttpHeaders) => void

export const createNonceCheck = (nowMs: () => number): NonceCheck => {
  const take = createNonceMemory(nowMs)
  return ({ hash }, headers) => {
    const { [nonceHeader]: nonce, [timestampHeader]: time } = headers
    if (nonce === undefined && time === undefined) return
    const isShaped =
      typeof nonce === 'string' && /^[\w-]{16,64}$/.test(nonce) && typeof time === 'string' && /^\d{10}$/.test(time)
    if (!isShaped) throw new AgentError('NONCE_INVALID')
    switch (take(hash, nonce, Number(time))) {
      case 'new':
        return
      case 'used':
        throw new AgentError('NONCE_USED')
      case 'stale':
        throw new AgentError('NONCE_STALE', { detail: { agentTimeS: Math.floor(nowMs() / 1_000) } })
      case 'full':
        throw new AgentError('RATE_LIMITED', { detail: { retryAfterS: nonceWindowS } })
    }
  }
}
