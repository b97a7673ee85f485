// Owns a program started beside the bench that takes one JSON line on stdin, says one on stdout, and ends with its stdin:
// the sandbox center and the naive agent are such.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

const startWithinMs = 15_000

export type ChildProgram<Ready> = {
  readonly ready: Ready
  readonly stop: () => Promise<void>
}

/** Ends a child and waits for it. */
export const endChild = async (child: ChildProcess, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill(signal)
  await ended
}

/** Starts `node ENTRY` and waits for its first line. Throws when it ends before. */
export const startProgram = async <Ready>(entry: string, options: object): Promise<ChildProgram<Ready>> => {
  const child = spawn(process.execPath, [entry], { stdio: ['pipe', 'pipe', 'inherit'] })
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  child.stdin.write(`${JSON.stringify(options)}\n`)
  for await (const line of createInterface({ input: child.stdout })) {
    clearTimeout(timer)
    child.stdout.resume()
    return { ready: JSON.parse(line) as Ready, stop: () => endChild(child) }
  }
  clearTimeout(timer)
  throw new Error(`${entry} ended before it was ready`)
}
