// Starts a test agent in a process of its own, which a test may kill, or forbid to write. The program is agent-program.ts.
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { callAt, type Call, type TestAgentOptions } from './test-agent.ts'

export type ChildAgent = {
  readonly pid: number
  readonly url: string
  readonly call: Call
  /** SIGKILL, and waits until the process is gone. */
  readonly kill: () => Promise<void>
  /** True: no file of its can be written any more, as on a full disk. */
  readonly fillDisk: (full: boolean) => void
}

/** False, or why a full disk cannot be made here; for `{ skip }` of node:test. */
export const skipWithoutPrlimit: string | false =
  spawnSync('prlimit', ['--version']).error === undefined ? false : '没有 prlimit (prlimit is missing: util-linux)'

/** Resolves to the agent, or to the code of the error with which it did not start. `switches`: of Node. */
export const startChildAgent = async (
  dataDir: string,
  centerUrl: string,
  options: TestAgentOptions = {},
  switches: readonly string[] = [],
): Promise<ChildAgent | { readonly code: string }> => {
  const entry = join(import.meta.dirname, 'agent-program.ts')
  const child = spawn(process.execPath, [...switches, entry, dataDir, centerUrl, JSON.stringify(options)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const ended = once(child, 'exit')
  for await (const line of createInterface({ input: child.stdout })) {
    const first = JSON.parse(line) as { url?: string; code?: string }
    if (first.code !== undefined) {
      await ended
      return { code: first.code }
    }
    child.stdout.resume()
    const { pid = 0 } = child
    const { url = '' } = first
    return {
      pid,
      url,
      call: callAt(() => url),
      kill: async () => {
        child.kill('SIGKILL')
        await ended
      },
      fillDisk: (full) => {
        execFileSync('prlimit', ['--pid', String(pid), `--fsize=${full ? '0' : 'unlimited'}:unlimited`])
      },
    }
  }
  throw new Error('the agent ended without a word')
}

/** The agent; throws when it did not start. */
export const startedChildAgent = async (...given: Parameters<typeof startChildAgent>): Promise<ChildAgent> => {
  const agent = await startChildAgent(...given)
  if ('code' in agent) throw new Error(`the agent did not start: ${agent.code}`)
  return agent
}
