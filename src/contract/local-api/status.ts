// Owns what GET /v1/status answers, for the agent that writes it, the pages and the desktop's tray. Moments are ISO 8601 with +08:00.
import type { StatusLights } from './console.ts'
import type { ScannerStatus } from './scanners.ts'

/**
 * unproven: no answer since the start was verified and did what was asked, or refused one order; proven: there was one; doubtful:
 * several in a row timed out, did not verify, or refused this whole installation; unreachable: no connection can be opened.
 */
export type CenterStanding = 'unproven' | 'proven' | 'doubtful' | 'unreachable'

export type StatusAnswer = StatusLights & {
  readonly version: string
  readonly uptimeS: number
  readonly voucher: {
    readonly state: 'starting' | 'ready' | 'busy' | 'down'
    readonly simulated: boolean
    readonly reason?: string
    readonly scannerOwner: 'library' | 'agent'
  }
  readonly scanners: readonly ScannerStatus[]
  readonly center: {
    readonly reachable: boolean
    readonly standing: CenterStanding
    /** How far the center's clock is ahead of this machine's, in seconds; null before an answer that says it. */
    readonly clockAheadS: number | null
    readonly secure: boolean
    readonly certificateEndsAt: string
    readonly signatureForm: string
  }
  readonly runningOperations: number
  readonly openOrders: number
  readonly queuedOrders: number
  /** Why the log cannot be written, a code; "" when it can. The agent works on without it. */
  readonly log: { readonly fault: string }
  readonly journal: {
    readonly state: 'ok' | 'busy' | 'broken' | 'damaged' | 'gone' | 'unwritable'
    readonly message: string
    readonly backup: { readonly error: string }
    readonly quarantinedOrders: number
  }
}
