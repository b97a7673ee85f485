// Owns when a life of the agent ends: at a random instant, or at a named step, again and again until it was often enough.
import { setTimeout as pause } from 'node:timers/promises'
import type { PowerCut } from '../../lost-writes/power-cut.ts'
import { createSeededRandom } from '../../seeded-random.ts'
import type { AgentOrder } from '../agent-order.ts'
import { killSteps } from '../kill-steps.ts'
import type { Life, MortalAgent } from './mortal-agent.ts'
import type { RecordingHis } from './recording-his.ts'

/** A life that is killed at random ends so long after it began to answer. */
const shortestLifeMs = 60
const longestLifeMs = 1_100
/** On a busy machine it lives longer, until it gave so many answers: else nothing would ever get done. */
const atMostAnswers = 12
const busyLifeMs = 3_000
const lookAgainMs = 10

/** A step that is not passed for so long is left to the next round. */
const stepWithinMs = 8_000
const atMostPassings = 3
/** Passed once in a life, or in few lives. */
const isRare = (step: string): boolean => step.startsWith('at the start') || step.startsWith('attention')

export type KillerOptions = {
  readonly seed: number
  readonly kills: number
  /** Kill at each named step in turn, instead of at random instants. */
  readonly atSteps: boolean
  /** Told about every kill. */
  readonly onKill?: (kills: number) => void
}

export type Killer = {
  /** Kills so often as was ordered, and lets the next life be. Throws when the agent does not start again. */
  readonly run: () => Promise<void>
  readonly kills: () => number
  /** Step -> how often a life ended there. */
  readonly steps: ReadonlyMap<string, number>
}

/** `powerCut`: what the agent had not synced is lost at every kill. */
export const createKiller = (
  { seed, kills: wanted, atSteps, onKill }: KillerOptions,
  agent: MortalAgent,
  his: RecordingHis,
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

  const untilRandomInstant = async (signal: AbortSignal): Promise<void> => {
    const answers = his.answered() + random.integer(0, atMostAnswers)
    const deadlineMs = performance.now() + busyLifeMs
    await pause(random.integer(shortestLifeMs, longestLifeMs), undefined, { signal })
    while (his.answered() < answers && performance.now() < deadlineMs) {
      await pause(lookAgainMs, undefined, { signal })
    }
  }

  const endLife = async (life: Life): Promise<void> => {
    const leaving = new AbortController()
    const { signal } = leaving
    const ending = atSteps ? pause(stepWithinMs, undefined, { signal }) : untilRandomInstant(signal)
    const killing = ending.then(life.kill, () => undefined)
    const step = await life.ended
    leaving.abort()
    await killing
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
