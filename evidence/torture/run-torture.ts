// Owns a whole run: windows that work without pause, a killer that never tires, a settlement, and the checker's verdict.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../test/support/agents/free-port.ts'
import { checkHistory, type Verdict } from '../checker/check-history.ts'
import type { Ledger } from '../checker/ledger.ts'
import { createPowerCut } from '../lost-writes/power-cut.ts'
import type { Transcript } from '../checker/transcript.ts'
import { createSeededRandom } from '../seeded-random.ts'
import type { Fault } from './agent-order.ts'
import type { Programs } from './processes/build-programs.ts'
import { payAtKiosk } from './pay-at-kiosk.ts'
import { openTorturedBills } from './tortured-bills.ts'
import { openBrokenLine } from './processes/broken-line.ts'
import { startCenter } from './processes/center-process.ts'
import { createKiller, type KillerOptions } from './processes/killer.ts'
import { createMortalAgent } from './processes/mortal-agent.ts'
import { planOrder, type OrderPlan } from './plan-order.ts'
import type { Desk } from './ask-as-planned.ts'
import { playOrder } from './play-order.ts'
import { createRecordingHis } from './processes/recording-his.ts'
import { settleOrders } from './settle-orders.ts'

const windows = 6
const defaultPatienceMs = 25_000
/** Its own sequence: a cut must not change what is killed when. */
const seedOfCuts = 0x11e

export type TortureOptions = KillerOptions & {
  readonly programs: Programs
  /** The orders of a run; planOrder by default. */
  readonly plan?: (seed: number, number: number) => OrderPlan
  readonly patienceMs?: number
  readonly fault?: Fault
  /** The compiled forget-unsynced.c: every kill is a power cut as well. */
  readonly powerCutLibrary?: string
}

export type TortureRun = {
  readonly verdict: Verdict
  readonly transcript: Transcript
  readonly ledger: Ledger
  readonly kills: number
  /** Step -> how often a life ended there; empty when killed at random. */
  readonly steps: ReadonlyMap<string, number>
  /** Why orders need a person, and how many for each reason. */
  readonly reasons: ReadonlyMap<string, number>
  /** Files that a power cut found synced. */
  readonly synced: readonly string[]
  readonly seconds: number
}

/** Runs until so many kills are done and every order has come to its end. Throws when the agent does not start again. */
export const runTorture = async (options: TortureOptions): Promise<TortureRun> => {
  const startedMs = performance.now()
  const { seed, programs, fault, powerCutLibrary, plan = planOrder, patienceMs = defaultPatienceMs } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'mip-torture-'))
  const noticePort = await freePort()
  const center = await startCenter(programs.center, noticePort)
  const bills = await openTorturedBills(center)
  const { channel } = center
  const line = await openBrokenLine(center.center.url, createSeededRandom(seed, seedOfCuts))
  const reached = { ...center.center, url: line.url }
  const cashAt16 = seed % 2 === 0 ? 'auto' : 'person'
  const order = {
    dataDir,
    hostEntry: programs.host,
    channel,
    center: reached,
    hisUrl: bills.url,
    noticePort,
    cashAt16,
  } as const
  const powerCut = powerCutLibrary === undefined ? undefined : createPowerCut(powerCutLibrary, dataDir)
  const agent = createMortalAgent(
    programs.agent,
    fault === undefined ? order : { ...order, fault },
    powerCut?.environment,
  )
  const his = createRecordingHis(patienceMs)
  let isClosing = false
  const desk: Desk = { his, center, bills }
  let lastNumber = 0
  const work = async (): Promise<void> => {
    while (!isClosing) {
      const next = plan(seed, ++lastNumber)
      await (next.kiosk === undefined ? playOrder(desk, next) : payAtKiosk(desk, next, next.kiosk))
    }
  }
  try {
    const killer = createKiller(options, agent, his, powerCut)
    const working = Promise.all(Array.from({ length: windows }, work))
    await Promise.race([killer.run(), working])
    isClosing = true
    await line.mend()
    await working
    const { transcript, reasons } = await settleOrders(desk)
    const ledger = await center.ledger()
    const verdict = checkHistory(transcript, ledger, bills.books())
    const seconds = (performance.now() - startedMs) / 1000
    const synced = powerCut?.listSynced() ?? []
    return { verdict, transcript, ledger, kills: killer.kills(), steps: killer.steps, reasons, synced, seconds }
  } finally {
    await agent.close()
    await line.close()
    await bills.close()
    await center.stop()
    powerCut?.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
