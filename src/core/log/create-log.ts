// Owns how a line is made: by pino, from a level on, cleaned by the contract, into anything that takes text. No worker threads.
import { pino } from 'pino'
import { cleanFields, type Log, type LogLevel } from '../../contract/log-line.ts'
import { shanghaiIso } from '../domain/time/shanghai-time.ts'
import { currentRequest } from './request-context.ts'

export type LeveledLog = {
  readonly log: Log
  readonly setLevel: (level: LogLevel) => void
}

export type LineTaker = { readonly write: (line: string) => void }

/** The number of an order is not written: whoever knows its mark gives `order`. */
export const createLog = (level: LogLevel, to: LineTaker): LeveledLog => {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: () => `,"at":"${shanghaiIso(Date.now())}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    to,
  )
  return {
    log: (lineLevel, what, fields = {}) => {
      if (!logger.isLevelEnabled(lineLevel)) return
      logger[lineLevel]({ what, ...cleanFields({ requestId: currentRequest(), ...fields }) })
    },
    setLevel: (next) => {
      logger.level = next
    },
  }
}

/** The log of a process on its own standard error. */
export const processLog = (level: LogLevel): Log => createLog(level, process.stderr).log
