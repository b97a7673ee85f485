// Shows that nothing that is sent to the agent's port ends it, fails it or makes it grow: requests of every endpoint and of
// the old programs' addresses, made wrong. `npm run fuzz -- --seconds N`, or `--cases N`, with `--seed S [--json]`; exit code 1
// for a crash, an INTERNAL, a 5xx nobody documented, a hang, refusals that come late, or memory that grows.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentEntry } from '../../bench/agent-under-test.ts'
import { startAgentProcess } from '../../test/fixtures/agent-process.ts'
import { errorTable } from '../../src/core/domain/errors/error-table.ts'
import { memoryFolder } from '../memory-folder.ts'
import { createSeededRandom } from '../seeded-random.ts'
import { findFreePort, openLiveHeap } from './live-heap.ts'
import { makeRequest } from './make-request.ts'
import { readProcessorWaitMs } from './processor-wait.ts'
import { slopePerTenThousand, type MemorySample } from './memory-slope.ts'
import { sendRequest } from './send-request.ts'

const atOnce = 8
const sampleEvery = 2_000
/** What the first cases load and compile is no growth. */
const warmUpShare = 0.25
const slopeLimit = 1
/** Of fewer samples, 20,000 cases, no slope is told. */
const fewestSamples = 10
const refusedWithinMs = 100
/** A collection, or a machine that is busy, may keep one waiting now and then. */
const slowShareLimit = 0.001
const unwanted: ReadonlySet<string> = new Set(['INTERNAL'])

const { values } = parseArgs({
  options: {
    seconds: { type: 'string' },
    cases: { type: 'string' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    json: { type: 'boolean', default: false },
  },
})
const atMostCases = values.cases === undefined ? Number.POSITIVE_INFINITY : Number(values.cases)
const atMostMs = values.seconds === undefined && values.cases !== undefined ? Number.POSITIVE_INFINITY : Number(values.seconds ?? 60) * 1_000 // prettier-ignore
const seed = Number(values.seed)
const random = createSeededRandom(seed)
/** Few, so that a request meets an order that is there. */
const numbers: readonly [string, ...string[]] = ['F0', ...Array.from({ length: 199 }, (_, at) => `F${at + 1}`)]

// A disk that keeps one order waiting would keep every refusal behind it waiting.
const dataDir = mkdtempSync(join(memoryFolder, 'mip-fuzz-'))
const inspectPort = await findFreePort()
const agent = await startAgentProcess([
  ...[`--inspect=127.0.0.1:${inspectPort}`, await agentEntry()],
  ...['--sandbox', '--port', '0', '--data-dir', dataDir, '--log-level', 'error'],
])
const heap = await openLiveHeap(inspectPort)
const { port, host } = new URL(agent.url)
/** Of both ends of a call. */
const waitedForProcessorMs = (): number => readProcessorWaitMs(agent.child.pid ?? 0) + readProcessorWaitMs(process.pid)
const isAlive = (): boolean => agent.child.exitCode === null && agent.child.signalCode === null

const statuses = new Map<number, number>()
const faults: string[] = []
const samples: MemorySample[] = []
let cases = 0
let hung = 0
let slow = 0
const startedMs = performance.now()

const isOver = (): boolean =>
  !isAlive() || faults.length >= 20 || cases >= atMostCases || performance.now() - startedMs >= atMostMs

const work = async (untilCases: number): Promise<void> => {
  while (!isOver() && cases < untilCases) {
    cases += 1
    const one = cases
    const request = makeRequest(agent.token, host, numbers, random)
    const { of, bytes } = request
    const waitedMs = waitedForProcessorMs()
    const reply = await sendRequest(Number(port), request)
    const shown = () =>
      `${one} ${of}: ${JSON.stringify(reply)} ${JSON.stringify(bytes.toString('latin1').slice(0, 400))}`
    if (reply === 'hung') {
      hung += 1
      faults.push(shown())
      continue
    }
    statuses.set(reply.status, (statuses.get(reply.status) ?? 0) + 1)
    // 502 and 503 are how a refusal of the center and a thing that cannot be now are told; they carry a documented code.
    if (unwanted.has(reply.code) || (reply.status >= 500 && !(reply.code in errorTable))) faults.push(shown())
    const ownMs = reply.elapsedMs - (waitedForProcessorMs() - waitedMs)
    // A wrong token's refusal is held back on purpose.
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 401 && ownMs > refusedWithinMs) slow += 1
  }
}

while (!isOver()) {
  const untilCases = cases + sampleEvery
  await Promise.all(Array.from({ length: atOnce }, () => work(untilCases)))
  // Nobody waits for an answer meanwhile: the collection stops the agent.
  if (isAlive()) samples.push({ cases, megabytes: await heap.measure() })
}
const seconds = Math.round((performance.now() - startedMs) / 1_000)
const alive = isAlive() && (await agent.call('GET', '/v1/status')).code === '0'
heap.close()
await agent.stop()
rmSync(dataDir, { recursive: true, force: true })

const warm = samples.slice(Math.floor(samples.length * warmUpShare))
const slope = samples.length < fewestSamples ? Number.NaN : slopePerTenThousand(warm)
const grows = Number(slope >= slopeLimit)
const isSlow = Number(slow > cases * slowShareLimit)
for (const fault of faults) console.error(fault)
if (!values.json) {
  console.log(`seed ${seed}, answers by status: ${JSON.stringify(Object.fromEntries([...statuses].toSorted()))}`)
  console.log(`heap after a collection, MB: ${samples.map(({ megabytes }) => megabytes.toFixed(1)).join(' ')}`)
}
const line = {
  cases,
  seconds,
  crashed: Number(!alive),
  faults: faults.length,
  hung,
  slow,
  slopeMb: Number(slope.toFixed(2)),
}
console.log(JSON.stringify(line))
process.exitCode = alive && faults.length + hung + grows + isSlow === 0 ? 0 : 1
