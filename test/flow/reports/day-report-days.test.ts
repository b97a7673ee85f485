// Every movement is in exactly one day: over random histories, with a PC that is off for days, clocks that jump, and times that a
// center writes oddly, the reports of all days add up to the ledger, leg by leg (RULES 8.4). A real journal, read by its own index.
import assert from 'node:assert/strict'
import { rmSync } from 'node:fs'
import fc from 'fast-check'
import { it } from 'node:test'
import { movementsOf, readableTime } from '../../../src/core/domain/reports/day-report.ts'
import type { RefundFacts } from '../../../src/core/domain/order/entries.ts'
import { foldOrder } from '../../../src/core/domain/fold/fold-order.ts'
import { wireStamp } from '../../../src/core/domain/time/shanghai-time.ts'
import { openJournal, type OpenJournal } from '../../../src/main/journal/open-journal.ts'
import { reportDay } from '../../../src/main/usecases/reading/report-day.ts'
import type { Dependencies } from '../../../src/main/usecases/base/dependencies.ts'
import type { BeginRequest, OrderKey } from '../../../src/main/usecases/base/ports.ts'
import { mixedAmounts, payOrdId, refundFacts } from '../../support/order-entries.ts'
import { orderKey, uploadFacts } from '../../support/agents/open-journal.ts'
import { freshFolder } from '../../support/agents/test-agent.ts'

const hourMs = 3_600_000
const dayMs = 24 * hourMs
const startMs = Date.parse('2026-03-02T08:00:00+08:00')

/** How the center writes a time: right, without a leading zero, with separators, far off, or not at all. */
const timeForms = ['plain', 'noZero', 'dashes', 'future', 'past', 'words', 'none'] as const
type TimeForm = (typeof timeForms)[number]

const writeTime = (form: TimeForm, atMs: number): string => {
  const stamp = wireStamp(atMs)
  switch (form) {
    case 'plain':
      return stamp
    case 'noZero':
      return stamp.slice(0, 8) + String(Number(stamp.slice(8)))
    case 'dashes':
      return readableTime(atMs)
    case 'future':
      return `2034${stamp.slice(4)}`
    case 'past':
      return `2019${stamp.slice(4)}`
    case 'words':
      return '昨天下午'
    case 'none':
      return ''
  }
}

type Refund = { readonly type: 'ALL' | 'CASH' | 'HI' | 'EXP'; readonly afterMs: number; readonly form: TimeForm }
type History = {
  readonly beginsMs: number
  /** From the upload to the payment, and from there until the agent knows. */
  readonly paidAfterMs: number
  readonly knownAfterMs: number
  readonly form: TimeForm
  /** The PC's clock while it uploads is off by so much. */
  readonly clockOffMs: number
  readonly isPaid: boolean
  readonly refunds: readonly Refund[]
}

const wait = (atMostDays: number): fc.Arbitrary<number> =>
  fc.oneof(fc.integer({ min: 0, max: 2 * hourMs }), fc.integer({ min: 0, max: atMostDays * dayMs }))
const form = fc.constantFrom(...timeForms)
const histories: fc.Arbitrary<readonly History[]> = fc.array(
  fc.record({
    beginsMs: fc.integer({ min: 0, max: 10 * dayMs }),
    paidAfterMs: wait(3),
    knownAfterMs: wait(45),
    form,
    clockOffMs: fc.constantFrom(0, 0, 0, -3 * dayMs, 5 * dayMs, -2 * hourMs, 2 * hourMs),
    isPaid: fc.constantFrom(true, true, true, false),
    refunds: fc
      .constantFrom<readonly Refund['type'][]>([], [], ['ALL'], ['EXP'], ['CASH'], ['CASH', 'HI'], ['HI', 'CASH'])
      .chain((types) =>
        fc.tuple(...types.map((type) => fc.record({ type: fc.constant(type), afterMs: wait(20), form }))),
      ),
  }),
  { minLength: 1, maxLength: 5 },
)

/** Fund, account, cash, as the history says they moved; nothing of the product's own. */
const ledgerOf = ({ isPaid, refunds }: History): number[] => {
  if (!isPaid) return [0, 0, 0]
  const left = [6_000, 2_000, 2_000]
  for (const { type } of refunds) {
    if (type !== 'CASH') left[0] = left[1] = 0
    if (type === 'ALL' || type === 'CASH') left[2] = 0
  }
  return left
}

const factsOf = (type: Refund['type'], medOrgOrd: string, before: string): RefundFacts => {
  const change = { appRefdSn: `RF-${medOrgOrd}-${type}`, ordStasBefore: before }
  if (type === 'CASH') return refundFacts({ ...change, refdType: 'CASH', fundRefdFen: 0, psnAcctRefdFen: 0 })
  if (type === 'HI') return refundFacts({ ...change, refdType: 'HI', cashRefdFen: 0 })
  return refundFacts({ ...change, refdType: 'ALL' })
}

