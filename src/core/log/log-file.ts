// Owns the files of the log: which there are, how long they grow, that they are their owner's alone, and that a disk which takes
// nothing costs lines and nothing else. Lines of a tenth of a second share a write.
import { appendFileSync, lstatSync } from 'node:fs'
import { join } from 'node:path'
import { createStream, type RotatingFileStream } from 'rotating-file-stream'
import { exposureOf } from '../domain/machine/private-file.ts'
import type { LineTaker } from './create-log.ts'
import { logFileNames, nameOfLogFile, rotatedFiles } from './log-folder.ts'

const atMostMiB = 4
const gatherMs = 100
/** What waits while the disk takes nothing, in UTF-16 units. */
const atMostWaiting = 1024 * 1024
const retryMs = 10_000
/** A disk that hangs does not keep the process. */
const closeMs = 2_000

export type LogFile = LineTaker & {
  /** Why nothing can be written, a code; "" when all is well. */
  readonly fault: () => string
  /** Resolves when what was written so far is in the file, or is lost. */
  readonly flush: () => Promise<void>
  readonly close: () => Promise<void>
}

export type LogFileOptions = {
  readonly folder: string
  /** Makes the folder, or finds it to be its owner's alone; throws when it is not. */
  readonly prepare: (folder: string) => void
  /** Told once when writing fails, with a code, and once when it works again, with "" and how many lines were lost. */
  readonly onFault: (fault: string, lost: number) => void
}

const codeOf = (error: unknown): string =>
  error instanceof Error && 'code' in error ? String(error.code) : 'LOG_UNWRITABLE'

const assertPrivate = (folder: string): void => {
  if (process.platform === 'win32') return
  for (const name of logFileNames) {
    const stats = lstatSync(join(folder, name), { throwIfNoEntry: false })
    if (stats === undefined) continue
    if (!stats.isFile() || exposureOf(name, stats.mode, 'file') !== undefined)
      throw Object.assign(new Error(name), { code: 'LOG_FILE_EXPOSED' })
  }
}

export const openLogFile = ({ folder, prepare, onFault }: LogFileOptions): LogFile => {
  let waiting: string[] = []
  let waitingUnits = 0
  let lost = 0
  let fault = ''
  let stream: RotatingFileStream | undefined
  let writing: Promise<void> | undefined
  let timer: NodeJS.Timeout | undefined
  let isClosed = false

  const fail = (error: unknown, lines: number): void => {
    lost += lines
    stream?.destroy()
    stream = undefined
    const before = fault
    fault = codeOf(error)
    if (before === '') onFault(fault, 0)
  }

  const succeed = (): void => {
    if (fault === '') return
    fault = ''
    const gone = lost
    lost = 0
    onFault('', gone)
  }

  const open = (): RotatingFileStream => {
    prepare(folder)
    assertPrivate(folder)
    const opened = createStream((index) => nameOfLogFile(Number(index)), {
      path: folder,
      size: `${atMostMiB}M`,
      rotate: rotatedFiles,
      mode: 0o600,
    })
    // The write that failed says so; a stream without a listener would end the process.
    opened.on('error', () => undefined)
    return opened
  }

  const write = async (lines: readonly string[]): Promise<void> => {
    try {
      const target = (stream ??= open())
      await new Promise<void>((resolve, reject) => {
        target.write(lines.join(''), (error) => (error ? reject(error) : resolve()))
      })
      succeed()
    } catch (error) {
      fail(error, lines.length)
    }
  }

  const plan = (inMs: number): void => {
    if (timer !== undefined || isClosed || waiting.length === 0) return
    timer = setTimeout(() => {
      timer = undefined
      void writeWaiting()
    }, inMs)
    timer.unref()
  }

  const writeWaiting = (): Promise<void> => {
    if (writing !== undefined || waiting.length === 0) return writing ?? Promise.resolve()
    const lines = waiting
    waiting = []
    waitingUnits = 0
    writing = write(lines).finally(() => {
      writing = undefined
      plan(fault === '' ? gatherMs : retryMs)
    })
    return writing
  }

  const flush = async (): Promise<void> => {
    await writing
    await writeWaiting()
  }

  // A process that ends by an error, or by exit(), has no turn left in which a stream could write.
  const atExit = (): void => {
    try {
      if (waiting.length > 0 && fault === '')
        appendFileSync(join(folder, nameOfLogFile(0)), waiting.join(''), { mode: 0o600 })
    } catch {
      // There is nobody left to tell.
    }
  }
  process.on('exit', atExit)

  return {
    write: (line) => {
      if (isClosed) return
      if (waitingUnits + line.length > atMostWaiting) {
        lost += 1
        return
      }
      waiting.push(line)
      waitingUnits += line.length
      plan(fault === '' ? gatherMs : retryMs)
    },
    fault: () => fault,
    flush,
    close: async () => {
      if (isClosed) return
      let late: NodeJS.Timeout | undefined
      const ended = (async () => {
        await flush()
        isClosed = true
        clearTimeout(timer)
        const last = stream
        if (last !== undefined && !last.destroyed) await new Promise<void>((resolve) => last.end(resolve))
      })()
      await Promise.race([
        ended,
        new Promise((resolve) => {
          late = setTimeout(resolve, closeMs)
        }),
      ])
      clearTimeout(late)
      isClosed = true
      process.off('exit', atExit)
    },
  }
}
