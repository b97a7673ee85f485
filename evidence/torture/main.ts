// `npm run torture -- --kills N [--seed S] [--at-steps] [--power-cut] [--json]`: kills a real agent again and again, then lets
// the checker judge. Exit code 1 on any violation, with the seed and the histories of the orders concerned.
import { parseArgs } from 'node:util'
import { buildPowerCut } from '../../scripts/build/build-native.ts'
import { describeHistory } from '../checker/describe-history.ts'
import { violationKinds } from '../checker/violation.ts'
import { buildPrograms } from './processes/build-programs.ts'
import { killSteps } from './kill-steps.ts'
import { runTorture, type TortureRun } from './run-torture.ts'

const atMostHistories = 5
const killsPerLine = 50

const { values } = parseArgs({
  options: {
    kills: { type: 'string', default: '100' },
    seed: { type: 'string' },
    'at-steps': { type: 'boolean', default: false },
    'power-cut': { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
})
const kills = Number(values.kills)
const seed = Number(values.seed ?? Date.now() % 1_000_000)
if (!Number.isInteger(kills) || kills < 1 || !Number.isInteger(seed)) {
  console.error('--kills 和 --seed 应为整数 (should be whole numbers)')
  process.exit(2)
}

const powerCut = values['power-cut'] ? buildPowerCut() : undefined
if (powerCut?.built === false) {
  console.error(`--power-cut: ${powerCut.reason}`)
  process.exit(2)
}

const print = (line: string): void => {
  if (!values.json) console.log(line)
}

const printRun = ({ verdict, steps, reasons, seconds, kills: done }: TortureRun): void => {
  const counts = violationKinds.map((kind) => `${kind} ${verdict[kind]}`).join(', ')
  print(`${done} kills, ${verdict.orders} orders, ${counts}, attention ${verdict.attention}, ${seconds.toFixed(0)} s`)
  print(`needs a person: ${[...reasons].map(([reason, count]) => `${reason} ${count}`).join(', ') || 'nobody'}`)
  if (!values['at-steps']) return
  for (const step of killSteps) print(`  ${String(steps.get(step) ?? 0).padStart(4)}  ${step}`)
}

const printViolations = ({ verdict, transcript, ledger }: TortureRun): void => {
  console.error(`seed ${seed}: ${verdict.violations.length} violation(s)`)
  for (const { kind, sentence } of verdict.violations) console.error(`  ${kind}: ${sentence}`)
  const numbers = new Set(verdict.violations.map(({ medOrgOrd }) => medOrgOrd))
  for (const medOrgOrd of [...numbers].slice(0, atMostHistories)) {
    console.error(describeHistory(transcript, ledger, medOrgOrd).join('\n'))
  }
}

const mode = `${values['at-steps'] ? 'named steps' : 'random instants'}${powerCut === undefined ? '' : ', power cut'}`
print(`mip-agent torture: ${kills} kills at ${mode}, seed ${seed}`)
const programs = await buildPrograms()
const run = await runTorture({
  seed,
  kills,
  atSteps: values['at-steps'],
  programs,
  ...(powerCut === undefined ? {} : { powerCutLibrary: powerCut.path }),
  onKill: (done) => {
    if (done % killsPerLine === 0) print(`  ${done} kills`)
  },
}).finally(programs.close)
const { violations, ...counts } = run.verdict
printRun(run)
if (values.json) {
  console.log(JSON.stringify({ mode, kills: run.kills, ...counts, seed, seconds: Math.round(run.seconds) }))
}
if (violations.length > 0) {
  printViolations(run)
  process.exitCode = 1
}
