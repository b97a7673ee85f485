// Owns how often a token and a connection may call. Counting needs no memory that grows: a bucket each token, a bucket each
// open connection.
import type { Socket } from 'node:net'
import { AgentError } from '../../../core/domain/errors/errors.ts'

export type RateLimits = {
  /** Requests a second; twice as many at once. */
  readonly perToken: number
  readonly perConnection: number
}

const burst = 2

type Bucket = { left: number; atMs: number }

/** Milliseconds until there is room; 0: taken. */
const take = (bucket: Bucket, perSecond: number, nowMs: number): number => {
  const gained = ((nowMs - bucket.atMs) / 1_000) * perSecond
  bucket.left = Math.min(perSecond * burst, bucket.left + gained)
  bucket.atMs = nowMs
  if (bucket.left < 1) return ((1 - bucket.left) / perSecond) * 1_000
  bucket.left -= 1
  return 0
}

const assertTaken = (waitMs: number): void => {
  if (waitMs > 0) throw new AgentError('RATE_LIMITED', { detail: { retryAfterS: Math.ceil(waitMs / 1_000) } })
}

export type RateLimiter = {
  /** Throws RATE_LIMITED. Only for a token that was proven: nobody else may use up its share. */
  readonly takeForToken: (name: string) => void
  /**
   * Throws RATE_LIMITED. By connection, that is by address and port: everybody here has the address 127.0.0.1, so that a limit
   * by address would let one page or program stop the HIS.
   */
  readonly takeForConnection: (socket: Socket) => void
}

/** `nowMs`: a monotonic clock. */
export const createRateLimiter = ({ perToken, perConnection }: RateLimits, nowMs: () => number): RateLimiter => {
  const tokens = new Map<string, Bucket>()
  const connections = new WeakMap<Socket, Bucket>()
  const bucketIn = <Key>(
    buckets: { get: (key: Key) => Bucket | undefined; set: (key: Key, bucket: Bucket) => unknown },
    key: Key,
    perSecond: number,
  ): Bucket => {
    const bucket = buckets.get(key) ?? { left: perSecond * burst, atMs: nowMs() }
    buckets.set(key, bucket)
    return bucket
  }
  return {
    takeForToken: (name) => {
      assertTaken(take(bucketIn(tokens, name, perToken), perToken, nowMs()))
    },
    takeForConnection: (socket) => {
      assertTaken(take(bucketIn(connections, socket, perConnection), perConnection, nowMs()))
    },
  }
}
