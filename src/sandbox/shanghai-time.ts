// Owns the center's wall clock texts (Asia/Shanghai, which has no daylight saving) and the serial numbers made of them.
import { randomInt } from 'node:crypto'

const shanghaiOffsetMs = 8 * 3600 * 1000

/** `yyyyMMddHHmmssSSS`, 17 digits. `atMs`: milliseconds since the epoch. */
export const formatStamp = (atMs: number): string =>
  new Date(atMs + shanghaiOffsetMs).toISOString().replaceAll(/\D/g, '')

/** `yyyy-MM-dd HH:mm:ss.SSS`, for people who read the ledger. */
export const formatMoment = (atMs: number): string =>
  new Date(atMs + shanghaiOffsetMs).toISOString().slice(0, 23).replace('T', ' ')

const randomDigits = 8

/** A number that stays unique over restarts: prefix, 17 digits of time, 8 random digits. */
export const newSerial = (prefix: string): string =>
  `${prefix}${formatStamp(Date.now())}${String(randomInt(10 ** randomDigits)).padStart(randomDigits, '0')}`
