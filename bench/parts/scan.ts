// Measures from the scanner's last byte to the decode answer, over a real pseudo terminal, less the library's own time.
import koffi from 'koffi'
import { setTimeout as wait } from 'node:timers/promises'
import { decodeFields } from '../../test/fixtures/invented-bill.ts'
import { startSimulatedScanner } from '../../examples/demo/simulated-scanner.ts'
import { buildSimulatedLibrary, buildSimulatedScanner } from '../../scripts/build/build-native.ts'
import { orgCodg } from '../channel.ts'
import { everyCallUs, interleave, median, p99 } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { digits, tableLines } from '../report.ts'
import { assertAccepted, withSite } from '../site.ts'

const atMostMs = 10
const outputBytes = 65_536
/** The agent has journalled the decode and waits for its scanner by then. */
const untilWaitingMs = 60

let scans = 0
const newCode = (): string => `2800${Date.now()}${String(++scans).padStart(11, '0')}`

/** The library called in this process with the same input: what it takes by itself, without any host. */
const openLibrary = (path: string): (() => void) => {
  const decode = koffi.load(path).func('const char *NationEcTrans(const char *, const char *, _Out_ uint8_t *)')
  const output = Buffer.alloc(outputBytes)
  return () => {
    const input = { orgId: orgCodg, transType: 'ec.query', data: decodeFields, ecQrCode: newCode() }
    decode('http://127.0.0.1:1/', JSON.stringify(input), output)
  }
}

const run = async (bench: Bench): Promise<void> => {
  const [library, scannerProgram] = [buildSimulatedLibrary(), buildSimulatedScanner()]
  if (!library.built || !scannerProgram.built) {
    bench.print('  没有 C 编译器, 无法测量 (no C compiler: not measured)')
    return
  }
  const scanner = await startSimulatedScanner(scannerProgram.path)
  try {
    await withSite(
      async ({ client, agent }) => {
        const body = Buffer.from(JSON.stringify(decodeFields))
        const { answer, libraryUs } = await interleave(
          {
            answer: async () => {
              const decoded = client.post(`${agent.url}/v1/vouchers/decode`, body, agent.headers)
              await wait(untilWaitingMs)
              const scannedMs = performance.now()
              scanner.scan(newCode())
              const reply = await decoded
              const elapsedMs = performance.now() - scannedMs
              assertAccepted(reply)
              return elapsedMs
            },
            libraryUs: everyCallUs(openLibrary(library.path)),
          },
          { rounds: bench.rounds(60), warmUp: 5 },
        )
        const libraryMs = median(libraryUs) / 1000
        const own = median(answer) - libraryMs
        bench.print(
          ...tableLines([
            ['毫秒 ms', 'median', 'p99'],
            ['末字节至应答 last byte to answer', digits(median(answer)), digits(p99(answer))],
            ['动态库自身 the library itself', digits(libraryMs), digits(p99(libraryUs) / 1000)],
          ]),
        )
        const label = '扫码末字节至应答 last byte to answer'
        bench.record({ name: 'scan-to-answer', label, value: own, unit: 'ms', limit: { atMost: atMostMs } })
      },
      { scannerPath: scanner.path },
    )
  } finally {
    scanner.close()
  }
}

export const scan: Part = { name: 'scan', title: '扫码到应答 Scan to answer', run }
