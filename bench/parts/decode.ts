// Measures the decoder hosts side by side: one call of the simulated library through the supervisor and back, and the time
// from starting a host to its word that it is ready.
import { once } from 'node:events'
import { statSync } from 'node:fs'
import { setImmediate as turn } from 'node:timers/promises'
import { decodeFields } from '../../test/fixtures/invented-bill.ts'
import { buildNative, buildSimulatedLibrary } from '../../scripts/build/build-native.ts'
import { entryPaths } from '../../src/main/wiring/machine/entry-paths.ts'
import { nodeHost } from '../../src/main/wiring/machine/host-programs.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import type { VoucherLibrary } from '../../src/main/usecases/base/ports.ts'
import { startHost } from '../../src/main/voucher/hosts/host-process.ts'
import { completeProfile } from '../../src/main/voucher/library/library-profile.ts'
import { prepareHost, type HostProgram } from '../../src/main/voucher/hosts/prepare-host.ts'
import { openVoucherLibrary } from '../../src/main/voucher/supervisor.ts'
import { orgCodg } from '../channel.ts'
import { interleave, median, p99 } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'

const callAtMost = 1.2
const readyAtMostMs = 5
const sizeAtMostKb = 64

const profileOf = (path: string) => completeProfile({ path, url: 'http://127.0.0.1:1/', scannerOwner: 'agent' })

/** Microseconds of one decode, everything between the use case and the library included. */
const timeCall = async (library: VoucherLibrary): Promise<number> => {
  const input = { orgId: orgCodg, transType: 'ec.query', data: decodeFields, ecQrCode: '28010000000000000001' }
  const startedMs = performance.now()
  await library.call({ input, signal: new AbortController().signal })
  return (performance.now() - startedMs) * 1000
}

/** Milliseconds from the start of a host to its first frame. */
const timeStart = async (path: string, host: HostProgram): Promise<number> => {
  const launch = prepareHost(profileOf(path), [host])
  if (launch instanceof AgentError) throw launch
  const events = new EventTarget()
  const ready = once(events, 'ready')
  const ended = once(events, 'ended')
  const startedMs = performance.now()
  const started = startHost(launch, {
    frame: () => events.dispatchEvent(new Event('ready')),
    end: () => events.dispatchEvent(new Event('ended')),
  })
  await ready
  const elapsedMs = performance.now() - startedMs
  started.kill()
  await ended
  await turn()
  return elapsedMs
}

const run = async (bench: Bench): Promise<void> => {
  const [library, program] = [buildSimulatedLibrary(), buildNative('host')]
  if (!library.built || !program.built) {
    bench.print('  没有 C 编译器, 无法测量 (no C compiler: not measured)')
    return
  }
  const { path } = library
  const node = nodeHost(entryPaths.hostNode)
  const inC: HostProgram = { program: program.path, arguments: [], format: node.format, machine: node.machine }
  const open = (host: HostProgram) =>
    openVoucherLibrary({ profile: profileOf(path), hosts: [host], simulated: true, limits: { callsPerHost: 1e9 } })
  const opened = { node: open(node), c: open(inC) }
  const calls = await interleave(
    { node: () => timeCall(opened.node), c: () => timeCall(opened.c) },
    { rounds: bench.rounds(3_000), warmUp: 300 },
  )
  await Promise.all([opened.node.close(), opened.c.close()])
  const starts = await interleave(
    { node: () => timeStart(path, node), c: () => timeStart(path, inC) },
    { rounds: bench.rounds(40), warmUp: 3 },
  )
  const kilobytes = statSync(program.path).size / 1024
  bench.print(
    ...tableLines(
      [
        ['', 'Node', '', 'C', ''],
        ['', 'median', 'p99', 'median', 'p99'],
        ['一次调用 a call, us', median(calls.node), p99(calls.node), median(calls.c), p99(calls.c)],
        ['启动至就绪 start to ready, ms', median(starts.node), p99(starts.node), median(starts.c), p99(starts.c)],
      ].map((row) => row.map((cell) => (typeof cell === 'number' ? digits(cell) : cell))),
    ),
  )
  const ratio = median(calls.c) / median(calls.node)
  const [callLabel, readyLabel] = [
    'C 解码进程的调用 a call through the C host / Node',
    'C 解码进程就绪 the C host is ready',
  ]
  bench.record({ name: 'host-call-to-node', label: callLabel, value: ratio, unit: 'x', limit: { atMost: callAtMost } })
  const ready = { value: median(starts.c), unit: 'ms', limit: { atMost: readyAtMostMs } } as const
  bench.record({ name: 'host-ready', label: readyLabel, ...ready })
  const size = { value: kilobytes, unit: 'KB', limit: { atMost: sizeAtMostKb } } as const
  bench.record({ name: 'host-size', label: 'C 解码进程大小 size of the C host', ...size })
}

export const decode: Part = { name: 'decode', title: '解码进程 Decoder hosts', run }
