// Owns the agent's lives in one history: starting it, ending it at a step or an instant with everything it had in memory, and
// starting it again on what its disk held then.
import { cpSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { answerOfError, type Answer } from '../../src/main/api/answers/answer.ts'
import type { ApiRequest } from '../../src/main/api/endpoint/definition.ts'
import type { orderEndpoints } from '../../src/main/api/endpoints.ts'
import type { PortWraps } from '../../src/main/wiring/port-wraps.ts'
import { AgentError } from '../../src/core/domain/errors/errors.ts'
import { defaultOrderSettings } from '../../src/main/wiring/settings-of-config.ts'
import type { HisBills, Notification, NotificationResult } from '../../src/main/usecases/base/ports.ts'
import { AgentIsDead, createAgentLife, type AgentLife } from './agent-life.ts'
import type { HistoryTrace } from './world/history-trace.ts'
import type { HistoryPlan } from './plan-history.ts'
import type { Line } from './world/unreliable-line.ts'
import { orgCodg } from './world/virtual-center.ts'
import type { Scope, VirtualTime } from './world/virtual-time.ts'
import { kioskToken, wireAgent, type WiredAgent } from './wire-agent.ts'

export type RouteName = keyof typeof orderEndpoints

export type MortalAgent = {
  readonly start: () => void
  /** The answer of the HTTP API; undefined when none came. */
  readonly ask: (route: RouteName, request: Omit<ApiRequest, 'caller'>, by?: Asker) => Promise<Answer | undefined>
  /** The answer to a notice; undefined when none came. */
  readonly notify: (notification: Notification) => Promise<NotificationResult | undefined>
  readonly close: () => void
}

type Living = {
  readonly life: AgentLife
  readonly scope: Scope
  readonly folder: string
  wired: WiredAgent | undefined
  discard: (() => void) | undefined
}

const localMs = 2
const refusedMs = 10
/** WinHTTP's own time-out. */
const waitsMs = 30_000
const usualDownMs = 5_000
const startsWithinMs = 300

export type MortalAgentOptions = {
  readonly plan: HistoryPlan
  readonly time: VirtualTime
  readonly world: Scope
  /** The HIS's: it runs on the same machine. */
  readonly desk: Scope
  readonly line: Line
  /** The HIS's bills, for one life of the agent. */
  readonly bills: (agent: Scope, life: AgentLife) => HisBills
  /** A folder of its own; `0` in it is the agent's first data folder. */
  readonly root: string
  /** Planted: every life starts from this folder instead of what the one before left. */
  readonly forgetfulStart?: string
  readonly trace: HistoryTrace
  readonly wraps: PortWraps
  /** Planted, as wire-agent.ts has it. */
  readonly keepsBlanks: boolean
  readonly onCrash: (step: string) => void
  /** Something that is no AgentError came out of the agent. */
  readonly onFault: (error: unknown) => void
}

const callers = {
  window: { name: 'his', orgCodg, scopes: ['read', 'pay', 'refund'] },
  kiosk: { name: kioskToken, orgCodg, scopes: ['decode', 'pay'] },
} as const satisfies Record<string, ApiRequest['caller']>
export type Asker = keyof typeof callers

export const createMortalAgent = (options: MortalAgentOptions): MortalAgent => {
  const { plan, time, world, desk, line, bills, root, forgetfulStart, trace, wraps, keepsBlanks, onCrash, onFault } =
    options
  const crashes = plan.crashes.filter(({ afterSteps }) => afterSteps !== undefined)
  const waiting = new Set<() => void>()
  let generation = 0
  let lastId = 0
  let sleptMs = 0
  let shiftMs = 0
  let living: Living | undefined
  /** Of a crash at an instant; the others have theirs with their step. */
  let ownDownMs: number | undefined

  const clock = {
    wallMs: () => plan.startWallMs + time.nowMs() + shiftMs,
    monotonicMs: () => time.nowMs() - sleptMs,
  }
  const folderOf = (number: number): string => join(root, String(number))

  const newLife = (): Living => {
    const crash = time.nowMs() < plan.calmAtMs ? crashes.shift() : undefined
    const scope = time.createScope()
    const folder = folderOf(generation)
    const diesAt = (step: number): boolean => step === crash?.afterSteps && time.nowMs() < plan.calmAtMs
    const life = createAgentLife(diesAt, (step) => {
      die(scope, folder, step, ownDownMs ?? crash?.downMs ?? usualDownMs)
      ownDownMs = undefined
    })
    return { life, scope, folder, wired: undefined, discard: undefined }
  }

  /** Everything in memory is gone, and what the disk does not hold by now. */
  const die = (scope: Scope, folder: string, step: string, downMs: number): void => {
    scope.end()
    generation += 1
    // The memory of the write-ahead log's index is not part of what is kept.
    cpSync(forgetfulStart ?? folder, folderOf(generation), {
      recursive: true,
      filter: (path) => !path.endsWith('-shm'),
    })
    const dead = living
    living = undefined
    trace.note(() => `agent dies ${step}`)
    onCrash(step)
    world.after(0, () => dead?.discard?.())
    for (const giveUp of [...waiting]) giveUp()
    world.after(downMs, start)
  }

  const crash = (downMs: number): void => {
    ownDownMs = living === undefined ? undefined : downMs
    living?.life.end()
  }

  const start = (): void => {
    const next = newLife()
    living = next
    trace.note(() => 'agent starts')
    next.scope.after(startsWithinMs, () => {
      const wiring = wireAgent({
        folder: next.folder,
        life: next.life,
        clock,
        timers: next.scope,
        newId: () => `ID${++lastId}`,
        center: line.connect(next.scope),
        bills: bills(next.scope, next.life),
        settings: { ...defaultOrderSettings, cashRefundOn16: plan.returnsCashAt16 ? 'auto' : 'person' },
        log: (level, what, fields) => trace.note(() => `log ${level} ${what} ${JSON.stringify(fields)}`),
        wraps,
        keepsBlanks,
        onOpen: (discard) => {
          next.discard = discard
        },
      })
      wiring.then(
        (wired) => {
          next.wired = wired
        },
        (error: unknown) => {
          if (!(error instanceof AgentIsDead)) onFault(error)
        },
      )
    })
  }

  /** Runs the work in the agent's life; undefined when it does not live, or not long enough, or does not answer in time. */
  const inLife = <Value>(from: Scope, work: (wired: WiredAgent) => Promise<Value>): Promise<Value | undefined> =>
    new Promise((resolve) => {
      const { wired, scope, life } = living ?? {}
      if (wired === undefined || scope === undefined || life === undefined) {
        from.after(refusedMs, () => resolve(undefined))
        return
      }
      const finish = (value: Value | undefined): void => {
        cancelWait()
        waiting.delete(giveUp)
        from.after(localMs, () => resolve(value))
      }
      const giveUp = (): void => finish(undefined)
      const cancelWait = from.after(waitsMs, giveUp)
      waiting.add(giveUp)
      scope.after(localMs, () => {
        void work(wired).then(
          (value) => {
            if (!life.isOver()) finish(value)
          },
          (error: unknown) => {
            if (!life.isOver()) onFault(error)
          },
        )
      })
    })

  const answer = async (wired: WiredAgent, route: RouteName, request: ApiRequest, life: AgentLife): Promise<Answer> => {
    try {
      const answer = await wired.endpoints[route](request)
      // As api/app.ts does: what the answer says may have been written this very turn.
      await wired.durable()
      life.step('before an answer')
      return answer
    } catch (error) {
      life.assertAlive()
      if (!(error instanceof AgentError)) onFault(error)
      return answerOfError(error)
    }
  }

  for (const { atMs, byMs } of plan.jumps) {
    world.after(atMs, () => {
      shiftMs += byMs
      trace.note(() => `wall clock jumps by ${byMs} ms`)
    })
  }
  for (const { fromMs, forMs } of plan.sleeps) {
    world.after(fromMs, () => {
      living?.scope.freeze(forMs)
      desk.freeze(forMs)
      sleptMs += forMs
      trace.note(() => `machine sleeps for ${forMs} ms`)
    })
  }

  for (const { atMs, downMs } of plan.crashes) if (atMs !== undefined) world.after(atMs, () => crash(downMs))

  return {
    start,
    ask: (route, request, by = 'window') =>
      inLife(desk, (wired) => {
        const { life } = living ?? {}
        if (life === undefined) throw new AgentIsDead()
        return answer(wired, route, { ...request, caller: callers[by] }, life)
      }),
    notify: (notification) => inLife(world, ({ receive }) => receive(orgCodg, notification)),
    close: () => {
      living?.scope.end()
      living?.discard?.()
      rmSync(root, { recursive: true, force: true })
    },
  }
}
