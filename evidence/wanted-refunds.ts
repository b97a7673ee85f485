// Owns which refunds the HIS of a run wants for an order that is to be refunded, and how amounts are written.

/** What of an order's plan decides. */
export type RefundPlan = { readonly ending: string; readonly split: 'mixed' | 'insurance' | 'zeroInsurance' }
/** `cashFen`: of a CASH refund. */
export type WantedRefund = { readonly refdType: 'ALL' | 'CASH' | 'HI'; readonly cashFen?: number }

/** Fen of an amount on the wire. */
export const fen = (yuan: unknown): number => Math.round(Number(yuan) * 100)
/** The wire's text of an amount in fen. */
export const yuan = (amountFen: number): string => (amountFen / 100).toFixed(2)

/** In order; empty for a plan that refunds nothing. `cashFen`: the cash of the settlement. */
export const refundsOf = ({ ending, split }: RefundPlan, cashFen: number): readonly WantedRefund[] => {
  const halfFen = Math.floor(cashFen / 2)
  switch (ending) {
    case 'refundAll':
      return [{ refdType: 'ALL' }]
    case 'refundCash':
      return halfFen === 0
        ? [{ refdType: 'ALL' }]
        : [
            { refdType: 'CASH', cashFen: halfFen },
            { refdType: 'CASH', cashFen: cashFen - halfFen },
          ]
    case 'refundInsurance':
      // 0 元医保 goes back as a whole (RULES 7.6).
      if (split === 'zeroInsurance') return [{ refdType: 'ALL' }]
      return cashFen === 0 ? [{ refdType: 'HI' }] : [{ refdType: 'HI' }, { refdType: 'CASH', cashFen }]
    default:
      return []
  }
}
