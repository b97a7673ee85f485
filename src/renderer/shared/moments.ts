// Owns how moments are written: in Shanghai, whatever the time zone of the PC.

const shanghaiOffsetMs = 8 * 3_600_000
const dayMs = 24 * 3_600_000

const writeInShanghai = (epochMs: number): string =>
  new Date(epochMs + shanghaiOffsetMs).toISOString().slice(0, 19).replace('T', ' ')

/** ISO 8601 as '2026-11-21 15:04:05'; '' as a dash. */
export const writeMoment = (iso: string): string => {
  const epochMs = Date.parse(iso)
  return Number.isNaN(epochMs) ? '—' : writeInShanghai(epochMs)
}

/** The same without the year: '11-21 15:04:05'. */
export const writeShortMoment = (iso: string): string => (iso === '' ? '—' : writeMoment(iso).slice('2026-'.length))

/** yyyy-MM-dd by the PC's clock: what a form proposes. The agent decides by its own. */
export const proposeDay = (daysAgo = 0): string => writeInShanghai(Date.now() - daysAgo * dayMs).slice(0, 10)
