// Owns what the endpoints about the agent itself work with.
import type { StatusAnswer } from '../../../contract/local-api/status.ts'
import type { Caller } from '../callers/tokens.ts'
import { defining } from '../endpoint/definition.ts'
import type { EventStreams } from '../event-stream.ts'

export type AgentTools = {
  readonly version: string
  readonly status: () => StatusAnswer
  /** Proves to a caller that the agent knows its token. Throws SIGNATURE_INVALID, TOKEN_EXPIRED. */
  readonly prove: (port: number, keyId: string, challenge: string) => string
  readonly openApi: Buffer
  readonly streams: EventStreams
  readonly isStillWelcome: (caller: Caller) => boolean
}

/** Defines an endpoint that works with these tools. */
export const agentEndpoint = defining<AgentTools>()
