// Owns what the agent answers the cashier's console with: orders, timeline, receipt, reports, queue, lights. Types alone.
// Settings are settings.ts. Times are ISO 8601 with +08:00 ("" where there is none), money is decimal text in yuan.

/** Who pays which part; amounts under the tables' names. Those of refunds are negative in sums. */
export type LegsText = {
  /** 费用总额 */
  readonly feeSumamt: string
  /** 医保基金支付 */
  readonly fundPay: string
  /** 个人账户支付 */
  readonly psnAcctPay: string
  /** 现金支付, the deposit included */
  readonly ownPayAmt: string
  /** 其他抵扣金额 */
  readonly othFeeAmt: string
  /** 住院押金 */
  readonly deposit: string
}

/** "" before any way was taken. */
export type WayText = '' | 'order' | 'bankCard' | 'cashier'

/** POST /v1/orders/search. Every field narrows; none at all: the newest orders. */
export type OrderSearchBody = {
  readonly medOrgOrd?: string
  /** The exact name, or the exact id number: both are found by a keyed hash only. */
  readonly psnName?: string
  readonly idNo?: string
  /** When the fees were first uploaded: `from` included, `to` not. ISO 8601 with an offset, or `yyyy-MM-dd` (a day of +08:00). */
  readonly from?: string
  /** Of a date: that day is included. */
  readonly to?: string
  /** Names of states (docs/architecture.md). */
  readonly states?: readonly string[]
  /** `next` of the answer before. */
  readonly cursor?: string
  /** 1 to 200, 50 when left out. */
  readonly limit?: number
}

export type OrderRow = {
  readonly medOrgOrd: string
  readonly payOrdId: string
  /** Name of the state, as in every answer about an order. */
  readonly state: string
  readonly ordStas: string
  readonly paid: boolean
  /** What the HIS should do now. */
  readonly next: string
  readonly legs: LegsText | null
  /** When the fees were first uploaded. */
  readonly createdAt: string
  /** The last entry of the journal about it. */
  readonly updatedAt: string
  /** The patient's name, masked: 测*甲. */
  readonly patient: string
  /** As the HIS claimed at the upload. */
  readonly operator: string
  readonly way: WayText
  readonly needsPerson: boolean
}

export type OrderSearchAnswer = {
  /** Newest first. With `states` there may be fewer than asked for, even none, while `next` still leads on. */
  readonly orders: readonly OrderRow[]
  /** Give it as `cursor` for the next page; "" at the end. */
  readonly next: string
}

/** A field that a later answer brought or changed. */
export type ChangedField = { readonly name: string; readonly before: string; readonly after: string }

/** One answer to one operation; an operation has several when the first were unclear. */
export type TimelineOutcome = {
  readonly at: string
  /** accepted, declined, notSent, unknown or queued. */
  readonly outcome: string
  /** The center's refusal, else why in English, else "". */
  readonly text: string
  /** The code of the center's refusal, or of the agent's own; "" otherwise. */
  readonly code: string
  /** A later 6301 told what became of it. */
  readonly settledByQuery: boolean
}

/** One thing that happened to an order. */
export type TimelineEntry = {
  /** Position in the journal: the order of things, whatever the clock said. */
  readonly seq: number
  readonly kind:
    'operation' | 'observation' | 'authorization' | 'notification' | 'booking' | 'attention' | 'resolution' | 'newer'
  /** upload, placement, bankPlacement, cashierUrl, refund, revocation, query, rebill; "" for what is no operation. */
  readonly verb: string
  /** 6201 ... 6401, 6302, 6204; "" where nothing goes to or comes from the center. */
  readonly interface: string
  /** In Chinese: 费用上传, 支付下单... */
  readonly title: string
  readonly at: string
  /** From the request's entry to the last answer's; null while there is none, and for what is no operation. */
  readonly durationMs: number | null
  /** accepted, declined, notSent, unknown, queued; running without an answer; "" for what is no operation. */
  readonly outcome: string
  /** 1 for the first; 0 for what is no operation. */
  readonly attempt: number
  readonly operationId: string
  /** Who: what the journal kept, the rest "". The token's name is kept for bookings and resolutions alone. */
  readonly by: {
    readonly caller: string
    /** As claimed by the caller. */
    readonly operator: string
    /** The rule that started it, by its number in docs/rules.md. */
    readonly rule: string
  }
  /** Refusal, reason, remark: one readable line, or "". */
  readonly text: string
  /** All answers, oldest first. */
  readonly outcomes: readonly TimelineOutcome[]
  /** Of an observation or a notice: what is new against the one before. */
  readonly changed: readonly ChangedField[]
  /** With ?raw=true alone: the fields as recorded; names, id numbers, tokens and authorisations masked. */
  readonly raw?: {
    readonly request: unknown
    readonly reply: unknown
  }
}

export type TimelineAnswer = {
  readonly medOrgOrd: string
  readonly entries: readonly TimelineEntry[]
  /** What the journal does not keep, in Chinese, so that nobody looks for it. */
  readonly notKept: readonly string[]
}

export type ReceiptRefund = {
  readonly appRefdSn: string
  readonly refdType: string
  readonly at: string
  readonly refdSn: string
  readonly operator: string
  /** Negative amounts. */
  readonly legs: LegsText
}

