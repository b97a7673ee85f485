// Owns new operation ids: they begin with the time, so that the journal's index of them grows at its end instead of everywhere.
import { randomBytes } from 'node:crypto'

const timeDigits = 12
const randomByteCount = 10

/** 32 hexadecimal digits: milliseconds since the epoch, then 80 random bits. */
export const newOperationId = (): string =>
  Date.now().toString(16).padStart(timeDigits, '0') + randomBytes(randomByteCount).toString('hex')
