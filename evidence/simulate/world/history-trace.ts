// Owns the trace of a history: one line per thing that happened, with its virtual time. Same seed, same trace.
import { createHash } from 'node:crypto'
import type { VirtualTime } from './virtual-time.ts'

export type HistoryTrace = {
  readonly note: (line: () => string) => void
  readonly lines: () => readonly string[]
  /** Of all lines. */
  readonly digest: () => string
}

const clockText = (ms: number): string => {
  const seconds = Math.floor(ms / 1000)
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60]
  return `${parts.map((part) => String(part).padStart(2, '0')).join(':')}.${String(Math.floor(ms) % 1000).padStart(3, '0')}`
}

/** `isKept` false: nothing is written down, for speed. */
export const createHistoryTrace = (time: VirtualTime, isKept: boolean): HistoryTrace => {
  const lines: string[] = []
  return {
    note: (line) => {
      if (isKept) lines.push(`${clockText(time.nowMs())} ${line()}`)
    },
    lines: () => lines,
    digest: () => createHash('sha256').update(lines.join('\n')).digest('hex'),
  }
}
