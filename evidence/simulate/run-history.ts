// Owns one history from its plan to its verdict: agent, HIS, center, line and clocks in this thread, under virtual time.
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { openJournal } from '../../src/main/journal/open-journal.ts'
import { checkHistory, type Verdict } from '../checker/check-history.ts'
import type { Ledger } from '../checker/ledger.ts'
import type { Transcript } from '../checker/transcript.ts'
import { createSeededRandom } from '../seeded-random.ts'
import type { Fault } from '../torture/agent-order.ts'
import { portsWithFault } from '../torture/faults/planted-faults.ts'
import { createNoticeDelivery } from './deliver-notices.ts'
import { endHistory } from './end-history.ts'
import { createHistoryTrace } from './world/history-trace.ts'
import { createMortalAgent } from './mortal-agent.ts'
import { payAtKiosk } from './pay-at-kiosk.ts'
import { planHistory } from './plan-history.ts'
import { playOrder } from './play-order.ts'
import { enterHistory } from './world/replace-globals.ts'
import { createLine } from './world/unreliable-line.ts'
import { createVirtualBills } from './world/virtual-bills.ts'
import { createVirtualCenter, type VirtualCenter } from './world/virtual-center.ts'
import { createVirtualHis } from './world/virtual-his.ts'
import { createVirtualPayer } from './world/virtual-payer.ts'
import { createVirtualTime } from './world/virtual-time.ts'

export type HistoryRun = {
  readonly verdict: Verdict
  readonly transcript: Transcript
  readonly ledger: Ledger
  readonly crashes: number
  /** Empty unless it was asked for. */
  readonly trace: readonly string[]
  readonly digest: string
}

export type HistoryOptions = {
  readonly seed: number
  readonly number: number
  readonly trace?: boolean
}

/** Every message that is under way when the line becomes calm has arrived by then. */
const arrivedAfterMs = 5 * 60_000

/**
 * Plays histories, one after the other. `folder`: where their journals are. `fault`: of a careless agent, for the checker to
 * find.
 */
export const createHistoryRunner = (folder: string, fault?: Fault) => {
  const scratch = mkdtempSync(join(folder, 'mip-simulate-'))
  const template = join(scratch, 'new')
  let isReady = false

  /** A journal that nobody wrote to yet: opening one takes less time than making one. It is the same in every thread. */
  const makeTemplate = (): void => {
    enterHistory({ time: createVirtualTime(), wallMs: () => 0, random: createSeededRandom(0) })
    mkdirSync(template)
    openJournal(template, 'sandbox', { wallMs: () => 0, monotonicMs: () => 0 }).close()
    isReady = true
  }

  const run = async ({ seed, number, trace: isTraced = false }: HistoryOptions): Promise<HistoryRun> => {
    if (!isReady) makeTemplate()
    const plan = planHistory(seed, number)
    const randomOf = (purpose: number) => createSeededRandom(seed, number, purpose)
    const time = createVirtualTime()
    const wallMs = (): number => plan.startWallMs + time.nowMs()
    enterHistory({ time, wallMs, random: randomOf(2) })
    const world = time.createScope()
    const deskScope = time.createScope()
    const trace = createHistoryTrace(time, isTraced)
    let crashes = 0
    const deliver = createNoticeDelivery(plan, time, world, () => agent, randomOf(3), trace)
    const center: VirtualCenter = createVirtualCenter(plan, deliver)
    const payer = createVirtualPayer(plan, time, world, center, trace)
    const line = createLine({ plan, time, world, center, random: randomOf(4), trace, onActed: payer.notice })
    const bills = createVirtualBills({ plan, time, world, center, random: randomOf(6), trace })
    const root = join(scratch, String(number))
    cpSync(template, join(root, '0'), { recursive: true })
    let fail: (error: unknown) => void = () => undefined
    const faulty = new Promise<never>((_resolve, reject) => {
      fail = reject
    })
    faulty.catch(() => undefined)
    const his = createVirtualHis(() => agent, deskScope, trace)
    const agent = createMortalAgent({
      plan,
      time,
      world,
      desk: deskScope,
      line,
      bills: bills.connect,
      root,
      ...(fault === 'forgets' ? { forgetfulStart: template } : {}),
      trace,
      wraps: fault === undefined ? {} : portsWithFault(fault),
      keepsBlanks: fault === 'keeps-blanks',
      onCrash: (step) => {
        crashes += 1
        his.noteCrash(step)
      },
      onFault: (error) => fail(error),
    })
    const desk = { his, payer }
    const play = async (): Promise<Transcript> => {
      agent.start()
      await Promise.all(plan.orders.map((order) => (order.atKiosk ? payAtKiosk : playOrder)(desk, order)))
      await his.pause(Math.max(0, Math.max(plan.calmAtMs, plan.backAtMs) + arrivedAfterMs - time.nowMs()))
      return endHistory(desk, plan, center.ledger)
    }
    try {
      const transcript = await time.play(() => Promise.race([play(), faulty]))
      const ledger = center.ledger()
      const verdict = checkHistory(transcript, ledger, { bills: bills.picture(), freedTooEarly: bills.freedTooEarly() })
      return { verdict, transcript, ledger, crashes, trace: trace.lines(), digest: trace.digest() }
    } finally {
      world.end()
      agent.close()
    }
  }

  return { run, close: () => rmSync(scratch, { recursive: true, force: true }) }
}
