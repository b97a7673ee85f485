// Shows that a call which is wrong in one place moves nothing and is refused by the agent itself: `npm run fuzz:money --
// [--stories N] [--requests N] [--seed S] [--agent FILE] [--json]`. What happened is read from the simulated center's ledger.
// `--agent`: another program to try, such as the src/main/programs/start.ts of an older tree. Exit code 1 for any fault.
import { mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { agentEntry } from '../../bench/agent-under-test.ts'
import { startAgentProcess, type AgentProcess } from '../../test/fixtures/agent-process.ts'
import { callAgent } from '../../src/main/control/call-agent.ts'
import { memoryFolder } from '../memory-folder.ts'
import { createSeededRandom } from '../seeded-random.ts'
import { tellStory, type Site } from './money-story.ts'
import { kinds, type Kind } from './spoil-call.ts'

const atOnce = 4
const faultsShown = 20

const { values } = parseArgs({
  options: {
    stories: { type: 'string', default: '50' },
    requests: { type: 'string', default: '30' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    agent: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
})
const seed = Number(values.seed)
const dataDir = mkdtempSync(join(memoryFolder, 'mip-fuzz-'))
const entry = values.agent ?? (await agentEntry())
const agent = await startAgentProcess([
  entry,
  '--sandbox',
  '--port',
  '0',
  '--data-dir',
  dataDir,
  '--log-level',
  'error',
])

/** A token with `scopes` and no way to read what others did, or only that: paired as a program is. */
const pair = async ({ url }: AgentProcess, scopes: readonly string[]): Promise<string> => {
  const name = `fuzz-${scopes.join('-')}`
  const { data, message } = await callAgent(dataDir, 'POST', '/v1/pairings', { name, scopes })
  const reply = await fetch(`${url}/v1/pairings/exchange`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: data['code'], application: 'fuzz' }),
  })
  const { data: paired } = (await reply.json()) as { data: { token?: string } }
  if (paired.token === undefined) throw new Error(`no token for ${name}: ${message}`)
  return paired.token
}

const strangers: string[] = []
for (const scopes of [['decode'], ['pay'], ['refund'], ['pay', 'refund'], ['decode', 'pay'], ['admin'], ['read']]) {
  strangers.push(await pair(agent, scopes))
}

const faults: Record<Kind, number> = { surplus: 0, padded: 0, cut: 0, types: 0, stranger: 0 }
const startedMs = performance.now()
let [stories, requests] = [0, 0]

const work = async (): Promise<void> => {
  while (stories < Number(values.stories) && agent.child.exitCode === null) {
    const story = stories++
    const kind = kinds[story % kinds.length] ?? 'surplus'
    const stage = Math.floor(story / kinds.length) % 2 === 0 ? 'paid' : 'uploaded'
    const random = createSeededRandom(seed, story)
    const site: Site = { agent, random, strangers: strangers as [string, ...string[]] }
    const outcome = await tellStory(site, kind, stage, `M${seed}X${story}X`, Number(values.requests))
    requests += outcome.sent
    for (const fault of outcome.faults) if (faults[kind]++ < faultsShown) console.error(fault)
  }
}
const tellAll = async (): Promise<boolean> => {
  try {
    await Promise.all(Array.from({ length: atOnce }, work))
    return agent.child.exitCode === null && agent.child.signalCode === null
  } finally {
    await agent.stop()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
const alive = await tellAll()

if (!values.json) console.log(`seed ${seed}; faults by what was wrong with the call:`)
const seconds = Math.round((performance.now() - startedMs) / 1_000)
console.log(JSON.stringify({ stories, requests, crashed: Number(!alive), ...faults, seconds }))
process.exitCode = alive && Object.values(faults).every((count) => count === 0) ? 0 : 1
