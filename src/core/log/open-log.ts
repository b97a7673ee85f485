// Owns the log of a running program: one line goes to its files and to the log of its process, and what is written may be more
// for an hour. How a line looks is contract/log-line.ts.
import type { FileLevel } from '../../contract/local-api/log.ts'
import type { Log, LogLine } from '../../contract/log-line.ts'
import { createLog } from './create-log.ts'
import { openLogFile } from './log-file.ts'
import { logFolderOf } from './log-folder.ts'
import { readNewestLines, type LogFilter } from './read-log.ts'

const usualLevel = 'info'
/** Somebody who looks for a fault forgets to turn it off again. */
const raisedForMs = 3_600_000

type OwnFilter = Omit<LogFilter, 'texts'> & { readonly text?: string | undefined }

export type OpenLog = {
  readonly log: Log
  /** For what the process says in its own way. */
  readonly inFiles: Log
  /** From now on the number of an order is written as this mark. Nothing is written of it before. */
  readonly markOrders: (markOf: (medOrgOrd: string) => string) => void
  /** `untilMs`: when it falls back, milliseconds since the epoch; undefined at the usual level. */
  readonly level: () => { readonly level: FileLevel; readonly untilMs: number | undefined }
  /** More than usual is written for an hour, or until a new start. */
  readonly setLevel: (level: FileLevel) => void
  /** Why the files cannot be written, a code; "" when they can. */
  readonly fault: () => string
  /** `text`: a part of the line, or the number of an order. */
  readonly readNewest: (filter: OwnFilter, atMost: number) => Promise<readonly LogLine[]>
  readonly close: () => Promise<void>
}

/** What the agent's API does with it. */
export type OwnLog = Pick<OpenLog, 'log' | 'level' | 'setLevel' | 'fault' | 'readNewest'>

type Timers = { readonly after: (delayMs: number, run: () => void) => () => void }

export type LogOptions = {
  readonly dataDir: string
  /** Makes a folder for its owner alone, or throws. */
  readonly prepareFolder: (folder: string) => void
  /** Gets every line as well, and chooses by itself which it shows. */
  readonly process: Log
  readonly timers: Timers
}

export const openLog = ({ dataDir, prepareFolder, process: ofProcess, timers }: LogOptions): OpenLog => {
  const folder = logFolderOf(dataDir)
  let mark: (medOrgOrd: string) => string | undefined = () => undefined
  let untilMs: number | undefined
  let cancel = (): void => undefined

  const file = openLogFile({
    folder,
    prepare: prepareFolder,
    onFault: (fault, lost) => {
      if (fault === '') log('warn', 'log.written-again', { count: lost })
      else log('error', 'log.unwritable', { error: fault })
    },
  })
  const ofFile = createLog(usualLevel, file)

  const log: Log = (level, what, { medOrgOrd, ...details } = {}) => {
    const order = details.order ?? (medOrgOrd === undefined ? undefined : mark(medOrgOrd))
    const fields = order === undefined ? details : { order, ...details }
    ofFile.log(level, what, fields)
    ofProcess(level, what, fields)
  }

  const setLevel = (level: FileLevel): void => {
    cancel()
    ofFile.setLevel(level)
    if (level === usualLevel) {
      untilMs = undefined
      return
    }
    untilMs = Date.now() + raisedForMs
    cancel = timers.after(raisedForMs, () => {
      setLevel(usualLevel)
      log('info', 'log.level', { to: usualLevel })
    })
  }

  return {
    log,
    inFiles: ofFile.log,
    markOrders: (markOf) => {
      mark = markOf
    },
    level: () => ({ level: untilMs === undefined ? usualLevel : 'debug', untilMs }),
    setLevel,
    fault: file.fault,
    readNewest: async ({ text, ...filter }, atMost) => {
      await file.flush()
      const texts = text === undefined ? undefined : [text, `"order":"${mark(text) ?? text}"`]
      return readNewestLines(folder, { ...filter, texts }, atMost)
    },
    close: async () => {
      cancel()
      await file.close()
    },
  }
}
