// Measures the agent's overhead against its floor, the sum of what no agent could do without, by the same libraries and in the same
// run: a route that only parses the same body, two durable appends, one SM2 signature and one verification, SM4 both ways. Beside
// it, what one call costs: processor time, pages of the journal, bytes written.
import { randomBytes } from 'node:crypto'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import {
  createSigner,
  createVerifier,
  derivePublicKey,
  generatePrivateKey,
  precomputeBase,
} from '../../src/core/gm/sm2.ts'
import { decryptSm4Ecb, encryptSm4Ecb } from '../../src/core/gm/sm4.ts'
import { newUpload } from '../channel.ts'
import { startProgram } from '../child-program.ts'
import { openLibcryptoSm2 } from '../compared/libcrypto.ts'
import { everyCallUs, interleave, median, timeMs } from '../measure.ts'
import type { Bench, Part } from '../part.ts'
import { processorMs, writtenBytes } from '../process-cost.ts'
import { digits, tableLines } from '../report.ts'
import { timePost, withSite, type Site } from '../site.ts'
import { pagesOfCommits } from '../wal-pages.ts'
import { root } from '../work-folder.ts'

const sizes = [
  { lines: 1, rounds: 200 },
  { lines: 50, rounds: 80 },
  { lines: 500, rounds: 30 },
] as const
const floorAtMost = 1.6
/** 1.6 ms where the reference signs in 0.5 ms. */
const processorAtMost = 3.2
const pagesAtMost = 5
const kilobytesAtMost = 40
/** What the center answers to an upload, and what is kept of it. */
const replyBytes = 600
const callsForCost = 400
/** Few enough that the log is not begun anew while they are made. */
const callsForPages = 20
const oneLine = { lines: 1, full: false } as const

const openAppended = (folder: string) => {
  const file = openSync(join(folder, 'appended'), 'w')
  return {
    append: (bytes: Uint8Array): void => {
      writeSync(file, bytes)
      fdatasyncSync(file)
    },
    close: () => closeSync(file),
  }
}

const openKeys = () => {
  const privateKey = generatePrivateKey(randomBytes)
  const publicKey = derivePublicKey(privateKey)
  const userId = Buffer.from('1234567812345678')
  const verifier = createVerifier({ publicKey, userId })
  precomputeBase()
  verifier.precompute()
  const sign = createSigner({ privateKey, userId, randomBytes })
  return { sign, verifier, sm4Key: randomBytes(16), libcrypto: openLibcryptoSm2({ privateKey, publicKey, userId }) }
}
type Keys = ReturnType<typeof openKeys>

const measureFloor = async (bench: Bench, site: Site, folder: string, nullUrl: string, keys: Keys): Promise<void> => {
  const { sign, verifier, sm4Key } = keys
  const reply = randomBytes(replyBytes)
  const [signature, sealed] = [sign(reply), encryptSm4Ecb(sm4Key, reply)]
  const file = openAppended(folder)
  const rows = [['毫秒 ms', '开销 overhead', '空路由 null route', '两次落盘 appends', '国密 crypto', '下限 floor', '']]
  for (const { lines, rounds: full } of sizes) {
    const size = { lines, full: false }
    const body = newUpload(size)
    const rounds = bench.rounds(full)
    const taken = await interleave(
      {
        direct: () => site.direct(size),
        through: () => site.through(size),
        route: () => timePost(site.client, nullUrl, newUpload(size)),
        appends: () =>
          timeMs(() => {
            file.append(body)
            file.append(reply)
            return Promise.resolve()
          }),
        crypto: () =>
          timeMs(() => {
            sign(body)
            encryptSm4Ecb(sm4Key, body)
            verifier.verify(signature, reply)
            decryptSm4Ecb(sm4Key, sealed)
            return Promise.resolve()
          }),
      },
      { rounds, warmUp: Math.ceil(rounds / 4) },
    )
    const own = median(taken.through) - median(taken.direct)
    const parts = [median(taken.route), median(taken.appends), median(taken.crypto)]
    const floor = parts.reduce((sum, part) => sum + part, 0)
    rows.push([`${lines} 行 lines`, ...[own, ...parts, floor].map(digits), `${digits(own / floor)}x`])
    bench.record({
      name: `overhead-${lines}-to-floor`,
      label: `${lines} 行上传的开销 / 下限 overhead to its floor`,
      value: own / floor,
      unit: 'x',
      limit: { atMost: floorAtMost },
    })
  }
  file.close()
  bench.print(...tableLines(rows))
}

const measureCost = async (bench: Bench, { agent, through }: Site, folder: string, keys: Keys): Promise<void> => {
  const reference = keys.libcrypto
  const message = randomBytes(1_024)
  const signUs = everyCallUs(() => (reference === undefined ? keys.sign(message) : reference.sign(message)))
  const samples = await interleave({ sign: signUs }, { rounds: 40, warmUp: 5 })
  const calls = bench.rounds(callsForCost)
  const [beforeMs, beforeBytes] = [processorMs(agent.pid), writtenBytes(agent.pid)]
  for (let call = 0; call < calls; call++) await through(oneLine)
  const perCallMs = (processorMs(agent.pid) - beforeMs) / calls
  const perCallKb = (writtenBytes(agent.pid) - beforeBytes) / calls / 1024
  const signMs = median(samples.sign) / 1_000
  for (let call = 0; call < callsForPages; call++) await through(oneLine)
  const pages = median(pagesOfCommits(join(folder, 'agent', 'data', 'journal.db-wal')))
  bench.print(
    ...tableLines([
      [
        '单行上传的花费 cost of a one-line upload',
        '处理器 processor, ms',
        '签名 a signature, ms',
        '写盘 written, KB',
        '每次提交的页 pages a commit',
      ],
      ['', digits(perCallMs), digits(signMs), digits(perCallKb), digits(pages)],
    ]),
  )
  bench.record({
    name: 'processor-per-call-to-signature',
    label: '单行上传的处理器时间 / 一次参照签名 processor time of a one-line upload to a reference signature',
    value: perCallMs / signMs,
    unit: 'x',
    limit: { atMost: processorAtMost },
  })
  bench.record({
    name: 'journal-pages-per-commit',
    label: '账本每次提交写的页, 中位数 pages of the journal a commit, median',
    value: pages,
    unit: 'pages',
    limit: { atMost: pagesAtMost },
  })
  bench.record({
    name: 'written-per-call',
    label: '单行上传写盘 written for a one-line upload',
    value: perCallKb,
    unit: 'KB',
    limit: { atMost: kilobytesAtMost },
  })
}

const run = (bench: Bench): Promise<void> =>
  withSite(async (site, folder) => {
    const keys = openKeys()
    const nullRoute = await startProgram<{ url: string }>(join(root, 'bench/compared/null-route.ts'), {})
    try {
      await measureFloor(bench, site, folder, nullRoute.ready.url, keys)
    } finally {
      await nullRoute.stop()
    }
    await measureCost(bench, site, folder, keys)
  })

export const floor: Part = { name: 'floor', title: '开销与其下限 Overhead and its floor', run }
