// Owns a whole run: windows that work without pause, a killer that never tires, a settlement, and the checker's verdict.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { checkHistory, type Verdict } from '../checker/check-history.ts'
import type { Ledger } from '../checker/ledger.ts'
import { createPowerCut, type PowerCut } from '../lost-writes/power-cut.ts'
import type { Transcript } from '../checker/transcript.ts'
import { createSeededRandom } from '../seeded-random.ts'
import type { AgentOrder, Fault } from './agent-order.ts'
import type { Programs } from './build-programs.ts'
import { startCenter } from './center-process.ts'
import { killSteps } from './kill-steps.ts'
import { createMortalAgent, type Life } from './mortal-agent.ts'
import { planOrder, type OrderPlan } from './plan-order.ts'
import { playOrder, type Desk } from './play-order.ts'
import { createRecordingHis } from './recording-his.ts'
import { settleOrders } from './settle-orders.ts'

const windows = 6
const defaultPatienceMs = 25_000
/** A life that is killed at random ends so long after it began to answer. */
const shortestLifeMs = 60
const longestLifeMs = 1_100
/** A step that is not passed for so long is left to the next round. */
const stepWithinMs = 8_000
const atMostPassings = 3
/** Passed once in a life, or in few lives. */
const isRare = (step: string): boolean => step.startsWith('at the start') || step.startsWith('attention')

export type TortureOptions = {
  readonly seed: number
  readonly kills: number
  /** Kill at each named step in turn, instead of at random instants. */
  readonly atSteps: boolean
  readonly programs: Programs
  /** The orders of a run; planOrder by default. */
  readonly plan?: (seed: number, number: number) => OrderPlan
  readonly patienceMs?: number
  readonly fault?: Fault
  /** The compiled forget-unsynced.c: every kill is a power cut as well. */
  readonly powerCutLibrary?: string
  /** Told about every kill. */
  readonly onKill?: (kills: number) => void
}

export type TortureRun = {
  readonly verdict: Verdict
  readonly transcript: Transcript
  readonly ledger: Ledger
  readonly kills: number
  /** Step -> how often a life ended there; empty when killed at random. */
  readonly steps: ReadonlyMap<string, number>
  /** Files that a power cut found synced. */
  readonly synced: readonly string[]
  readonly seconds: number
}

type Killer = { readonly run: () => Promise<void>; readonly kills: () => number; readonly steps: Map<string, number> }

const createKiller = (
  { seed, kills: wanted, atSteps, onKill }: TortureOptions,
  agent: ReturnType<typeof createMortalAgent>,
  his: ReturnType<typeof createRecordingHis>,
  powerCut: PowerCut | undefined,
): Killer => {
  const random = createSeededRandom(seed)
  const steps = new Map<string, number>()
  let kills = 0

  const countKill = (step: string | undefined): void => {
    kills += 1
    if (step !== undefined) steps.set(step, (steps.get(step) ?? 0) + 1)
    his.agentDied(step)
    powerCut?.loseUnsynced()
    onKill?.(kills)
  }

  const endLife = async (life: Life): Promise<void> => {
    const delayMs = atSteps ? stepWithinMs : random.integer(shortestLifeMs, longestLifeMs)
    const leaving = new AbortController()
    const timer = pause(delayMs, undefined, { signal: leaving.signal }).then(
      () => life.kill(),
      () => undefined,
    )
    const step = await life.ended
    leaving.abort()
    await timer
    countKill(step)
  }

  const nextStep = (at: number): AgentOrder['killAt'] => {
    const step = killSteps[at % killSteps.length]
    if (!atSteps || step === undefined) return undefined
    return { step, nth: isRare(step) ? 1 : random.integer(1, atMostPassings) }
  }

  return {
    steps,
    kills: () => kills,
    run: async () => {
      for (let at = 0; kills < wanted; at += 1) {
        const life = await agent.live(nextStep(at))
        if ('endedAt' in life) {
          countKill(life.endedAt)
          continue
        }
        his.agentLives(life.url)
        await endLife(life)
      }
      const last = await agent.live()
      if ('endedAt' in last) throw new Error('a life that nobody ends has ended')
      his.agentLives(last.url)
    },
  }
}

/** Runs until so many kills are done and every order has come to its end. Throws when the agent does not start again. */
export const runTorture = async (options: TortureOptions): Promise<TortureRun> => {
  const startedMs = performance.now()
  const { seed, programs, fault, powerCutLibrary, plan = planOrder, patienceMs = defaultPatienceMs } = options
  const dataDir = mkdtempSync(join(tmpdir(), 'mip-torture-'))
  const center = await startCenter(programs.center)
  const { channel } = center
  const order = { dataDir, hostEntry: programs.host, channel, center: center.center }
  const powerCut = powerCutLibrary === undefined ? undefined : createPowerCut(powerCutLibrary, dataDir)
  const agent = createMortalAgent(
    programs.agent,
    fault === undefined ? order : { ...order, fault },
    powerCut?.environment,
  )
  const his = createRecordingHis(patienceMs)
  let isClosing = false
  const desk: Desk = { his, center }
  let lastNumber = 0
  const work = async (): Promise<void> => {
    while (!isClosing) await playOrder(desk, plan(seed, ++lastNumber))
  }
  try {
    const killer = createKiller(options, agent, his, powerCut)
    const working = Promise.all(Array.from({ length: windows }, work))
    await Promise.race([killer.run(), working])
    isClosing = true
    await working
    const transcript = await settleOrders(desk)
    const ledger = await center.ledger()
    const verdict = checkHistory(transcript, ledger)
    const seconds = (performance.now() - startedMs) / 1000
    const synced = powerCut?.listSynced() ?? []
    return { verdict, transcript, ledger, kills: killer.kills(), steps: killer.steps, synced, seconds }
  } finally {
    await agent.close()
    await center.stop()
    powerCut?.close()
    rmSync(dataDir, { recursive: true, force: true })
  }
}
