// Measures how long a body keeps the agent from everybody else: the longest wait of small calls beside it, for the worst shapes of
// 64 KiB from a stranger and of 8 MiB from a token's holder, and for requests that wait for no answer, as a ratio to a 500-line
// upload's in the same run.
import { once } from 'node:events'
import { connect } from 'node:net'
import { newUpload } from '../channel.ts'
import { digits, tableLines } from '../report.ts'
import { most, timeMs } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { withSite, type Site } from '../site.ts'

const strangersBytes = 64 * 1024
const tokensBytes = 8 * 1024 * 1024
const rounds = 10
const strangerAtMost = 2
/** As many rows as JSON may have values. */
const rowsBytes = 880_000

/** `piece` again and again between `start` and `end`, to `bytes` at most. */
const filled = (bytes: number, start: string, piece: (index: number) => string, end: string): Buffer => {
  const pieces: string[] = []
  let left = bytes - start.length - end.length
  for (let index = 0; ; index++) {
    const next = piece(index)
    left -= next.length
    if (left < 0) break
    pieces.push(next)
  }
  return Buffer.from(start + pieces.join('') + end)
}

/** What costs more to read than to send. */
const shapes: Readonly<Record<string, (bytes: number) => Buffer>> = {
  'numbers 1,1,1': (bytes) => filled(bytes, '{"x":[', () => '1,', '1]}'),
  'keys "k0":1': (bytes) => filled(bytes, '{', (at) => `"k${at}":1,`, '"k":1}'),
  'depth [[[[': (bytes) => Buffer.from(`{"x":${'['.repeat(bytes / 2 - 8)}${']'.repeat(bytes / 2 - 8)}}`),
  'objects {},': (bytes) => filled(bytes, '{"x":[', () => '{},', '{}]}'),
  'escapes \\u0041': (bytes) => filled(bytes, '{"x":"', () => '\\u0041', '"}'),
  'blanks': (bytes) => filled(bytes, '{', () => ' ', '}'),
  'long text': (bytes) => filled(bytes, '{"x":"', () => 'x', '"}'),
  'half a character': (bytes) => Buffer.concat([filled(bytes, '{"x":"', () => 'x', '"'), Buffer.from([0xe5])]),
  'names, a wrong byte': (bytes) => Buffer.concat([filled(bytes - 1, '{', () => '"a":', ''), Buffer.from([0xff])]),
  'rows {} of a bill': (bytes) => filled(Math.min(bytes, rowsBytes), '{"feedetailList":[', () => '{},', '{}]}'),
  'a number of blanks': (bytes) => filled(bytes / 3, '{"medOrgOrd":"', () => '\u3000', '"}'),
} // prettier-ignore
/** Where a shape is sent that costs most behind an address of its own. */
const addresses: Readonly<Record<string, string>> = {
  'rows {} of a bill': '/call/6201',
  'a number of blanks': '/call/ticket',
}

const together = 900

/** Asks again and again for the longest document without waiting for it. */
const sendTogether = async (url: string): Promise<void> => {
  const { hostname, port, host } = new URL(url)
  const socket = connect(Number(port), hostname).on('error', () => undefined)
  socket.resume().write(`GET /openapi.json HTTP/1.1\r\nhost: ${host}\r\n\r\n`.repeat(together))
  await once(socket, 'close')
}

const measure = async (bench: Bench, { client, agent }: Site): Promise<void> => {
  const health = (): Promise<number> => timeMs(async () => (await fetch(`${agent.url}/v1/health`)).arrayBuffer())
  /** The longest wait of small calls while `send` is answered, whatever the answer is. */
  const besides = async (send: () => Promise<unknown>): Promise<number> => {
    const waits: number[] = []
    const over = new AbortController()
    // A body that is refused before it was read whole may end as a broken connection.
    const sent = send()
      .catch(() => undefined)
      .finally(() => {
        over.abort()
      })
    while (!over.signal.aborted) waits.push(await health())
    await sent
    return most(waits)
  }
  const repeated = async (send: () => Promise<unknown>): Promise<number> => {
    const longest: number[] = []
    for (let round = 0; round < bench.rounds(rounds); round++) longest.push(await besides(send))
    return most(longest)
  }
  for (let warm = 0; warm < 50; warm++) await health()
  const upload = (): Promise<unknown> =>
    client.post(`${agent.url}/v1/orders`, newUpload({ lines: 500, full: false }), agent.headers)
  await repeated(upload)
  const ownMs = await repeated(upload)
  const rows: string[][] = []
  const worst = { stranger: 0, token: 0 }
  for (const [name, make] of Object.entries(shapes)) {
    const [small, large] = [make(strangersBytes), make(tokensBytes)]
    const url = `${agent.url}${addresses[name] ?? '/call'}`
    const strangerMs = await repeated(() => client.post(url, small, {}))
    const tokenMs = await repeated(() => client.post(url, large, agent.headers))
    worst.stranger = Math.max(worst.stranger, strangerMs)
    worst.token = Math.max(worst.token, tokenMs)
    rows.push([name, digits(strangerMs), digits(tokenMs)])
  }
  const togetherMs = await repeated(() => sendTogether(agent.url))
  worst.stranger = Math.max(worst.stranger, togetherMs)
  rows.push([`openapi.json x ${together}`, digits(togetherMs), ''])
  bench.print(
    ...tableLines([
      ['最长的停顿 longest stall, 毫秒 ms', '64 KiB 无令牌 no token', '8 MiB 有令牌 token'],
      ['500 行上传 a 500-line upload', digits(ownMs), ''],
      ...rows,
    ]),
  )
  bench.record({
    name: 'stall-stranger',
    label: '陌生人的请求体使助手停顿, 比 500 行上传 a stranger’s body, to a 500-line upload',
    value: worst.stranger / ownMs,
    unit: 'x',
    limit: { atMost: strangerAtMost },
  })
  bench.record({
    name: 'stall-token',
    label: '有令牌的 8 MiB 请求体, 比 500 行上传 a token’s 8 MiB, to a 500-line upload',
    value: worst.token / ownMs,
    unit: 'x',
  })
}

export const stall: Part = {
  name: 'stall',
  title: '停顿 What a body keeps the others waiting',
  run: (bench) => withSite((site) => measure(bench, site)),
}
