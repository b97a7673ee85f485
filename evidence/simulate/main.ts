// `npm run simulate -- [--seed S] [--histories N] [--json]`, or `--history K` to read one history of a seed. Exit code 1 on any
// violation, with the seed and the history.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'
import { violationKinds } from '../checker/violation.ts'
import { runSimulation, type SimulationRun } from './run-simulation.ts'
import type { ToldHistory } from './simulate-worker.ts'

const historiesPerLine = 10_000

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '2000' },
    history: { type: 'string' },
    workers: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})

const readNumber = (name: string, text: string, least: number): number => {
  const number = Number(text)
  if (Number.isInteger(number) && number >= least) return number
  console.error(`--${name} 应为不小于 ${least} 的整数 (should be a whole number from ${least})`)
  return process.exit(2)
}

const seed = readNumber('seed', values.seed ?? String(Date.now() % 1_000_000), 0)
const only = values.history === undefined ? undefined : readNumber('history', values.history, 1)
const histories = readNumber('histories', values.histories, 1)
const workers = only === undefined ? readNumber('workers', values.workers ?? String(availableParallelism()), 1) : 1

const print = (line: string): void => {
  if (!values.json) console.log(line)
}

const printTold = ({ number, violations, lines }: ToldHistory): void => {
  console.error(`seed ${seed}, history ${number}: ${violations.length} violation(s)`)
  console.error([...violations.map((violation) => `  ${violation}`), ...lines].join('\n'))
}

const printRun = ({ seconds, broken: told, ...counts }: SimulationRun): void => {
  const historiesPerSecond = Math.round(counts.histories / seconds)
  const broken = violationKinds.map((kind) => `${kind} ${counts[kind]}`).join(', ')
  print(
    `${counts.histories} histories, ${counts.orders} orders, ${counts.crashes} crashes, ${broken}, ` +
      `attention ${counts.attention}, ${seconds.toFixed(0)} s, ${historiesPerSecond} histories per second`,
  )
  if (values.json) console.log(JSON.stringify({ ...counts, historiesPerSecond, workers, seed }))
  for (const history of told) printTold(history)
}

print(only === undefined ? `mip-agent simulate: ${histories} histories, seed ${seed}` : `seed ${seed}, history ${only}`)
const run = await runSimulation({
  seed,
  from: only ?? 1,
  to: only ?? histories,
  workers,
  trace: only !== undefined,
  onPlayed: (played) => {
    if (played % historiesPerLine === 0) print(`  ${played} histories`)
  },
})
if (only === undefined) printRun(run)
else for (const { lines, digest } of run.broken) console.log([...lines, `digest ${digest}`].join('\n'))
if (violationKinds.some((kind) => run[kind] > 0)) process.exitCode = 1
