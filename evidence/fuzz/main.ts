// Shows that nothing that is sent to the agent's port ends it, fails it or makes it grow: requests of every endpoint and of
// the old programs' addresses, made wrong. `npm run fuzz -- --seconds N`, or `--cases N`, with `--seed S [--json]`; exit code 1
// for a crash, an INTERNAL, a 5xx nobody documented, a hang, or memory that grows.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentEntry } from '../../bench/agent-under-test.ts'
import { startAgentProcess } from '../../examples/demo/agent-process.ts'
import { errorTable } from '../../src/main/domain/error-table.ts'
import { createSeededRandom } from '../seeded-random.ts'
import { findFreePort, openLiveHeap } from './live-heap.ts'
import { makeRequest } from './make-request.ts'
import { slopePerTenThousand, type MemorySample } from './memory-slope.ts'
import { sendRequest } from './send-request.ts'

const atOnce = 8
const sampleEvery = 2_000
/** What the first cases load and compile is no growth. */
const warmUpShare = 0.25
const slopeLimit = 1
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
/** As many as that a number comes again, and few enough operations each that an order stays one. */
const numbers: readonly [string, ...string[]] = ['F0', ...Array.from({ length: 1_999 }, (_, at) => `F${at + 1}`)]

const dataDir = mkdtempSync(join(tmpdir(), 'mip-fuzz-'))
const inspectPort = await findFreePort()
const agent = await startAgentProcess([
  ...[`--inspect=127.0.0.1:${inspectPort}`, await agentEntry()],
  ...['--sandbox', '--port', '0', '--data-dir', dataDir, '--log-level', 'error'],
])
const heap = await openLiveHeap(inspectPort)
const { port, host } = new URL(agent.url)
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

const work = async (): Promise<void> => {
  while (!isOver()) {
    cases += 1
    const one = cases
    const { of, bytes } = makeRequest(agent.token, host, numbers, random)
    const reply = await sendRequest(Number(port), bytes)
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
    if (reply.status >= 400 && reply.status < 500 && reply.status !== 401 && reply.elapsedMs > 100) slow += 1
    if (one % sampleEvery === 0) samples.push({ cases: one, megabytes: await heap.measure() })
  }
}

await Promise.all(Array.from({ length: atOnce }, work))
const seconds = Math.round((performance.now() - startedMs) / 1_000)
const alive = isAlive() && (await agent.call('GET', '/v1/status')).code === '0'
heap.close()
await agent.stop()
rmSync(dataDir, { recursive: true, force: true })

const slope = slopePerTenThousand(samples.slice(Math.floor(samples.length * warmUpShare)))
const grows = slope >= slopeLimit ? 1 : 0
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
process.exitCode = alive && faults.length + hung + grows === 0 ? 0 : 1
