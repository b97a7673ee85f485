// Owns the agent's process of the desktop: starts it, answers its questions for safeStorage, starts it again when it dies, ends
// it in order. Where another agent serves this machine it starts none and the desktop is that one's client.
import type { UtilityProcess } from 'electron'
import type { AgentMessage, DesktopMessage, DesktopTokens } from '../../contract/desktop/desktop-agent.ts'
import { restartAfter, type RestartRule } from './restart-rule.ts'
import type { KeySealer } from './safe-storage.ts'

/** What is true of the agent on this machine. */
export type AgentState =
  /** Not known yet, or on its way: no page has a token. */
  | { readonly kind: 'starting' }
  /** The desktop's own answers. */
  | { readonly kind: 'own'; readonly tokens: DesktopTokens; readonly environment: string }
  /** Another program's answers, or should: pages pair with it. It stays so until the desktop ends. */
  | { readonly kind: 'foreign' }
  /** Needs a person; `lines` say what and why. Nothing is tried until `retry`. */
  | { readonly kind: 'failed'; readonly lines: readonly string[] }
  | { readonly kind: 'ended' }

export type AgentProcess = Pick<UtilityProcess, 'on' | 'postMessage' | 'kill'>

export type AgentKeeperOptions = {
  /** False: this desktop is a client only (the configuration says so, or there is none). */
  readonly mayStart: boolean
  readonly fork: () => AgentProcess
  readonly start: Extract<DesktopMessage, { kind: 'start' }>
  /** Whether an agent answers at the configured address. */
  readonly isAnswering: () => Promise<boolean>
  readonly sealer: KeySealer
  readonly rule: RestartRule
  readonly monotonicMs: () => number
  /** A start that has come to nothing by then counts as a death, milliseconds: a verified journal of years takes seconds. */
  readonly startWithinMs: number
  /** How long what runs may take to end before the process is killed, milliseconds. */
  readonly endWithinMs: number
  readonly onState: (state: AgentState) => void
}

export type AgentKeeper = {
  readonly state: () => AgentState
  /** Resolves once it is known whose agent serves this machine, or that none does. */
  readonly settled: () => Promise<AgentState>
  readonly begin: () => Promise<void>
  /** After `failed`: a person changed something. */
  readonly retry: () => Promise<void>
  readonly end: () => Promise<void>
}

/** Somebody else has the folder or the port: most likely the agent that this desktop should be a client of. */
const takenCodes = ['DATA_FOLDER_IN_USE', 'PORT_IN_USE']

export const createAgentKeeper = (options: AgentKeeperOptions): AgentKeeper => {
  const { rule, sealer, start } = options
  let state: AgentState = { kind: 'starting' }
  let current: AgentProcess | undefined
  let ends: number[] = []
  let timer: NodeJS.Timeout | undefined
  let exited = Promise.resolve()
  let order = start
  const waiting = new Set<(state: AgentState) => void>()

  const enter = (next: AgentState): void => {
    if (state.kind === 'ended') return
    state = next
    if (next.kind !== 'starting') {
      for (const tell of waiting) tell(next)
      waiting.clear()
    }
    options.onState(next)
  }

  const answerKey = async (
    child: AgentProcess,
    { id, verb, bytes }: Extract<AgentMessage, { kind: 'key' }>,
  ): Promise<void> => {
    const send = (message: DesktopMessage): void => child.postMessage(message)
    try {
      send({ kind: 'keyAnswer', id, bytes: await sealer[verb](bytes) })
    } catch (error) {
      send({ kind: 'keyRefused', id, reason: error instanceof Error ? error.message : 'safeStorage' })
    }
  }

  const launch = (): void => {
    enter({ kind: 'starting' })
    const child = options.fork()
    current = child
    let failure: Extract<AgentMessage, { kind: 'failed' }> | undefined
    const deadline = setTimeout(() => child.kill(), options.startWithinMs)
    exited = new Promise((resolve) => {
      child.on('exit', () => {
        clearTimeout(deadline)
        current = undefined
        resolve()
        void afterEnd(failure)
      })
    })
    child.on('message', (message: AgentMessage) => {
      switch (message.kind) {
        case 'key':
          void answerKey(child, message)
          return
        case 'ready':
          clearTimeout(deadline)
          // What an administrator asked for at this start is done; it is not done again at the next one.
          order = { kind: 'start', configFile: start.configFile, resources: start.resources }
          enter({ kind: 'own', tokens: message.tokens, environment: message.environment })
          return
        case 'failed':
          failure = message
          child.postMessage({ kind: 'end' } satisfies DesktopMessage)
      }
    })
    child.postMessage(order)
  }

  const afterEnd = async (failure: Extract<AgentMessage, { kind: 'failed' }> | undefined): Promise<void> => {
    if (state.kind === 'ended') return
    const isTaken = failure !== undefined && takenCodes.includes(failure.code)
    if (isTaken && (await options.isAnswering())) {
      enter({ kind: 'foreign' })
      return
    }
    // A wrong configuration or a lost key does not heal by being tried again.
    if (failure !== undefined && !isTaken) {
      enter({ kind: 'failed', lines: failure.lines })
      return
    }
    ends = [...ends, options.monotonicMs()].slice(-rule.atMostEnds)
    const afterMs = restartAfter(ends, rule)
    if (afterMs === undefined) {
      const lines = failure?.lines ?? ['助手进程反复退出 (the agent keeps ending)']
      enter({ kind: 'failed', lines: [...lines, `已连续 ${ends.length} 次, 不再自动重启; 请联系信息科`] })
      return
    }
    enter({ kind: 'starting' })
    timer = setTimeout(launch, afterMs)
  }

  const begin = async (): Promise<void> => {
    if (!options.mayStart || (await options.isAnswering())) enter({ kind: 'foreign' })
    else launch()
  }

  return {
    state: () => state,
    settled: () =>
      state.kind === 'starting' ? new Promise((resolve) => waiting.add(resolve)) : Promise.resolve(state),
    begin,
    retry: async () => {
      if (state.kind !== 'failed') return
      ends = []
      await begin()
    },
    end: async () => {
      enter({ kind: 'ended' })
      clearTimeout(timer)
      const child = current
      if (child === undefined) return
      child.postMessage({ kind: 'end' } satisfies DesktopMessage)
      const deadline = setTimeout(() => child.kill(), options.endWithinMs)
      await exited
      clearTimeout(deadline)
    },
  }
}
