// Measures what the agent adds to a call of the center, one caller, three processes, and what the naive agent adds to the
// same calls.
import { join } from 'node:path'
import { deriveSm4Key } from '../../src/main/center/envelope.ts'
import { newUpload, orgCodg, uploadPath } from '../channel.ts'
import { startProgram } from '../child-program.ts'
import { interleave, median, p99, type Samples } from '../measure.ts'
import type { NaiveOptions } from '../compared/naive-agent.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { timePost, withSite, type Site } from '../site.ts'
import { root } from '../work-folder.ts'

const sizes = [
  { lines: 1, rounds: 300, atMostMs: 4 },
  { lines: 50, rounds: 120, atMostMs: 7 },
  { lines: 500, rounds: 45, atMostMs: 30 },
] as const
const naiveAtMost = 0.2
/** The naive agent gets one round of so many: it takes five to ten times as long. */
const naiveShare = 3
/** How long each agent is called before the first round: a cashier's agent has run since the morning. */
const warmMs = 3_000

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')

const startNaive = ({ channel, center }: Site, folder: string) => {
  const { appId, appSecret, privateKey, publicKey } = channel
  const options: NaiveOptions = {
    centerUrl: center.url,
    path: uploadPath,
    databaseFile: join(folder, 'naive.db'),
    appId,
    appSecret,
    sm4KeyHex: hex(deriveSm4Key(appId, appSecret)),
    privateKeyHex: hex(privateKey),
    publicKeyHex: hex(publicKey),
    centerPublicKeyHex: hex(Buffer.from(center.publicKey, 'base64')),
    orgCodg,
  }
  return startProgram<{ url: string }>(join(root, 'bench/compared/naive-agent.ts'), options)
}

const header = [
  '毫秒 ms, median (p99)',
  '行 lines',
  '直连 direct',
  '经助手 through',
  '开销 overhead',
  'naive',
  '开销 overhead',
]
const spread = (samples: Samples): string => `${digits(median(samples))} (${digits(p99(samples))})`
const warmUpOf = (rounds: number): number => Math.ceil(rounds / 4)

const callFor = async (lastsMs: number, call: () => Promise<unknown>): Promise<void> => {
  const endMs = performance.now() + lastsMs
  while (performance.now() < endMs) await call()
}

const measureRequired = async (bench: Bench, site: Site, naiveUrl: string): Promise<string[][]> => {
  const rows: string[][] = []
  for (const { lines, rounds: full, atMostMs } of sizes) {
    const size = { lines, full: false }
    const rounds = bench.rounds(full)
    const { direct, through } = await interleave(
      { direct: () => site.direct(size), through: () => site.through(size) },
      { rounds, warmUp: warmUpOf(rounds) },
    )
    // Rounds of its own: between two of its slow calls the agent's code and data leave the processor's caches.
    const beside = await interleave(
      { direct: () => site.direct(size), naive: () => timePost(site.client, naiveUrl, newUpload(size)) },
      { rounds: Math.ceil(rounds / naiveShare), warmUp: warmUpOf(rounds / naiveShare) },
    )
    const own = median(through) - median(direct)
    const naiveOwn = median(beside.naive) - median(beside.direct)
    const times = [spread(direct), spread(through), digits(own), spread(beside.naive), digits(naiveOwn)]
    rows.push(['必填字段 required fields', String(lines), ...times])
    const label = `${lines} 行上传的开销 overhead of ${lines} lines`
    bench.record({ name: `overhead-${lines}`, label, value: own, unit: 'ms', limit: { atMost: atMostMs } })
    const ratio = { value: own / naiveOwn, unit: 'x', limit: { atMost: naiveAtMost } } as const
    bench.record({ name: `overhead-${lines}-to-naive`, label: `${label} / naive`, ...ratio })
  }
  return rows
}

const measureFull = async (bench: Bench, site: Site): Promise<string[][]> => {
  const rows: string[][] = []
  for (const { lines, rounds: full } of sizes) {
    const size = { lines, full: true }
    const rounds = bench.rounds(full)
    const { direct, through } = await interleave(
      { direct: () => site.direct(size), through: () => site.through(size) },
      { rounds, warmUp: warmUpOf(rounds) },
    )
    const own = median(through) - median(direct)
    rows.push(['全部字段 all fields', String(lines), spread(direct), spread(through), digits(own)])
    const label = `${lines} 行全部字段的开销 overhead, all fields`
    bench.record({ name: `overhead-${lines}-all-fields`, label, value: own, unit: 'ms' })
  }
  return rows
}

const run = async (bench: Bench): Promise<void> => {
  await withSite(async (site, folder) => {
    const naive = await startNaive(site, folder)
    try {
      const oneLine = { lines: 1, full: false }
      await callFor(bench.rounds(warmMs), () => site.through(oneLine))
      await callFor(bench.rounds(warmMs), () => timePost(site.client, naive.ready.url, newUpload(oneLine)))
      const required = await measureRequired(bench, site, naive.ready.url)
      bench.print(...tableLines([header, ...required, ...(await measureFull(bench, site))]))
    } finally {
      await naive.stop()
    }
  })
}

export const overhead: Part = { name: 'overhead', title: '上传的开销 Overhead of an upload (6201)', run }
