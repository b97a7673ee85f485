// Owns what every use case is given: the ports, and the settings of this center and hospital with their defaults.
import type { RefundTotal } from '../domain/refund-bounds.ts'
import { defaultUploadRules, type UploadRuleSettings } from '../domain/upload-rules.ts'
import type { Announce, Center, Clock, Journal, Log, OrderKey, Scanner, Timers, VoucherLibrary } from './ports.ts'
import type { RunningOperations } from './running-operations.ts'

/** RULES 4.6, in milliseconds from placing. */
export type QuerySchedule = {
  readonly firstAfterMs: number
  readonly everyMs: number
  readonly untilMs: number
  readonly backOffMs: readonly number[]
  readonly slowEveryMs: number
  readonly cashierExpiryMs: number
}

export type OrderSettings = {
  readonly ecOrgId: string
  readonly lengthUnit: 'characters' | 'gbkBytes'
  readonly uploadRules: UploadRuleSettings
  /** RULES 3.5: how often an upload of unknown outcome is repeated; 0 holds it for a person. */
  readonly uploadRepeats: number
  readonly uploadRepeatAfterMs: number
  /** How long the center may take before "nothing happened" is believed (RULES 3.5, 3.6). */
  readonly processingMs: number
  readonly schedule: QuerySchedule
  readonly fundIncludesAccount: boolean
  readonly refundTotal: RefundTotal
  /** 6101's authNo is taken as payAuthNo (RULES 4.3). */
  readonly authNoAsPayAuthNo: boolean
  readonly scanWaitMs: number
  /** RULES 8.1: how long the HIS may take to book a settlement. */
  readonly unbookedAfterMs: number
}

export const defaultOrderSettings: OrderSettings = {
  ecOrgId: '',
  lengthUnit: 'characters',
  uploadRules: defaultUploadRules,
  uploadRepeats: 2,
  uploadRepeatAfterMs: 1_000,
  processingMs: 300_000,
  schedule: {
    firstAfterMs: 20_000,
    everyMs: 5_000,
    untilMs: 80_000,
    backOffMs: [30_000, 60_000, 300_000],
    slowEveryMs: 30_000,
    cashierExpiryMs: 900_000,
  },
  fundIncludesAccount: false,
  refundTotal: 'original',
  authNoAsPayAuthNo: false,
  scanWaitMs: 60_000,
  unbookedAfterMs: 600_000,
}

/** Follows an order until nothing moves any more (advance-order.ts). */
export type WatchOrder = (order: OrderKey) => void

export type Dependencies = {
  readonly journal: Journal
  readonly center: Center
  readonly voucher: VoucherLibrary
  /** The scanner the agent drives; undefined when the library drives its own or none is configured. */
  readonly scanner: Scanner | undefined
  readonly clock: Clock
  readonly timers: Timers
  readonly newId: () => string
  readonly announce: Announce
  readonly log: Log
  readonly running: RunningOperations
  readonly watch: WatchOrder
  readonly settings: OrderSettings
}
