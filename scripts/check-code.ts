// Runs the compilers and linters side by side, as many as there are cores: each takes one core and most of a minute. A command:
// `npm run check:code`; it prints what each took, the output of those that found something, and ends with 1 when any did.
import { spawn } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'

const root = join(import.meta.dirname, '..')

/** The longest first. */
const checks = [
  'eslint .',
  'prettier --check .',
  'tsc -p tsconfig.json',
  'vue-tsc -p tsconfig.web.json',
  'tsc -p tsconfig.browser.json',
  'tsc -p tsconfig.pure.json',
  'depcruise --config .dependency-cruiser.mjs src evidence',
] as const

const run = async (check: string): Promise<boolean> => {
  const startedMs = performance.now()
  // By a shell: on Windows the programs are .cmd files. The texts are the ones above.
  const child = spawn(check, { cwd: root, shell: true, stdio: ['ignore', 'pipe', 'pipe'] })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  const [output, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended])
  const seconds = Math.round((performance.now() - startedMs) / 1_000)
  console.log(`${code === 0 ? '✔' : '✖'} ${check} (${seconds} s)`)
  if (code !== 0) console.log(output + errors)
  return code === 0
}

const waiting: string[] = [...checks]
const work = async (): Promise<boolean> => {
  let isGood = true
  for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) isGood = (await run(check)) && isGood
  return isGood
}
const results = await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, work))
process.exitCode = results.every(Boolean) ? 0 : 1
