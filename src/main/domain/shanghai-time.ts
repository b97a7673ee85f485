// Owns wire times: always Asia/Shanghai, UTC+8 without summer time since 1991, whatever the PC says (RULES 1.2).

const offsetMs = 8 * 3_600_000

/** `yyyyMMddHHmmss` of a moment (milliseconds since the epoch). */
export const wireStamp = (epochMs: number): string =>
  new Date(epochMs + offsetMs).toISOString().slice(0, 19).replaceAll(/[-:T]/g, '')

/**
 * The moment of a center's time stamp: epoch milliseconds (13 digits), yyyyMMddHHmmss or yyyyMMddHHmmssSSS.
 * undefined when it is none of these.
 */
export const parseWireStamp = (text: string): number | undefined => {
  if (/^\d{13}$/.test(text)) return Number(text)
  const parts = /^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})(\d{3})?$/.exec(text)
  if (parts === null) return undefined
  const [, year, month, day, hour, minute, second, millisecond = '000'] = parts
  const epochMs = Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}.${millisecond}+08:00`)
  return Number.isNaN(epochMs) ? undefined : epochMs
}
