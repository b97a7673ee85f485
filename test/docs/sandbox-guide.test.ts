// docs/sandbox.zh-CN.md, its commands run as they stand there: a lost answer, a patient who does not pay, the center's ledger.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runGuide, saidOf } from '../support/run-guide.ts'

it('the commands of the sandbox guide lose an answer, find the payment, revoke the unpaid order, and read the ledger', async (t) => {
  const lines = await runGuide(t, 'sandbox.zh-CN.md')
  const ledger = lines.at(-1)
  const said = lines.slice(0, -1).map(saidOf)
  assert.deepEqual(said, [
    '0   ',
    '0 authorize false uploaded',
    '0 place false uploaded',
    '   ',
    'OUTCOME_UNKNOWN wait false placing',
    '   ',
    '0 book true paid',
    '0   ',
    '0 authorize false uploaded',
    '0 place false uploaded',
    '0 payCash false cashPending',
    '0 upload false revoked',
  ])
  assert.equal(ledger, '"collectedFen":10000,"refundedFen":0}')
})