type Step = { readonly atMs: number; readonly write: (journal: OpenJournal) => void }

let lastOperation = 0
const operate = (key: OrderKey, request: Pick<BeginRequest, 'verb' | 'facts'> & { readonly key: string }) => {
  const operationId = `op-${++lastOperation}`
  let intent: ReturnType<OpenJournal['begin']> | undefined
  return {
    begin: (journal: OpenJournal) => {
      intent = journal.begin({ operationId, order: key, attempt: 1, bodyMac: 'mac', lookups: [], ...request })
    },
    accept: (output: object) => (journal: OpenJournal) => {
      if (intent === undefined) throw new Error('not begun')
      journal.finish(intent, key, { outcome: 'accepted', facts: { output: { ...output } }, lookups: [] })
    },
  }
}

/** The entries that a history leaves, each with the time that the PC's clock shows. */
const stepsOf = (history: History, medOrgOrd: string): Step[] => {
  const { beginsMs, paidAfterMs, knownAfterMs, clockOffMs } = history
  const key = orderKey(medOrgOrd)
  const uploadMs = startMs + beginsMs
  const paidMs = uploadMs + paidAfterMs
  let atMs = paidMs + knownAfterMs
  const upload = operate(key, { key: 'upload', verb: 'upload', facts: uploadFacts })
  const placement = operate(key, { key: 'placement', verb: 'placement', facts: { orgBizSer: medOrgOrd } })
  const offMs = uploadMs + clockOffMs
  const steps: Step[] = [
    { atMs: offMs, write: upload.begin },
    { atMs: offMs + 1, write: upload.accept({ payOrdId, payToken: 'T' }) },
    { atMs: offMs + 2, write: placement.begin },
    { atMs: offMs + 3, write: placement.accept({ payOrdId, ordStas: '2', ...mixedAmounts, othFeeAmt: '0.00' }) },
  ]
  if (!history.isPaid) return steps
  const traceTime = writeTime(history.form, paidMs)
  const output = { payOrdId, ordStas: '6', ...mixedAmounts, traceTime }
  steps.push({
    atMs,
    write: (journal) => {
      journal.note(key, { kind: 'observation', facts: { output } })
    },
  })
  let before = '6'
  for (const { type, afterMs, form: written } of history.refunds) {
    atMs += afterMs
    const refund = operate(key, { key: `refund:${type}`, verb: 'refund', facts: factsOf(type, medOrgOrd, before) })
    const stamp = writeTime(written, atMs)
    const time = type === 'CASH' ? {} : { hiTrnsDate: stamp.slice(0, 8), hiTrnsTime: stamp.slice(8) }
    steps.push({ atMs, write: refund.begin })
    steps.push({ atMs: atMs + 1, write: refund.accept({ refStatus: type === 'EXP' ? 'EXP' : 'SUCC', ...time }) })
    before = type === 'CASH' ? '9' : '8'
  }
  return steps
}

it('the reports of all days add up to what really moved, leg by leg, and each movement stands in one of them', async () => {
  await fc.assert(
    fc.asyncProperty(histories, async (given) => {
      const folder = freshFolder()
      let nowMs = startMs
      const clock = { wallMs: () => nowMs, monotonicMs: () => performance.now() }
      const journal = openJournal(folder, 'sandbox', clock)
      try {
        // What came later is written later, whatever the clock showed.
        const all = given.map((history, at) => stepsOf(history, `A${at}`))
        for (const steps of all) {
          for (const { atMs, write } of steps) {
            nowMs = atMs
            write(journal)
          }
        }
        await journal.durable()
        const timers = { after: (_delayMs: number, run: () => void) => (setImmediate(run), () => undefined) }
        const dependencies = { journal, clock, timers } as unknown as Dependencies
        const sums = [0, 0, 0]
        let rows = 0
        for (let dayAtMs = startMs - 8 * dayMs; dayAtMs < startMs + 140 * dayMs; dayAtMs += dayMs) {
          const { net, rows: ofDay } = await reportDay(dependencies, 'H00000000001', readableTime(dayAtMs).slice(0, 10))
          ;[net.fundPayFen, net.psnAcctPayFen, net.ownPayAmtFen].forEach((fen, leg) => {
            sums[leg] = (sums[leg] ?? 0) + fen
          })
          rows += ofDay.length
        }
        const ledger = given.map(ledgerOf).reduce((sum, own) => sum.map((fen, leg) => fen + (own[leg] ?? 0)), [0, 0, 0])
        assert.deepEqual(sums, ledger)
        const moved = given.map((_history, at) =>
          movementsOf(foldOrder('H00000000001', `A${at}`, journal.readEntries(orderKey(`A${at}`)))),
        )
        assert.equal(rows, moved.flat().length)
      } finally {
        journal.close()
        rmSync(folder, { recursive: true, force: true })
      }
    }),
    { numRuns: 15 },
  )
})
