// Owns the HIS whose bills a kiosk pays in a run: the sandbox's stub beside the HIS's windows, which lives through every kill. It
// sees what no answer shows: a bill that is free for others while its money may still move.
import type { Bills } from '../checker/bill-rules.ts'
import type { LedgerOrder } from '../checker/ledger.ts'
import type { HisFault } from '../../src/sandbox/his/his-faults.ts'
import { startSandboxHis } from '../../src/sandbox/his/his-server.ts'
import { billsToken } from './agent-order.ts'
import type { CenterProcess } from './processes/center-process.ts'

export type TorturedBills = {
  readonly url: string
  /** Makes the next calls of the agent go wrong (docs/sandbox.md). */
  readonly addFault: (fault: HisFault) => Promise<void>
  /** The HIS's books, as the checker reads them. */
  readonly books: () => Bills
  readonly close: () => Promise<void>
}

/** Given back, revoked, failed with the cash returned. */
const chargesNobody: ReadonlySet<string> = new Set(['7', '12', '15'])

/** Then nobody else may be paid for the bill. */
const mayBeCharged = ({ way, ordStas, insurance }: LedgerOrder): boolean =>
  way !== undefined && !chargesNobody.has(ordStas) && !(ordStas === '9' && insurance === 'none')

export const openTorturedBills = async ({ script, ledger }: CenterProcess): Promise<TorturedBills> => {
  const freedTooEarly: string[] = []
  const his = await startSandboxHis({
    token: billsToken,
    onInvented: async ({ medOrgOrd, split }) => {
      if (split !== undefined) await script(medOrgOrd, { split })
    },
    onUnlocked: async (medOrgOrd) => {
      const { orders } = await ledger()
      if (orders.some((order) => order.medOrgOrd === medOrgOrd && mayBeCharged(order))) freedTooEarly.push(medOrgOrd)
    },
  })
  return {
    url: his.url,
    addFault: async (fault) => {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(`${his.url}/_his/faults`, { method: 'POST', headers, body: JSON.stringify(fault) })
      if (!reply.ok) throw new Error(`the HIS took no fault: ${await reply.text()}`)
    },
    books: () => ({ bills: his.bills(), freedTooEarly }),
    close: his.close,
  }
}
