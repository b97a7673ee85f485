// Owns the system's random bytes, passed to gm/, which owns no source of randomness.
import { randomBytes } from 'node:crypto'

export const systemRandom = (length: number): Uint8Array => randomBytes(length)
