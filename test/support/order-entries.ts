// Journal entries for tests of the domain, written as a story: uploaded, placed, observed, refunded. Times are seconds.
import type {
  Decision,
  IntentFacts,
  OrderEntry,
  OrderVerb,
  OutcomeEntry,
  OutcomeFacts,
  OutcomeKind,
  RefundFacts,
} from '../../src/core/domain/order/entries.ts'
import { foldOrder } from '../../src/core/domain/fold/fold-order.ts'
import type { Order } from '../../src/core/domain/order/order.ts'
import { uploadFacts } from './agents/open-journal.ts'

export const payOrdId = 'ORD0001'

/** The amounts of a mixed settlement of 100.00. */
export const mixedAmounts = { feeSumamt: '100.00', fundPay: '60.00', psnAcctPay: '20.00', ownPayAmt: '20.00' }

export const refundFacts = (change: Partial<RefundFacts> = {}): RefundFacts => ({
  appRefdSn: 'RF0001',
  refdType: 'ALL',
  totlRefdFen: 10_000,
  fundRefdFen: 6_000,
  psnAcctRefdFen: 2_000,
  cashRefdFen: 2_000,
  ordStasBefore: '6',
  operator: 'OP02',
  ...change,
})

export const cashRefund = (cashRefdFen: number, appRefdSn = 'RF0001'): RefundFacts =>
  refundFacts({ appRefdSn, refdType: 'CASH', fundRefdFen: 0, psnAcctRefdFen: 0, cashRefdFen })

const defaultFacts: IntentFacts = {
  decode: { caller: 'his', operator: '' },
  upload: uploadFacts,
  placement: { orgBizSer: 'BIZ0001' },
  bankPlacement: { orgBizSer: 'BIZ0001' },
  cashierUrl: { depositFen: 0 },
  refund: refundFacts(),
  revocation: { ordStasBefore: '0' },
  query: {},
  rebill: { appRefdSn: 'RF0001', newMedOrgOrd: 'A2' },
  billLock: { billId: 'B1' },
  billBooking: { billId: 'B1' },
  billUnlock: { billId: 'B1' },
}

export type Story = {
  readonly entries: readonly OrderEntry[]
  /** The order after everything so far. */
  readonly order: () => Order
  /** An operation begins; its outcome, if any, follows at once. */
  readonly operate: <Verb extends OrderVerb>(
    verb: Verb,
    outcome?: OutcomeKind,
    facts?: OutcomeFacts,
    intent?: IntentFacts[Verb],
  ) => Story
  /** The newest operation gets another outcome. */
  readonly settle: (outcome: OutcomeKind, facts?: OutcomeFacts) => Story
  /** An operation begun before gets its answer only now. */
  readonly answer: (
    operation: Pick<OutcomeEntry, 'operationId' | 'key' | 'attempt' | 'verb'>,
    outcome: OutcomeKind,
    facts?: OutcomeFacts,
  ) => Story
  readonly observe: (output: Readonly<Record<string, unknown>>) => Story
  readonly authorize: (payAuthNo: string) => Story
  readonly attend: (reason: string) => Story
  readonly notice: (output?: Readonly<Record<string, unknown>>) => Story
  readonly book: (success: boolean, mayRefund?: boolean) => Story
  readonly resolve: (decision: Decision) => Story
}

const tellAfter = (entries: readonly OrderEntry[]): Story => {
  const seq = entries.length + 1
  const place = { seq, atMs: seq * 1_000 }
  const add = (...more: object[]): Story => tellAfter([...entries, ...(more as OrderEntry[])])
  const operations = entries.filter((entry) => entry.kind === 'intent').length
  return {
    entries,
    order: () => foldOrder('H00000000001', 'A1', entries),
    operate: (verb, outcome, facts = {}, intent) => {
      const given = intent ?? defaultFacts[verb]
      const key = verb === 'refund' ? `refund:${(given as RefundFacts).appRefdSn}` : verb
      const operation = { operationId: `op-${operations + 1}`, key, attempt: 1, verb }
      const begun = { ...place, ...operation, kind: 'intent', bodyMac: '', facts: given }
      if (outcome === undefined) return add(begun)
      return add(begun, { ...operation, seq: seq + 1, atMs: (seq + 1) * 1_000, kind: 'outcome', outcome, facts })
    },
    settle: (outcome, facts = {}) => {
      const last = entries.findLast((entry) => entry.kind === 'intent')
      if (last === undefined) throw new Error('nothing to settle')
      const { operationId, key, attempt, verb } = last
      return add({ ...place, operationId, key, attempt, verb, kind: 'outcome', outcome, facts })
    },
    answer: (operation, outcome, facts = {}) => add({ ...place, ...operation, kind: 'outcome', outcome, facts }),
    observe: (output) => add({ ...place, kind: 'observation', facts: { output: { payOrdId, ...output } } }),
    authorize: (payAuthNo) => add({ ...place, kind: 'authorization', facts: { payAuthNo } }),
    attend: (reason) => add({ ...place, kind: 'attention', facts: { reason } }),
    notice: (output = {}) =>
      add({ ...place, kind: 'notification', facts: { code: '6302', digest: `d${seq}`, signed: true, output } }),
    book: (success, mayRefund = false) =>
      add({ ...place, kind: 'booking', facts: { success, remark: '', caller: 'his', mayRefund } }),
    resolve: (decision) =>
      add({
        ...place,
        kind: 'resolution',
        facts: { decision, operator: '007', remark: '', caller: 'his', reasons: [] },
      }),
  }
}

export const nothing: Story = tellAfter([])

export const uploaded: Story = nothing.operate('upload', 'accepted', {
  output: { payOrdId, payToken: 'TOKEN', cashierUrl: 'http://127.0.0.1:9/cashier' },
})

/** Placed by 6202 with 20.00 of cash to collect. */
export const placed: Story = uploaded.operate('placement', 'accepted', {
  output: { payOrdId, ordStas: '2', ...mixedAmounts, othFeeAmt: '0.00' },
})

/** At a status that 6301 told, amounts with it. */
export const at = (ordStas: string): Story => placed.observe({ ordStas, ...mixedAmounts })

export const paid: Story = at('6')
