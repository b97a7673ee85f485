// Owns what an agent is started with, whoever made it: a configuration file, the sandbox, a test.
import type { Administration } from '../usecases/base/administration.ts'
import type { CallbackOptions } from './compose-callbacks.ts'
import type { CenterSettings } from '../center/create-center.ts'
import type { Environment } from '../../core/domain/machine/environment.ts'
import type { HisSettings } from '../his/his-client.ts'
import type { KeyProtection } from '../journal/keys/key-store.ts'
import type { KioskSettings } from '../usecases/base/kiosk.ts'
import type { OrderSettings } from '../usecases/base/dependencies.ts'
import type { RateLimits } from '../api/callers/rate-limits.ts'
import type { RolledOutToken } from '../../contract/token-file.ts'
import type { ScannerSettings } from '../scanner/open-scanner.ts'
import type { StoredToken } from '../api/callers/tokens.ts'
import type { VoucherLibraryOptions } from '../voucher/supervisor.ts'

export type AgentSettings = {
  readonly environment: Environment
  readonly version: string
  readonly dataDir: string
  /** Where the journal is backed up each day; undefined: not at all. */
  readonly backupDir?: string | undefined
  /** How the system keeps the journal's key; undefined: a file of its owner's. */
  readonly keyProtection?: KeyProtection | undefined
  readonly port: number
  /** Where these settings come from; undefined in the sandbox. */
  readonly configFile?: string
  /** The institution that pairs by the owner's channel, and of rolled out tokens that name none. */
  readonly orgCodg: string
  readonly tokens: readonly StoredToken[]
  /** Taken into the store at the start. */
  readonly rolledOut?: readonly RolledOutToken[]
  readonly origins: readonly string[]
  /** Whether a ticket may be read as a script. */
  readonly jsonp: boolean
  /** The built pages; left out: none are served. */
  readonly pagesDir?: string | undefined
  /** How often a token and a connection may call; the defaults when left out. */
  readonly limits?: RateLimits
  /** How many may listen to events at once; the default when left out. */
  readonly atMostStreams?: number
  readonly center: CenterSettings
  readonly voucher: VoucherLibraryOptions
  readonly scanners: readonly ScannerSettings[]
  readonly orders: OrderSettings
  /** The listener for the center's notices; undefined: off, the agent lives from 6301 alone. */
  readonly callbacks: CallbackOptions | undefined
  /** What the program around the agent lets an administrator do; undefined in the sandbox. */
  readonly administration?: Administration
  /** A self-service kiosk and the HIS whose bills it pays; undefined: none. */
  readonly kiosk?: (KioskSettings & { readonly his: HisSettings }) | undefined
}
