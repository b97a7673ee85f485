// Owns what the checker reads of the center's ledger: the part of GET /_sandbox/ledger that tells of money (docs/sandbox.md).

export type LedgerRefund = {
  readonly appRefdSn: string
  readonly refdType: string
  /** SUCC, FAIL or EXP: the insurance part, if any was asked for, is returned, the cash is not. */
  readonly refStatus: string
  readonly returnedFen: number
  /** `yyyy-MM-dd HH:mm:ss`, Shanghai. */
  readonly at: string
}

export type LedgerLegs = {
  readonly fundFen: number
  readonly accountFen: number
  /** Without what a deposit covers. */
  readonly cashFen: number
  readonly otherFen: number
}

export type LedgerOrder = {
  readonly payOrdId: string
  readonly medOrgOrd: string
  readonly chrgBchno: string
  readonly ordStas: string
  /** How it was placed: order, bankCard or cashier; undefined while it is not. */
  readonly way?: string | undefined
  readonly totalFen: number
  /** A 0 元医保 order has an insurance record although that moves nothing. */
  readonly insurance: 'none' | 'settled' | 'returned'
  /** Undefined while the insurance did not settle. */
  readonly settlement?: { readonly traceTime: string } | undefined
  /** What was really taken and given back, leg by leg; the sums follow. */
  readonly collected: LedgerLegs
  readonly returned: LedgerLegs
  readonly collectedFen: number
  readonly refundedFen: number
  readonly cashCollectedFen: number
  readonly cashReturnedFen: number
  readonly refunds: readonly LedgerRefund[]
}

export type Ledger = { readonly orders: readonly LedgerOrder[] }

/** True while the center holds money of the order, or an insurance record of it. */
export const isHeld = (order: LedgerOrder): boolean =>
  order.collectedFen > order.refundedFen || order.insurance === 'settled'

/** True when the refund did something. */
export const hasEffect = ({ refdType, refStatus }: LedgerRefund): boolean =>
  refStatus !== 'FAIL' && !(refdType === 'CASH' && refStatus === 'EXP')

/** True when everything was asked for, and the cash did not go back. */
export const isHalf = ({ refdType, refStatus }: LedgerRefund): boolean => refdType === 'ALL' && refStatus === 'EXP'
