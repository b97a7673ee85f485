// Measures the start of an agent whose journal holds months of work: to listening, after a clean end and after a kill, beside
// a start on an empty journal. The queries for open orders follow after listening and are not part of it.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { systemClock } from '../../src/main/wiring/compose.ts'
import { journalFile } from '../../src/main/journal/store/journal-files.ts'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { startAgent } from '../agent-under-test.ts'
import { fillJournal } from '../full-journal.ts'
import { median, most } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { withSite, type Site } from '../site.ts'

const closedOrders = 100_000
const openOrders = 1_000
const startAtMostMs = 2_000

/** Milliseconds to listening; the agent then ends as asked, which is what the next start finds. */
const timeStart = async ({ agentSite }: Site, end: 'stop' | 'kill'): Promise<number> => {
  const startedMs = performance.now()
  const agent = await startAgent(agentSite)
  const elapsedMs = performance.now() - startedMs
  if (end === 'kill') process.kill(agent.pid, 'SIGKILL')
  await agent.stop()
  return elapsedMs
}

const run = (bench: Bench): Promise<void> =>
  withSite(async (site, folder) => {
    await site.agent.stop()
    const empty = await timeStart(site, 'stop')
    const data = join(folder, 'agent', 'data')
    const closed = bench.rounds(closedOrders)
    const journal = openJournal(data, 'test', systemClock)
    const fillingMs = performance.now()
    await fillJournal(journal, { closed, open: openOrders })
    journal.close()
    const bytes = statSync(join(data, journalFile)).size
    bench.print(
      `  账本 journal: ${closed} closed, ${openOrders} open, ${digits(bytes / 1024 ** 2)} MB, ` +
        `made in ${digits((performance.now() - fillingMs) / 1000)} s`,
    )
    const samples = { clean: [] as number[], killed: [] as number[] }
    for (let round = 0; round < bench.rounds(10); round++) {
      samples.clean.push(await timeStart(site, 'kill'))
      samples.killed.push(await timeStart(site, 'stop'))
    }
    bench.print(
      ...tableLines([
        ['启动至监听 start to listening, ms', 'median', 'most'],
        ['空账本 empty journal', digits(empty), ''],
        ['正常退出后 after a clean end', digits(median(samples.clean)), digits(most(samples.clean))],
        ['被杀后 after a kill', digits(median(samples.killed)), digits(most(samples.killed))],
      ]),
    )
    const limit = { atMost: startAtMostMs }
    const label = `启动至监听 start to listening, ${closed} + ${openOrders} orders`
    const value = Math.max(median(samples.clean), median(samples.killed))
    bench.record({ name: 'start-full', label, value, unit: 'ms', limit })
  })

export const startFull: Part = { name: 'start-full', title: '满账本的启动 Start on a full journal', run }
