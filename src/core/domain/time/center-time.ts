// Owns the times that a center writes into its answers (traceTime, hiTrnsDate and hiTrnsTime): which moment is meant, and whether
// it can be believed. Pure.

const minuteMs = 60_000
const dayMs = 1_440 * minuteMs
/**
 * A movement becomes known so long after it happened, at most; a center's time that lies further back, or in the future, is a
 * wrong one, and the agent's own counts. The report of a day looks no further (RULES 8.4).
 */
export const knownWithinMs = 31 * dayMs
/** How far a PC's clock may be slow. */
export const aheadMs = dayMs

/** Without separators a leading zero may be missing in the time, never in the date. */
const compact = /^(\d{4})(\d{2})(\d{2})[T ]*(\d{1,2})(\d{2})(\d{2})(?:\d{3})?$/
const separated = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.\d{1,9})?(?:\+08:?00)?$/

const candidatesOf = (text: string): readonly number[] => {
  const found: number[] = []
  const parts = compact.exec(text) ?? separated.exec(text)
  if (parts !== null) {
    const [year, month, day, hour, minute, second] = parts.slice(1).map((part) => part.padStart(2, '0'))
    found.push(Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}+08:00`))
  }
  if (/^\d{13}$/.test(text)) found.push(Number(text))
  if (/^\d{10}$/.test(text)) found.push(Number(text) * 1_000)
  return found
}

/** When an order began and when the agent came to know of the movement, by the PC's clock, milliseconds since the epoch. */
export type Known = { readonly beganMs: number; readonly knownMs: number }

/** The moment that a center wrote, milliseconds since the epoch; undefined when it is no time, or one that cannot be. */
export const readCenterTime = (text: string, { beganMs, knownMs }: Known): number | undefined => {
  const fromMs = Math.max(beganMs - aheadMs, knownMs - knownWithinMs)
  return candidatesOf(text.trim()).find((atMs) => atMs >= fromMs && atMs <= knownMs + aheadMs)
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
