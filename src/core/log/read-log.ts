// Owns reading the log: the newest lines that fit a filter, and whole files cleaned once more. The writer need not run.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { logLevels, parseLogLine, type LogLevel, type LogLine } from '../../contract/log-line.ts'
import { logFileNames } from './log-folder.ts'

export type LogFilter = {
  /** One of them stands somewhere in the line as it is written; any line where there are none. */
  readonly texts?: readonly string[] | undefined
  /** From this level on. */
  readonly level?: LogLevel | undefined
  readonly operationId?: string | undefined
  /** The mark of an order. */
  readonly order?: string | undefined
}

/** What takes a turn of the event loop of its own. */
const linesPerTurn = 2_000

/** undefined: there is none, or it cannot be read. */
const readIfThere = (path: string): Promise<string | undefined> => readFile(path, 'utf8').catch(() => undefined)

const testOf = ({ texts = [''], level = 'debug', operationId, order }: LogFilter): ((line: string) => boolean) => {
  const levels = logLevels.slice(logLevels.indexOf(level)).map((name) => `{"level":"${name}"`)
  const parts = [
    ...(operationId === undefined ? [] : [`"operationId":"${operationId}"`]),
    ...(order === undefined ? [] : [`"order":"${order}"`]),
  ]
  return (line) =>
    levels.some((start) => line.startsWith(start)) &&
    texts.some((text) => line.includes(text)) &&
    parts.every((part) => line.includes(part))
}

/** The newest lines that fit, the newest first. */
export const readNewestLines = async (
  folder: string,
  filter: LogFilter,
  atMost: number,
): Promise<readonly LogLine[]> => {
  const fits = testOf(filter)
  const found: LogLine[] = []
  for (const name of logFileNames) {
    const text = await readIfThere(join(folder, name))
    if (text === undefined) continue
    let looked = 0
    for (let end = text.length; end > 0 && found.length < atMost;) {
      const start = text.lastIndexOf('\n', end - 1) + 1
      const line = text.slice(start, end)
      const parsed = fits(line) ? parseLogLine(line) : undefined
      if (parsed !== undefined) found.push(parsed)
      end = start - 1
      looked += 1
      if (looked % linesPerTurn === 0) await nextTurn()
    }
    if (found.length >= atMost) break
  }
  return found
}

/** File -> its lines, those that are ours; for an archive that leaves the machine. */
export const readLogFiles = async (folder: string): Promise<Readonly<Record<string, readonly LogLine[]>>> => {
  const files: Record<string, readonly LogLine[]> = {}
  for (const name of logFileNames) {
    const text = await readIfThere(join(folder, name))
    const lines = (text ?? '').split('\n').flatMap((line) => parseLogLine(line) ?? [])
    if (lines.length > 0) files[name] = lines
  }
  return files
}
