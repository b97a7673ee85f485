// Owns an agent started as its users start it, as a program with its own sandbox, and a small client for it.
import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'

export type Answer = {
  readonly status: number
  readonly code: string
  readonly message: string
  readonly data: Record<string, unknown>
  readonly requestId: string
}

export type AgentProcess = {
  readonly url: string
  readonly token: string
  readonly sandboxUrl: string
  readonly dataDir: string
  readonly child: ChildProcess
  /** Calls the agent as the HIS does. */
  readonly call: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Answer>
  /** Calls the simulated center's control address. */
  readonly center: (method: 'GET' | 'POST', path: string, body?: object) => Promise<Record<string, unknown>>
  /** SIGTERM, then waits for the end. */
  readonly stop: () => Promise<void>
}

const startWithinMs = 90_000

const firstLine = async (child: ChildProcess): Promise<string> => {
  if (child.stdout === null) throw new Error('the agent has no stdout')
  const timer = setTimeout(() => child.kill('SIGKILL'), startWithinMs)
  const { stdout } = child
  for await (const line of createInterface({ input: stdout })) {
    clearTimeout(timer)
    stdout.resume()
    return line
  }
  throw new Error('the agent ended before it was ready')
}

/** `command`: the arguments of node, the agent's entry first. */
export const startAgentProcess = async (command: readonly string[]): Promise<AgentProcess> => {
  const child = spawn(process.execPath, [...command, '--json'], { stdio: ['ignore', 'pipe', 'inherit'] })
  const ready = JSON.parse(await firstLine(child)) as Pick<AgentProcess, 'url' | 'token' | 'sandboxUrl' | 'dataDir'>
  const post = async (url: string, method: string, body: object | undefined, headers: Record<string, string>) =>
    fetch(url, {
      method,
      headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
  return {
    ...ready,
    child,
    call: async (method, path, body) => {
      const reply = await post(`${ready.url}${path}`, method, body, { authorization: `Bearer ${ready.token}` })
      return { status: reply.status, ...((await reply.json()) as Omit<Answer, 'status'>) }
    },
    center: async (method, path, body) => {
      const reply = await post(`${ready.sandboxUrl}/_sandbox/${path}`, method, body, {})
      return (await reply.json()) as Record<string, unknown>
    },
    stop: async () => {
      if (child.exitCode !== null || child.signalCode !== null) return
      const ended = new Promise((resolve) => child.once('exit', resolve))
      child.kill('SIGTERM')
      await ended
    },
  }
}
