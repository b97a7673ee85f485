// Owns the times that a center writes into its answers (traceTime, hiTrnsDate and hiTrnsTime): which moment is meant, and whether
// it can be believed. Pure.
import { momentsOf } from './shanghai-time.ts'

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
/**
 * A movement becomes known so long after it happened, at most; a center's time that lies further back, or in the future, is a
 * wrong one, and the agent's own counts. The report of a day looks no further (RULES 8.4).
 */
export const knownWithinMs = 31 * dayMs
/** How far a PC's clock may be slow. */
export const aheadMs = dayMs

/** When an order began and when the agent came to know of the movement, by the PC's clock, milliseconds since the epoch. */
export type Known = { readonly beganMs: number; readonly knownMs: number }

/** The moment that a center wrote, milliseconds since the epoch; undefined when it is no time, or one that cannot be. */
export const readCenterTime = (text: string, { beganMs, knownMs }: Known): number | undefined => {
  const fromMs = Math.max(beganMs - aheadMs, knownMs - knownWithinMs)
  return momentsOf(text).find((atMs) => atMs >= fromMs && atMs <= knownMs + aheadMs)
}

/** The same of a date (`yyyyMMdd`) and a time (`HHmmss`) apart; the time may have lost its leading zeros, or have colons. */
export const readCenterDateTime = (date: string, time: string, bounds: Known): number | undefined => {
  const digits = time
    .trim()
    .split(':')
    .map((part) => part.padStart(2, '0'))
    .join('')
  if (date.trim() === '' || time.trim() === '') return undefined
  return readCenterTime(`${date.replaceAll(/[-/. ]/g, '')}${digits.padStart(6, '0')}`, bounds)
}
