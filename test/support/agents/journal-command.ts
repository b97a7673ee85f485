// Runs `npm run journal -- ...` as its own process, and waits for its end.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'

export type CommandResult = { readonly exitCode: number | null; readonly output: string; readonly errors: string }

const script = join(import.meta.dirname, '../../../scripts/journal.ts')

export const runJournal = async (folder: string, ...given: readonly string[]): Promise<CommandResult> => {
  const child = spawn(process.execPath, [script, ...given, '--data-dir', folder], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  let errors = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (errors += text))
  await once(child, 'close')
  return { exitCode: child.exitCode, output, errors }
}
