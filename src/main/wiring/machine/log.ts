// Owns the log: one JSON line an event on stderr, from a level on. Callers pass codes, counts and times, never a body.
import type { Log } from '../../usecases/base/ports.ts'

export const logLevels = ['info', 'warn', 'error'] as const
export type LogLevel = (typeof logLevels)[number]

export const createLog = (from: LogLevel): Log => {
  const least = logLevels.indexOf(from)
  return (level, what, fields = {}) => {
    if (logLevels.indexOf(level) < least) return
    process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, what, ...fields })}\n`)
  }
}
