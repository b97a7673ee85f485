// Owns the type of what every part of the simulated center works on. Building it is sandbox-center.ts.
import type { Authorizations } from './ledger/authorizations.ts'
import type { Callbacks } from './pages/callbacks.ts'
import type { Channel } from './channel/channel.ts'
import type { Ledger } from './ledger/ledger.ts'
import type { SandboxOptions } from './options.ts'
import type { Phone } from './phone.ts'
import type { ScriptBook } from './script-book.ts'

export type Settings = {
  readonly orgCodg: string
  readonly orgName: string
  readonly processingDelayMs: number
  readonly refundTotal: NonNullable<SandboxOptions['refundTotal']>
}

export type Center = {
  readonly settings: Settings
  readonly channel: Channel
  readonly ledger: Ledger
  readonly authorizations: Authorizations
  readonly phone: Phone
  readonly scripts: ScriptBook
  readonly callbacks: Callbacks
  /** `http://127.0.0.1:port`, known once it listens. */
  readonly url: () => string
  /** Fires when the center closes: waits end, nothing more is sent. */
  readonly closing: AbortSignal
}
