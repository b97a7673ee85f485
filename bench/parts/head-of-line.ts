// Measures how long a one-line upload is held up by a 500-line upload of another caller, and by one after the other
// without a pause. The center's own share stands beside it: it works on one request at a time, too.
import { setTimeout as pause } from 'node:timers/promises'
import { newUpload } from '../channel.ts'
import { median, most, p99, type Samples } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { timePost, withSite, type Site } from '../site.ts'

const atMostMs = 60
const oneLine = { lines: 1, full: false } as const
const manyLines = { lines: 500, full: false } as const
/** Bodies made ahead: making one takes this process as long as it is to measure. */
const distinctBodies = 60
const spreadMs = 50

type Send = (body: Buffer) => Promise<number>

const sendOneByOne = async (send: Send, bodies: Iterable<Buffer>): Promise<number[]> => {
  const samples: number[] = []
  for (const body of bodies) samples.push(await send(body))
  return samples
}

/** Short calls, one after the other, until the stream of long ones has ended. */
const besideStream = async (short: () => Promise<number>, stream: Promise<unknown>): Promise<number[]> => {
  const streaming = new AbortController()
  const ended = stream.finally(() => {
    streaming.abort()
  })
  const samples: number[] = []
  while (!streaming.signal.aborted) samples.push(await short())
  await ended
  return samples
}

/** One long upload, and one short call somewhere within it; again and again. */
const besideOne = async (send: Send, short: readonly Buffer[], long: readonly Buffer[]): Promise<number[]> => {
  const samples: number[] = []
  for (const [index, body] of long.entries()) {
    const other = send(body)
    // Spread evenly over the time a long upload takes, so that every moment of it is met.
    await pause((spreadMs * index) / long.length)
    samples.push(await send(short[index] ?? body))
    await other
  }
  return samples
}

const bodies = (count: number, size: { readonly lines: number; readonly full: boolean }): Buffer[] =>
  Array.from({ length: count }, () => newUpload(size))

const measure = async (bench: Bench, { client, agent, direct }: Site): Promise<void> => {
  const send: Send = (body) => timePost(client, `${agent.url}/v1/orders`, body, agent.headers)
  const longCount = bench.rounds(distinctBodies)
  await sendOneByOne(send, bodies(100, oneLine))
  await sendOneByOne(send, bodies(Math.ceil(longCount / 4), manyLines))
  const quiet = await sendOneByOne(send, bodies(bench.rounds(300), oneLine))
  const single = await besideOne(send, bodies(longCount, oneLine), bodies(longCount, manyLines))
  const short = bodies(longCount * 40, oneLine)
  const next = (): Promise<number> => send(short.pop() ?? newUpload(oneLine))
  const stream = await besideStream(next, sendOneByOne(send, bodies(longCount, manyLines)))
  const center = await besideStream(() => direct(oneLine), sendOneByOne(send, bodies(longCount, manyLines)))

  const row = (name: string, samples: Samples): string[] => {
    return [name, String(samples.length), ...[median, p99, most].map((of) => digits(of(samples)))]
  }
  bench.print(
    ...tableLines([
      ['单行上传 one-line uploads, 毫秒 ms', 'calls', 'median', 'p99', 'max'],
      row('平静时 quiet', quiet),
      row('遇上一次 500 行上传 beside one 500-line upload', single),
      row('500 行上传不断 beside an endless stream of them', stream),
      row('同上, 直连中心 the same stream, directly to the center', center),
    ]),
  )
  const value = p99(single) - median(quiet)
  const label = '被一次 500 行上传耽搁 held up by a 500-line upload (p99)'
  bench.record({ name: 'held-up-p99', label, value, unit: 'ms', limit: { atMost: atMostMs } })
  const streamed = '被不断的 500 行上传耽搁 held up by a stream (p99)'
  bench.record({ name: 'held-up-stream-p99', label: streamed, value: p99(stream) - median(quiet), unit: 'ms' })
}

export const headOfLine: Part = {
  name: 'head-of-line',
  title: '互不耽搁 A long upload beside short ones',
  run: (bench) => withSite((site) => measure(bench, site)),
}
