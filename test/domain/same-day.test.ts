// The same-day limit of refunds counts from the day on which the report has the settlement (RULES 7.5, 8.4).
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { isTooLate } from '../../src/core/domain/reports/same-day.ts'
import { mixedAmounts, placed } from '../support/order-entries.ts'

const hourMs = 3_600_000

it('reads traceTime as the report does: without its leading zero, and not where it cannot be', () => {
  // The entries are of 08:00 on 1970-01-01 in Shanghai.
  for (const traceTime of ['19700101080001', '1970010180001', '1970-01-01 8:00:01', '20260101120000', 'at noon', '']) {
    const order = placed.observe({ ordStas: '6', ...mixedAmounts, traceTime }).order()
    const until = { order: 20 * hourMs }
    assert.equal(isTooLate(order, 11 * hourMs, until), false, traceTime)
    assert.equal(isTooLate(order, 13 * hourMs, until), true, traceTime)
    assert.equal(isTooLate(order, 20 * hourMs, until), true, traceTime)
  }
})
