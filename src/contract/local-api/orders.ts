// Owns what the local API says of an order, as its pages read it. Amounts are decimal strings in yuan, times ISO 8601.

export type LegAmounts = {
  readonly feeSumamt: string
  readonly fundPay: string
  readonly psnAcctPay: string
  readonly ownPayAmt: string
  readonly othFeeAmt: string
  readonly deposit: string
}

/** In every answer about an order. */
export type OrderStatus = {
  readonly medOrgOrd: string
  readonly payOrdId: string
  /** core/domain/order/order-state.ts names them. */
  readonly state: string
  /** The center's own status, '' before any. */
  readonly ordStas: string
  /** True only at ordStas 6. */
  readonly paid: boolean
  /** What the HIS should do next; `query`, in the answer of an operation: the order has moved on since, 6301 says where to. */
  readonly next: string
  /** null as long as the center has not said. */
  readonly legs: LegAmounts | null
}

export type RefundLine = {
  readonly appRefdSn: string
  readonly refdType: string
  readonly cashRefdAmt: string
  readonly fundRefdAmt: string
  readonly psnAcctRefdAmt: string
}

export type OperationLine = {
  readonly operationId: string
  readonly verb: string
  readonly attempt: number
  /** '' while it runs. */
  readonly outcome: string
  readonly at: string
  readonly duplicateOverride?: string
}

/** GET /v1/orders/{medOrgOrd}; the center's settlement fields stand beside these. */
export type OrderRecord = OrderStatus & {
  /** What is still to be paid in cash now; '' where only a person can tell (RULES 4.9). */
  readonly cashDue?: string
  /** What the patient pays himself: cash without the deposit, whether due or paid; '' where only a person can tell. */
  readonly patientCash?: string
  /** The deposit that was given with 6202 or the cashier URL; '' where the journal does not know. */
  readonly depositOffered: string
  /** What of it was not used: the hospital returns it itself, the center does not. */
  readonly depositExcess?: string
  readonly refundableCash?: string
  /** cashRefdAmt of an ALL; '' where it cannot be told (RULES 4.9). */
  readonly refundAllCash?: string
  readonly legsMismatch?: string
  /** How totlRefdAmt of a CASH or HI refund is counted: the original total, or the sum of the parts (RULES 7.2). */
  readonly refundTotal: 'original' | 'parts'
  readonly way: string
  readonly attention: readonly string[]
  readonly booking: { readonly success: boolean; readonly remark: string } | null
  readonly replaces: string
  readonly replacedBy: string
  readonly reversalTokenExpiresAt: string
  readonly refunds: readonly RefundLine[]
  readonly operations: readonly OperationLine[]
}

export type AttentionReasonText = {
  readonly reason: string
  readonly zh: string
  readonly en: string
  readonly suggestion: string
}

/** A row of GET /v1/attention. */
export type AttentionRow = OrderStatus & {
  readonly id: string
  readonly paidAt: string
  readonly reasons: readonly AttentionReasonText[]
  readonly since: string
  readonly ageS: number
  /** When the authorisation of a reversal runs out; '' where there is none. */
  readonly expiresAt: string
  /** What may be said of it: done, notDone, handled. */
  readonly decisions: readonly string[]
}
