// Owns wire times: always Asia/Shanghai, UTC+8 without summer time since 1991, whatever the PC says (RULES 1.2).

const offsetMs = 8 * 3_600_000

/** `yyyyMMddHHmmss` of a moment (milliseconds since the epoch). */
export const wireStamp = (epochMs: number): string =>
  new Date(epochMs + offsetMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')

/** Without separators a leading zero may be missing in the time, never in the date. */
const compact = /^(\d{4})(\d{2})(\d{2})[T ]*(\d{1,2})(\d{2})(\d{2})(\d{3})?$/
const separated = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})[T ]+(\d{1,2}):(\d{1,2}):(\d{1,2})(?:\.(\d{1,9}))?(Z|\+08:?00)?$/

/**
 * The moments that a center's time stamp may mean, the likeliest first: milliseconds (13 digits) or seconds (10 digits) since the
 * epoch, or a date and a time, in Shanghai unless it ends in Z. Empty when it is no moment.
 */
export const momentsOf = (given: string): readonly number[] => {
  const text = given.trim()
  const epochMs = /^\d{13}$/.test(text) ? [Number(text)] : /^\d{10}$/.test(text) ? [Number(text) * 1_000] : []
  const parts = compact.exec(text) ?? separated.exec(text)
  if (parts === null) return epochMs
  const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((part) => part.padStart(2, '0'))
  const [, , , , , , , fraction = '', zone] = parts
  const millisecond = fraction.slice(0, 3).padEnd(3, '0')
  const asUtcMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}Z`)
  const atMs = zone === 'Z' ? asUtcMs : asUtcMs - offsetMs
  // A day that does not exist is counted on into the next month, and 24:00 into the next day.
  const digits = `${year}${month}${day}${hour}${minute}${second}`
  return Number.isNaN(atMs) || wireStamp(asUtcMs - offsetMs) !== digits ? epochMs : [...epochMs, atMs]
}

/** The moment of a center's time stamp; undefined when it is none. */
export const parseWireStamp = (text: string): number | undefined => momentsOf(text)[0]

const dayMs = 24 * 3_600_000

/** `yyyyMMdd` of a moment. */
export const shanghaiDay = (epochMs: number): string => wireStamp(epochMs).slice(0, 8)

/** Milliseconds since midnight in Shanghai. */
export const timeOfDayMs = (epochMs: number): number => (((epochMs + offsetMs) % dayMs) + dayMs) % dayMs

/** The first moment after `sinceMs` at which the clocks in Shanghai show `timeMs` (milliseconds since midnight). */
export const nextTimeOfDay = (sinceMs: number, timeMs: number): number => {
  const inMs = timeMs - timeOfDayMs(sinceMs)
  return sinceMs + (inMs > 0 ? inMs : inMs + dayMs)
}

/** Milliseconds since midnight of `HH:mm` or `HH:mm:ss`; undefined when it is no time of day. */
export const parseTimeOfDay = (text: string): number | undefined => {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/.exec(text)
  if (parts === null) return undefined
  const [, hour, minute, second = '0'] = parts
  return (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1000
}

/** ISO 8601 of a moment with milliseconds and +08:00, whatever the PC's time zone; "" of none. */
export const shanghaiIso = (epochMs: number | undefined): string =>
  epochMs === undefined ? '' : new Date(epochMs + offsetMs).toISOString().replace('Z', '+08:00')
