// Measures how long the agent takes from its start to listening, against a bare node, and its memory when idle.
import { spawn } from 'node:child_process'
import { setTimeout as wait } from 'node:timers/promises'
import { agentEntry, startAgent } from '../agent-under-test.ts'
import { interleave, median, p99, timeMs } from '../measure.ts'
import { residentMegabytes } from '../resident-memory.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { withSite } from '../site.ts'

const startAtMost = 14
const idleAtMostMegabytes = 130
const idleAfterMs = 5_000

const runBareNode = (): Promise<void> =>
  new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' })
    child.once('error', reject)
    child.once('exit', () => {
      resolve()
    })
  })

const run = async (bench: Bench): Promise<void> => {
  await withSite(async ({ agent: first, agentSite }) => {
    await first.stop()
    const { bare, agent } = await interleave(
      {
        bare: () => timeMs(runBareNode),
        agent: async () => {
          const startedMs = performance.now()
          const started = await startAgent(agentSite)
          const elapsedMs = performance.now() - startedMs
          await started.stop()
          return elapsedMs
        },
      },
      { rounds: bench.rounds(15), warmUp: 2 },
    )
    const idle = await startAgent(agentSite)
    await wait(idleAfterMs)
    const megabytes = residentMegabytes(idle.pid)
    await idle.stop()

    const ratio = median(agent) / median(bare)
    const entry = (await agentEntry()).endsWith('.js') ? 'dist/start.js' : 'src/main/programs/start.ts'
    bench.print(
      ...tableLines([
        [`毫秒 ms, ${entry}`, 'median', 'p99'],
        ['node -e 0', digits(median(bare)), digits(p99(bare))],
        ['启动至监听 start to listening', digits(median(agent)), digits(p99(agent))],
      ]),
      `  空闲内存 idle memory after ${idleAfterMs / 1000} s: ${digits(megabytes)} MB`,
    )
    const label = '启动至监听 start to listening / node -e 0'
    bench.record({ name: 'start-to-bare-node', label, value: ratio, unit: 'x', limit: { atMost: startAtMost } })
    const idleLabel = '空闲内存 idle memory'
    const limit = { atMost: idleAtMostMegabytes }
    bench.record({ name: 'memory-idle', label: idleLabel, value: megabytes, unit: 'MB', limit })
  })
}

export const startUp: Part = { name: 'start', title: '启动与内存 Start and memory', run }
