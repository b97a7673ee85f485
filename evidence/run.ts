// `npm run evidence [-- --short] [--seed S]`: runs torture, simulation, fuzzing, the kiosk's page and the decoder hosts, one after
// the other, and collects their JSON lines into one table. Exit code 1 when any of them found a violation or did not finish.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { availableParallelism, cpus } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { parseArgs } from 'node:util'
import { violationKinds } from './checker/violation.ts'
import { killSteps } from './torture/kill-steps.ts'

const { short, seed: givenSeed } = parseArgs({
  options: { short: { type: 'boolean', default: false }, seed: { type: 'string' } },
}).values

const seed = givenSeed ?? String(Date.now() % 1_000_000)
const shortKills = 100

const torture = 'torture/main.ts'
const kills = (count: number): readonly string[] => ['--kills', String(count)]

type Part = { readonly title: string; readonly program: string; readonly args: readonly string[] }

const parts: readonly Part[] = short
  ? [
      { title: 'random instants', program: torture, args: kills(shortKills - killSteps.length) },
      { title: 'named steps', program: torture, args: [...kills(killSteps.length), '--at-steps'] },
      { title: 'simulation', program: 'simulate/main.ts', args: ['--histories', '2000'] },
      { title: 'fuzz', program: 'fuzz/main.ts', args: ['--cases', '3000'] },
      { title: 'wrong calls', program: 'fuzz/money.ts', args: ['--stories', '20', '--requests', '20'] },
      { title: 'kiosk', program: 'kiosk/main.ts', args: ['--payments', '20'] },
      { title: 'decoder hosts', program: 'hosts/main.ts', args: ['--short'] },
    ]
  : [
      { title: 'random instants', program: torture, args: kills(1_000) },
      { title: 'named steps', program: torture, args: [...kills(4 * killSteps.length), '--at-steps'] },
      { title: 'power cuts', program: torture, args: [...kills(200), '--power-cut'] },
      { title: 'simulation', program: 'simulate/main.ts', args: ['--histories', '100000'] },
      { title: 'fuzz', program: 'fuzz/main.ts', args: ['--cases', '100000'] },
      { title: 'wrong calls', program: 'fuzz/money.ts', args: ['--stories', '500', '--requests', '40'] },
      { title: 'kiosk', program: 'kiosk/main.ts', args: ['--payments', '1000'] },
      { title: 'decoder hosts', program: 'hosts/main.ts', args: [] },
    ]

type Line = Readonly<Record<string, string | number>>
type Result = { readonly title: string; readonly line: Line; readonly ok: boolean }

const lastLine = (output: string): Line | undefined => {
  try {
    return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Line
  } catch {
    return undefined
  }
}

const runPart = async ({ title, program, args }: Part): Promise<Result> => {
  const command = [join(import.meta.dirname, program), ...args, '--seed', seed, '--json']
  console.log(`${title}: node evidence/${[program, ...command.slice(1)].join(' ')}`)
  const startedMs = performance.now()
  const child = spawn(process.execPath, command, { stdio: ['ignore', 'pipe', 'inherit'] })
  const ended = once(child, 'exit')
  const line = lastLine(await text(child.stdout))
  const [exitCode] = (await ended) as [number | null]
  if (line !== undefined) console.log(`  ${JSON.stringify(line)}`)
  const seconds = Math.round((performance.now() - startedMs) / 1000)
  return { title, line: { ...line, seconds }, ok: exitCode === 0 && line !== undefined }
}

const columns = ['kills', 'histories', 'orders', ...violationKinds, 'attention', 'seconds'] as const

const printTable = (results: readonly Result[]): void => {
  const rows = [
    ['', ...columns, ''],
    ...results.map(({ title, line, ok }) => [
      title,
      ...columns.map((column) => String(line[column] ?? '')),
      ok ? 'ok' : 'FAILED',
    ]),
  ]
  const widths = rows[0]?.map((_, at) => Math.max(...rows.map((row) => row[at]?.length ?? 0))) ?? []
  for (const row of rows) console.log(row.map((cell, at) => cell.padStart(widths[at] ?? 0)).join('  '))
}

const machine = `${cpus()[0]?.model ?? '?'}, ${availableParallelism()} cores`
console.log(`mip-agent evidence${short ? ' (short)' : ''}: seed ${seed}, node ${process.versions.node}, ${machine}`)
const results: Result[] = []
for (const part of parts) results.push(await runPart(part))
printTable(results)
if (results.some(({ ok }) => !ok)) process.exitCode = 1
