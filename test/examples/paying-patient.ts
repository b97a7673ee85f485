// The patient of the example clients: pays the cash of an order as soon as the center waits for it.
import { setTimeout as pause } from 'node:timers/promises'
import type { TestCenter } from '../support/agents/test-center.ts'

/** Pays for this number until `end` is called. */
export const startPayingPatient = (center: TestCenter, medOrgOrd: string): { readonly end: () => Promise<void> } => {
  const stop = new AbortController()
  const live = async (): Promise<void> => {
    while (!stop.signal.aborted) {
      const waiting = center.ledger().orders.some((order) => order.medOrgOrd === medOrgOrd && order.ordStas === '2')
      if (waiting) await center.payer(medOrgOrd)
      await pause(20, undefined, { signal: stop.signal }).catch(() => undefined)
    }
  }
  const lived = live()
  return {
    end: () => {
      stop.abort()
      return lived
    },
  }
}
