// The checker adds the reports of all days up against the center's ledger, and finds each planted fault in them.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { judgeDays } from '../../evidence/checker/day-rules.ts'
import type { LedgerLegs, LedgerOrder } from '../../evidence/checker/ledger.ts'
import { readDayReport } from '../../evidence/checker/read-answer.ts'
import type { DayReport, DayRow } from '../../evidence/checker/transcript.ts'
import { ledgerOrder, ledgerRefund, medOrgOrd, nothing, unpaid } from './checker-history.ts'

const payOrdId = `PAY${medOrgOrd}`
const cash = (cashFen: number): LedgerLegs => ({ ...nothing, cashFen })
const settled = { ...nothing, fundFen: 6_000, cashFen: 4_000 }
const row: DayRow = {
  kind: 'settlement',
  medOrgOrd,
  payOrdId,
  appRefdSn: '',
  at: '2026-11-20 09:30:00',
  timeFrom: 'center',
  legs: settled,
}
const back: DayRow = {
  ...row,
  kind: 'refund',
  appRefdSn: 'R1',
  at: '2026-11-21 10:00:00',
  timeFrom: 'agent',
  legs: cash(-1_000),
}

/** Paid on the 20th; 10.00 of the cash went back on the 21st. */
const order = ledgerOrder(medOrgOrd, {
  returned: cash(1_000),
  refunds: [ledgerRefund('R1', { refdType: 'CASH', returnedFen: 1_000 })],
})

const day = (date: string, rows: readonly DayRow[], more: Partial<DayReport> = {}): DayReport => {
  const sum = (name: keyof LedgerLegs): number => rows.reduce((fen, { legs }) => fen + legs[name], 0)
  const net = { fundFen: sum('fundFen'), accountFen: 0, cashFen: sum('cashFen'), otherFen: 0 }
  return { date, net, rows, unclear: [], ...more }
}

const judge = (days: readonly DayReport[], orders: readonly LedgerOrder[] = [order]): readonly string[] =>
  judgeDays({ events: [], records: [], attention: [], days }, { orders }).map(({ kind, sentence }) => {
    assert.equal(kind, 'lostAnswers')
    return sentence
  })

const [first, second] = [day('2026-11-20', [row]), day('2026-11-21', [back])]

const planted: Readonly<Record<string, readonly [days: readonly DayReport[], said: RegExp, orders?: LedgerOrder[]]>> = {
  'a settlement that stands in no day': [[day('2026-11-20', []), second], /in all, the center has/],
  'a refund that stands in no day': [[first, day('2026-11-21', [])], /in all, the center has/],
  'a settlement that stands in two days': [[first, { ...first, date: '2026-11-21' }], /stands twice/],
  'a row that is not of its day': [[day('2026-11-19', [row]), second], /stands in 2026-11-19/],
  'a settlement in a day on which the center did not do it': [
    [day('2026-11-21', [{ ...row, at: '2026-11-21 09:30:00' }, back])],
    /the center did it on 2026-11-20/,
  ],
  'other legs than those of the center, with the right total': [
    [day('2026-11-20', [{ ...row, legs: cash(10_000) }]), second],
    /it is told as fundFen 0/,
  ],
  'a refund of another amount': [
    [first, day('2026-11-21', [{ ...back, legs: cash(-2_000) }])],
    /told as -2000 fen, the center gave back 1000/,
  ],
  'a refund that the center did not do': [
    [first, day('2026-11-21', [{ ...back, appRefdSn: 'R2' }])],
    /R2 .*the center did not do it/,
  ],
  'a settlement where the insurance settled nothing, though it is told as unclear': [
    [day('2026-11-20', [row], { unclear: [medOrgOrd] })],
    /the center settled nothing/,
    [ledgerOrder(medOrgOrd, { ...unpaid, collected: nothing })],
  ],
  'an order that the center does not know': [[first], /knows no such order/, []],
  'a sum that is not that of the rows': [[{ ...first, net: cash(1) }, second], /the sum is/],
}

describe('day reports', () => {
  it('what is settled on one day and partly given back on the next adds up', () => {
    assert.deepEqual(judge([first, second]), [])
  })

  it('what moved and stands in no day is right when it is told as unclear', () => {
    assert.deepEqual(judge([first, day('2026-11-21', [], { unclear: [medOrgOrd] })]), [])
  })

  for (const [what, [days, said, orders]] of Object.entries(planted)) {
    it(`${what} is found`, () => {
      assert.match(judge(days, orders).join('\n'), said)
    })
  }

  it('an answer of the API is read leg by leg, cash without the deposit', () => {
    const amounts = {
      fundPay: '60.00',
      psnAcctPay: '0.00',
      ownPayAmt: '50.00',
      othFeeAmt: '0.00',
      patientCash: '40.00',
    }
    const { legs: _legs, ...facts } = row
    const rows = [{ ...facts, ...amounts }]
    assert.deepEqual(readDayReport({ date: '2026-11-20', net: amounts, rows, unclear: [{ medOrgOrd }] }), {
      ...first,
      unclear: [medOrgOrd],
    })
  })
})
