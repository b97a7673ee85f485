// Owns what every use case is given: the ports, and the settings of this center and hospital.
import type { ExtraFields } from '../../../contract/extra-fields.ts'
import type { StepSettings } from '../../../core/domain/order/next-step.ts'
import type { CalledBy } from '../../../core/domain/order/entries.ts'
import type { Way } from '../../../core/domain/order/order.ts'
import type { RefundTotal } from '../../../core/domain/order/refund-bounds.ts'
import type { UploadRuleSettings } from '../../../core/domain/money/upload-rules.ts'
import type {
  Announce,
  Center,
  Clock,
  Doctor,
  Journal,
  Log,
  OrderKey,
  Scanner,
  Timers,
  VoucherLibrary,
} from './ports.ts'
import type { CenterLink } from './center-link.ts'
import type { OrderWaits } from './order-waits.ts'
import type { PaceSettings } from './step-pace.ts'
import type { Kiosk } from './kiosk.ts'
import type { RunningOperations } from './running-operations.ts'

/** What may wait for the center (RULES 7.5). */
export type QueueSettings = {
  /** Orders with something queued; beyond that the caller is refused. */
  readonly atMostOrders: number
  /** What waits longer is dropped, and a person is told. */
  readonly atMostAgeMs: number
  /** Refunds of a larger total are not queued, in fen. */
  readonly atMostRefundFen: number
}

export type OrderSettings = StepSettings &
  PaceSettings & {
    readonly ecOrgId: string
    readonly lengthUnit: 'characters' | 'gbkBytes'
    /** RULES 9.5: what the province adds to the tables. */
    readonly extraFields: ExtraFields
    /** RULES 9.6: what becomes of codes that no dictionary has. */
    readonly unknownCodes: 'warn' | 'refuse'
    readonly uploadRules: UploadRuleSettings
    /** RULES 3.5: how often an upload of unknown outcome is repeated; 0 holds it for a person. */
    readonly uploadRepeats: number
    readonly fundIncludesAccount: boolean
    readonly refundTotal: RefundTotal
    /** RULES 4.9: cashRefdAmt of an ALL includes the deposit; no default, without it an ALL with a deposit is refused. */
    readonly refundIncludesDeposit?: boolean
    /** 6101's authNo is taken as payAuthNo (RULES 4.3). */
    readonly authNoAsPayAuthNo: boolean
    readonly scanWaitMs: number
    /** RULES 8.1: how long the HIS may take to book a settlement. */
    readonly unbookedAfterMs: number
    /** RULES 4.8: fundIncludesAccount is confirmed for this center. */
    readonly legsConfirmed: boolean
    readonly queue: QueueSettings
    /** RULES 3.5: the center moves nothing for an appRefdSn it already knows. */
    readonly refundsAreIdempotent: boolean
    /** RULES 7.5: a way's refunds end on the day of the settlement at this time of day, milliseconds since midnight. */
    readonly sameDayRefundUntilMs: Readonly<Partial<Record<Way, number>>>
    /** RULES 8.2: what the agent gives as authorisation of a refund by rule when no ecToken is stored. */
    readonly reversalToken: 'none' | 'asEcToken' | 'expContent'
    /** How far back settled orders are asked about once a day; 0: never. */
    readonly sweepDays: number
    readonly sweepCheckMs: number
    /** RULES 6.2: what a notice's success says, and how long it may take. */
    readonly callbackAck: 'verified' | 'booked'
    readonly callbackDeadlineMs: number
    /** A call is answered within this; a longer answer is fetched by its operation id. */
    readonly answerWithinMs: number
  }

/** What no setting changes: the times of RULES 4.6 and the repeats of RULES 3.5. */
export const fixedOrderSettings = {
  extraFields: {},
  uploadRepeatAfterMs: 1_000,
  schedule: {
    firstAfterMs: 20_000,
    everyMs: 5_000,
    untilMs: 80_000,
    backOffMs: [30_000, 60_000, 300_000],
    slowEveryMs: 30_000,
    cashierExpiryMs: 900_000,
  },
  cashRefundOn16AfterSeq: 0,
  // Some six minutes: within the time the HIS has to book (RULES 8.1).
  billRetriesMs: [0, 2_000, 10_000, 60_000, 300_000],
  // Above any time-out of a HIS's own database.
  billLateMs: 60_000,
  probeEveryMs: 5_000,
  sweepCheckMs: 600_000,
  // WinHTTP gives up after 30 s by default.
  answerWithinMs: 25_000,
} as const satisfies Partial<OrderSettings>

/** Follows an order until nothing moves any more (watch-orders.ts). */
export type WatchOrder = (order: OrderKey) => void

export type Dependencies = {
  readonly journal: Journal
  readonly center: Center
  readonly voucher: VoucherLibrary
  /** The scanners the agent drives, as configured; none when the library drives its own. */
  readonly scanners: readonly Scanner[]
  readonly doctor: Doctor
  readonly clock: Clock
  readonly timers: Timers
  readonly newId: () => string
  readonly announce: Announce
  readonly log: Log
  readonly running: RunningOperations
  readonly watch: WatchOrder
  readonly link: CenterLink
  readonly waits: OrderWaits
  readonly settings: OrderSettings
  /** undefined: none is configured. */
  readonly kiosk: Kiosk | undefined
  /** On whose behalf the work is done; undefined: by a rule, or to go on with what was begun before a restart. */
  readonly by?: CalledBy
  /** Whether an order is another's to the one on whose behalf the work is done; left out where nobody asks. */
  readonly isStranger?: (order: OrderKey) => boolean
}
