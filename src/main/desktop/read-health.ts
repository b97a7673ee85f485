// Owns asking the agent on this machine how it is. The desktop is a client of the local API like any other.
import type { StatusAnswer } from '../../contract/local-api/status.ts'

/** Whether the agent answers. */
export type AgentHealth =
  | { readonly running: true; readonly version: string; readonly environment: string }
  | { readonly running: false; readonly reason: string }

const answerWithinMs = 2_000

/** `url`: the agent's address, e.g. http://127.0.0.1:17600. Never throws: not running is an answer. */
export const readHealth = async (url: string, withinMs = answerWithinMs): Promise<AgentHealth> => {
  try {
    const reply = await fetch(`${url}/v1/health`, { signal: AbortSignal.timeout(withinMs), redirect: 'error' })
    const { data } = (await reply.json()) as { data: { version: unknown; environment: unknown } }
    const { version, environment } = data
    // Something answers on the port, but it is no agent.
    if (typeof version !== 'string' || typeof environment !== 'string') return { running: false, reason: 'stranger' }
    return { running: true, version, environment }
  } catch (error) {
    return { running: false, reason: error instanceof Error ? error.name : 'unknown' }
  }
}

/** What the desktop reads of /v1/status; every part may be missing in another version's answer. */
export type AgentStatus = Partial<Pick<StatusAnswer, 'worst' | 'runningOperations' | 'openOrders'>>

/** The status, or undefined when the agent does not answer or refuses. `token`: one that may read. */
export const readStatus = async (
  url: string,
  token: string,
  withinMs = answerWithinMs,
): Promise<AgentStatus | undefined> => {
  try {
    const reply = await fetch(`${url}/v1/status`, {
      headers: { authorization: `Bearer ${token}` },
      signal: AbortSignal.timeout(withinMs),
      redirect: 'error',
    })
    const { code, data } = (await reply.json()) as { code: string; data: AgentStatus }
    return code === '0' ? data : undefined
  } catch {
    return undefined
  }
}