export type ReceiptAnswer = {
  readonly orgCodg: string
  /** As the center names the institution; "" before it did. */
  readonly orgName: string
  readonly medOrgOrd: string
  readonly payOrdId: string
  readonly state: string
  readonly paid: boolean
  /** 医保交易流水号, 挂号流水号, 实账支付流水号; "" when the center named none. */
  readonly hiDocSn: string
  readonly hiRgstSn: string
  readonly psnPaySn: string
  readonly chrgBchno: string
  /** When it was settled, and whose clock says so. */
  readonly settledAt: string
  readonly settledAtFrom: 'center' | 'agent' | ''
  readonly way: WayText
  readonly operator: string
  /** The patient's name, masked. */
  readonly patient: string
  readonly deptName: string
  /** null when nothing was settled: there is nothing to print then. */
  readonly legs: LegsText | null
  /** What the patient paid himself, without the deposit; '' where only a person can tell (RULES 4.9). */
  readonly patientCash: string
  /** What of the deposit was not used: the hospital returns it itself. */
  readonly depositExcess: string
  /** How many fee lines, and their sums by 医疗类别 (medType), in the order of the code. */
  readonly feeLines: {
    readonly count: number
    readonly sum: string
    readonly byCategory: readonly { readonly medType: string; readonly count: number; readonly sum: string }[]
  }
  readonly refunds: readonly ReceiptRefund[]
  /** What stays after the refunds. */
  readonly net: LegsText | null
}

/** The legs, and what the patients paid themselves: a deposit is no cash of the day (RULES 4.9). */
export type SummedLegs = LegsText & { readonly patientCash: string }
/** Totals of settlements or of refunds. */
export type MovementSum = { readonly count: number; readonly legs: SummedLegs }

export type ShiftTotals = {
  readonly settled: MovementSum
  /** Negative. */
  readonly refunded: MovementSum
  readonly net: SummedLegs
}

export type ShiftOperator = ShiftTotals & {
  /** "" for what named nobody. */
  readonly operator: string
  readonly byWay: readonly (ShiftTotals & { readonly way: WayText })[]
  /** Orders of which money may have moved that no sum shows. */
  readonly unclear: readonly OrderRow[]
}

/** GET /v1/reports/shift?date=&operator= */
export type ShiftAnswer = ShiftTotals & {
  readonly date: string
  readonly orgCodg: string
  readonly madeAt: string
  /** In the order of the name; one alone when `operator` is asked for. */
  readonly operators: readonly ShiftOperator[]
}

export type DayFigures = {
  /** yyyy-MM-dd */
  readonly date: string
  readonly settled: MovementSum
  /** Negative. */
  readonly refunded: MovementSum
  readonly net: SummedLegs
}

/** GET /v1/reports/days?from=&to= */
export type DaysAnswer = {
  readonly from: string
  readonly to: string
  /** One for each day, in order, days without orders too. */
  readonly days: readonly DayFigures[]
  /** False while the agent still adds up what it has not seen: ask again, the figures grow. */
  readonly complete: boolean
  /** How much of the journal is in the figures, 0 to 1. */
  readonly progress: number
}

export type QueuedOperation = {
  readonly operationId: string
  readonly medOrgOrd: string
  /** refund, revocation, query. */
  readonly verb: string
  readonly title: string
  readonly since: string
  readonly ageS: number
  /** When it is given up. */
  readonly expiresAt: string
  /** The total that a refund gives back, else "". */
  readonly amount: string
  readonly operator: string
  readonly rule: string
  /** Why it waits, in Chinese, what the engineer looks up behind it. */
  readonly reason: string
  /** Whether this caller may take it back: POST /v1/operations/{operationId}/cancel. */
  readonly withdrawable: boolean
}

/** GET /v1/queue */
export type QueueAnswer = {
  readonly linkUp: boolean
  /** Oldest first. */
  readonly operations: readonly QueuedOperation[]
  /** How many orders they belong to: what the limit counts. */
  readonly orders: number
  readonly limits: {
    readonly atMostOrders: number
    readonly atMostAgeS: number
    /** The largest total of a refund that may wait. */
    readonly atMostRefund: string
  }
}

/** unproven: nothing speaks against it, and nothing has shown it yet. */
export type LightState = 'ok' | 'unproven' | 'warning' | 'fault'

export type Light = {
  readonly state: LightState
  /** What is the matter, in Chinese, for the cashier. */
  readonly text: string
  /** Who to call, in Chinese; "" when nobody need be. */
  readonly call: string
}

export type LightName = 'library' | 'scanner' | 'center' | 'journal'

/** Beside the other fields of GET /v1/status. */
export type StatusLights = {
  readonly lights: Readonly<Record<LightName, Light>>
  /** The worst of them. */
  readonly worst: LightState
}

/** POST /v1/orders/export: the body of a search by time, answered by a CSV file of at most 10,000 orders. */
export type OrderExportBody = {
  readonly from: string
  readonly to: string
  readonly states?: readonly string[]
  /** gbk when left out. */
  readonly charset?: 'gbk' | 'utf-8'
}
