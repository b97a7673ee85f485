// Owns which nonces were seen within their window, so that a request is taken once. Who must bring one, and the refusals, are
// signed-request.ts and request-nonce.ts.

/** How old a time stamp may be; client and agent share one machine and its clock. */
export const nonceWindowS = 60
/** A client may round its second up. */
const aheadS = 1
/** One token at its rate limit stays far below; whoever exceeds it is refused, never forgotten. */
const atMostNonces = 200_000

export type Seen = 'new' | 'stale' | 'used' | 'full'

/** Remembers a nonce of a token. `timeS`: Unix seconds as the client says. */
export type TakeNonce = (tokenHash: string, nonce: string, timeS: number) => Seen

/** `nowMs`: the wall clock, as the client has no other of ours. */
export const createNonceMemory = (nowMs: () => number): TakeNonce => {
  const used = new Map<string, number>()
  // Nothing as old as what was forgotten is taken: by age, because the clock was set back, or by a restart, whose earlier
  // process may have taken any second up to this one.
  let forgottenS = Math.floor(nowMs() / 1_000) + aheadS

  const forget = (nowS: number): void => {
    for (const [nonce, timeS] of used) {
      if (timeS >= nowS - nonceWindowS) break
      used.delete(nonce)
      forgottenS = Math.max(forgottenS, timeS)
    }
  }

  return (tokenHash, nonce, timeS) => {
    const nowS = Math.floor(nowMs() / 1_000)
    forget(nowS)
    const key = `${tokenHash} ${nonce}`
    if (used.has(key)) return 'used'
    if (timeS <= forgottenS || timeS < nowS - nonceWindowS || timeS > nowS + aheadS) return 'stale'
    if (used.size >= atMostNonces) return 'full'
    used.set(key, timeS)
    return 'new'
  }
}
