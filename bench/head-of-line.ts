// Measures how long a one-line upload is held up while another caller uploads 500 lines again and again: through the
// agent, and directly, which is the center's own share of it.
import { newUpload } from './channel.ts'
import { median, most, p99, type Samples } from './measure.ts'
import type { Bench, Part } from './part.ts'
import { digits, tableLines } from './report.ts'
import { timePost, withSite, type Site } from './site.ts'

const atMostMs = 60
const oneLine = { lines: 1, full: false } as const
const manyLines = { lines: 500, full: false } as const
/** Bodies made ahead: making one takes this process as long as it is to measure. */
const distinctBodies = 60

type Send = (body: Buffer) => Promise<number>

const sendOneByOne = async (send: Send, bodies: Iterable<Buffer>): Promise<number[]> => {
  const samples: number[] = []
  for (const body of bodies) samples.push(await send(body))
  return samples
}

/** One-line calls until the stream of long ones has ended. */
const besideStream = async (send: Send, short: readonly Buffer[], long: readonly Buffer[]): Promise<number[]> => {
  const streaming = new AbortController()
  const stream = sendOneByOne(send, long).finally(() => {
    streaming.abort()
  })
  const samples: number[] = []
  for (const body of short) {
    if (streaming.signal.aborted) break
    samples.push(await send(body))
  }
  await stream
  return samples
}

const bodies = (count: number, size: { readonly lines: number; readonly full: boolean }): Buffer[] =>
  Array.from({ length: count }, () => newUpload(size))

const measure = async (bench: Bench, { client, agent }: Site): Promise<void> => {
  const send: Send = (body) => timePost(client, `${agent.url}/v1/orders`, body, agent.headers)
  const longCount = bench.rounds(distinctBodies)
  await sendOneByOne(send, bodies(100, oneLine))
  await sendOneByOne(send, bodies(Math.ceil(longCount / 4), manyLines))
  const quiet = await sendOneByOne(send, bodies(bench.rounds(300), oneLine))
  const held = await besideStream(send, bodies(longCount * 40, oneLine), bodies(longCount, manyLines))

  const own = (samples: Samples): string[] => [median, p99, most].map((of) => digits(of(samples)))
  bench.print(
    ...tableLines([
      ['单行上传 one-line uploads, 毫秒 ms', 'calls', 'median', 'p99', 'max'],
      ['平静时 quiet', String(quiet.length), ...own(quiet)],
      ['500 行上传不断 beside 500-line uploads', String(held.length), ...own(held)],
    ]),
  )
  const label = '被 500 行上传耽搁 held up by 500 lines (p99)'
  const value = p99(held) - median(quiet)
  bench.record({ name: 'held-up-p99', label, value, unit: 'ms', limit: { atMost: atMostMs } })
  const longest = '被 500 行上传耽搁 held up, longest'
  bench.record({ name: 'held-up-most', label: longest, value: most(held) - median(quiet), unit: 'ms' })
}

export const headOfLine: Part = {
  name: 'head-of-line',
  title: '互不耽搁 A long upload beside short ones',
  run: (bench) => withSite((site) => measure(bench, site)),
}
