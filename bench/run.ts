// `npm run bench`: measures everything side by side in one run and ends with a table of the targets. Flags: --json ends
// with one JSON line, --only NAME runs one part, --quick takes about a minute.
import { availableParallelism, cpus, loadavg } from 'node:os'
import { parseArgs } from 'node:util'
import { consolePages } from './parts/console.ts'
import { decode } from './parts/decode.ts'
import { floor } from './parts/floor.ts'
import { gm } from './parts/gm.ts'
import { headOfLine } from './parts/head-of-line.ts'
import { journalCommit } from './parts/journal-commit.ts'
import { oldClients } from './parts/old-clients.ts'
import { overhead } from './parts/overhead.ts'
import type { Bench, Part } from './part.ts'
import { peer } from './parts/peer.ts'
import { jsonLine, targetLines, type Figure } from './report.ts'
import { scan } from './parts/scan.ts'
import { stall } from './parts/stall.ts'
import { startFull } from './parts/start-full.ts'
import { startUp } from './parts/start-up.ts'
import { idleStreams } from './parts/streams.ts'
import { throughput } from './parts/throughput.ts'

const parts: readonly Part[] = [
  gm,
  journalCommit,
  startUp,
  startFull,
  overhead,
  floor,
  oldClients,
  throughput,
  headOfLine,
  stall,
  scan,
  decode,
  consolePages,
  peer,
  idleStreams,
]
const quickShare = 0.3
const fewestRounds = 5

const { json, quick, only } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
  },
}).values

const chosen = only === undefined ? parts : parts.filter(({ name }) => name === only)
if (chosen.length === 0) {
  console.error(`--only 应为 (should be): ${parts.map(({ name }) => name).join(', ')}`)
  process.exit(1)
}

const figures: Figure[] = []
const bench: Bench = {
  rounds: (full) => (quick ? Math.max(fewestRounds, Math.ceil(full * quickShare)) : full),
  print: (...lines) => {
    for (const line of lines) console.log(line)
  },
  record: (figure) => figures.push(figure),
}

// Whoever else uses the processors slows the three processes of a measurement far more than one: the reader must know.
const loadBefore = loadavg()[0] ?? 0
const machine = `${cpus()[0]?.model ?? '?'} x ${cpus().length}`
console.log(`mip-agent bench: node ${process.versions.node}, ${machine}${quick ? ', --quick' : ''}`)
console.log('同一次运行内交替测量; 请看比值, 不看绝对值 (interleaved in one run: read the ratios)')
if (loadBefore > availableParallelism() / 4) {
  console.log(
    `机器正忙, 毫秒数不可信 (load average ${loadBefore.toFixed(1)} before the run: do not trust the milliseconds)`,
  )
}
for (const { title, run } of chosen) {
  console.log(`\n${title}`)
  await run(bench)
}
console.log()
for (const line of targetLines(figures)) console.log(line)
if (json) console.log(jsonLine({ node: process.versions.node, machine, quick, loadBefore }, figures))
