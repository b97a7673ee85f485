// Owns asking the agent on this machine whether it runs. The desktop is a client of the local API like any other.
import type { AgentHealth } from '../../contract/desktop-bridge.ts'

const answerWithinMs = 2_000

/** `url`: the agent's address, e.g. http://127.0.0.1:17600. Never throws: not running is an answer. */
export const readHealth = async (url: string): Promise<AgentHealth> => {
  try {
    const reply = await fetch(`${url}/v1/health`, { signal: AbortSignal.timeout(answerWithinMs) })
    const { data } = (await reply.json()) as { data: { version: string; environment: string } }
    return { running: true, version: data.version, environment: data.environment }
  } catch (error) {
    return { running: false, reason: error instanceof Error ? error.name : 'unknown' }
  }
}
