// Owns what the HTTP application is made of and with. The application is app.ts.
import type { Environment } from '../../core/domain/machine/environment.ts'
import type { StatusAnswer } from '../../contract/local-api/status.ts'
import type { Clock, Log } from '../usecases/base/ports.ts'
import type { AccessTools } from './access/tools.ts'
import type { PeerOf } from './callers/peers.ts'
import type { RateLimits } from './callers/rate-limits.ts'
import type { Guards } from './endpoint/check-request.ts'
import type { Tools } from './endpoint/tools.ts'
import type { EventStreams } from './event-stream.ts'

export type ApiOptions = {
  /** What the endpoints work with. */
  readonly tools: Tools
  readonly access: AccessTools
  readonly guards: Guards
  readonly streams: EventStreams
  readonly peerOf: PeerOf
  /** Whose machine it is: the institution that the owner's channel works for. */
  readonly orgCodg: string
  readonly origins: readonly string[]
  readonly jsonp: boolean
  /** The built pages; undefined: none are served. */
  readonly pagesDir: string | undefined
  readonly limits: RateLimits
  readonly environment: Environment
  readonly version: string
  readonly clock: Clock
  readonly log: Log
  readonly status: () => StatusAnswer
  /** Resolves when what an answer was read from is on the disk. */
  readonly durable: () => Promise<void>
  /** Waits while another program holds the journal, so that nothing is begun that could not be written down. */
  readonly free: () => Promise<void>
}
