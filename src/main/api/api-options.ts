// Owns what the HTTP application is made of and with. The application is app.ts.
import type { Environment } from '../../core/domain/machine/environment.ts'
import type { AccessHandlers } from './access/handlers.ts'
import type { Pairings } from './access/pairings.ts'
import type { TokenBook } from './access/token-book-types.ts'
import type { PeerOf } from './callers/peers.ts'
import type { EventStreams } from './event-stream.ts'
import type { Handlers } from './handlers.ts'
import type { OperationWaits } from './requests/operation-waits.ts'
import type { Reach } from './callers/whose.ts'
import type { Clock, Log } from '../usecases/base/ports.ts'
import type { RequestChecks } from './check-request.ts'
import type { RateLimits } from './callers/rate-limits.ts'

export type ApiOptions = {
  readonly handlers: Handlers & AccessHandlers
  readonly checks: RequestChecks
  readonly streams: EventStreams
  readonly waits: OperationWaits
  readonly book: TokenBook
  readonly pairings: Pairings
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
  readonly status: () => Readonly<Record<string, unknown>>
  /** Resolves when what an answer was read from is on the disk. */
  readonly durable: () => Promise<void>
  /** Waits while another program holds the journal, so that nothing is begun that could not be written down. */
  readonly free: () => Promise<void>
  readonly findNamed: Reach['findNamed']
}
