// Owns the agent process that is killed and started again: one that lives, and the next one that waits with everything
// loaded. Who kills it and when is run-torture.ts.
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { endChild } from '../../../bench/child-program.ts'
import type { AgentOrder, AgentWord } from '../agent-order.ts'

const startWithinMs = 30_000

type Waiting = { readonly child: ChildProcess; readonly words: AsyncIterator<string, undefined> }

/** A life: from its first answerable moment to its end. */
export type Life = {
  readonly url: string
  readonly pid: number
  /** Resolves when the process is gone, with the step at which it ended itself, if it did. */
  readonly ended: Promise<string | undefined>
  readonly kill: () => void
}

export type MortalAgent = {
  /** Starts the next life. Resolves to it, or to the step at which it ended before it could answer. Throws when it refuses. */
  readonly live: (killAt?: AgentOrder['killAt']) => Promise<Life | { readonly endedAt: string }>
  /** Ends whatever lives or waits. */
  readonly close: () => Promise<void>
}

/** `program`: the bundle; `order`: what every life is told. `environment` is added to the process's. */
export const createMortalAgent = (
  program: string,
  order: Omit<AgentOrder, 'killAt'>,
  environment: Readonly<Record<string, string>> = {},
): MortalAgent => {
  const prepare = (): Waiting => {
    const child = spawn(process.execPath, [program], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...environment },
    })
    // A process that was killed does not read what it is told.
    child.stdin.on('error', () => undefined)
    const words = createInterface({ input: child.stdout })[Symbol.asyncIterator]() as Waiting['words']
    return { child, words }
  }
  const nextWord = async ({ words }: Waiting): Promise<AgentWord | undefined> => {
    const { value } = await words.next()
    return value === undefined ? undefined : (JSON.parse(value) as AgentWord)
  }

  let waiting = prepare()
  let living: ChildProcess | undefined
  return {
    live: async (killAt) => {
      const one = waiting
      const gone = once(one.child, 'exit')
      living = one.child
      one.child.stdin?.write(`${JSON.stringify({ ...order, ...(killAt === undefined ? {} : { killAt }) })}\n`)
      const timer = setTimeout(() => one.child.kill('SIGKILL'), startWithinMs)
      const word = await nextWord(one)
      clearTimeout(timer)
      waiting = prepare()
      if (word !== undefined && 'killed' in word) {
        await gone
        return { endedAt: word.killed }
      }
      if (word === undefined || 'code' in word) throw new Error(`the agent did not start: ${word?.code ?? 'no word'}`)
      const endWith = async (): Promise<string | undefined> => {
        const last = await nextWord(one)
        await gone
        return last !== undefined && 'killed' in last ? last.killed : undefined
      }
      return {
        url: word.url,
        pid: one.child.pid ?? 0,
        ended: endWith(),
        kill: () => one.child.kill('SIGKILL'),
      }
    },
    close: async () => {
      if (living !== undefined) await endChild(living, 'SIGKILL')
      await endChild(waiting.child, 'SIGKILL')
    },
  }
}
