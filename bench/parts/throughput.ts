// Measures durable one-line uploads per second with 64 callers, and the agent's resident memory before and after them.
import { setTimeout as wait } from 'node:timers/promises'
import { newUpload } from '../channel.ts'
import { median, p99 } from '../measure.ts'
import { residentMegabytes } from '../resident-memory.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { timePost, withSite, type Site } from '../site.ts'

const callers = 64
const atLeastPerSecond = 500
const fullRunMs = 8_000
const warmUpMs = 2_000
/** Memory is read once what belongs to the last calls has had time to go. */
const restMs = 3_000
const oneLine = { lines: 1, full: false } as const

type Load = { readonly perSecond: number; readonly samples: readonly number[] }

/** All callers call again as soon as they have their answer. */
const load = async ({ client, agent }: Site, lastsMs: number): Promise<Load> => {
  const samples: number[] = []
  const startedMs = performance.now()
  const endMs = startedMs + lastsMs
  const call = async (): Promise<void> => {
    while (performance.now() < endMs) {
      samples.push(await timePost(client, `${agent.url}/v1/orders`, newUpload(oneLine), agent.headers))
    }
  }
  await Promise.all(Array.from({ length: callers }, call))
  return { perSecond: (samples.length * 1000) / (performance.now() - startedMs), samples }
}

const run = async (bench: Bench): Promise<void> => {
  await withSite(
    async (site) => {
      await load(site, warmUpMs)
      const { perSecond, samples } = await load(site, bench.rounds(fullRunMs))
      await wait(restMs)
      const afterMegabytes = residentMegabytes(site.agent.pid)
      bench.print(
        ...tableLines([
          ['并发 callers', '每秒 per second', '毫秒 ms: median', 'p99', '之后内存 memory after, MB'],
          [String(callers), digits(perSecond), digits(median(samples)), digits(p99(samples)), digits(afterMegabytes)],
        ]),
      )
      const label = `${callers} 并发单行上传 one-line uploads`
      const limit = { atLeast: atLeastPerSecond }
      bench.record({ name: `uploads-per-second-${callers}`, label, value: perSecond, unit: 'req/s', limit })
      const afterLabel = '负载后内存 memory after load'
      bench.record({ name: 'memory-after-load', label: afterLabel, value: afterMegabytes, unit: 'MB' })
    },
    { callers },
  )
}

export const throughput: Part = { name: 'throughput', title: '并发吞吐 Throughput', run }
