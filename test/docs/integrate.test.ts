// docs/integrate.zh-CN.md, its commands run as they stand there one after the other: from the scan to the first refund.
import assert from 'node:assert/strict'
import { it } from 'node:test'
import { runGuide, saidOf } from '../support/run-guide.ts'

it('the commands of the guide scan, upload, authorise, place, pay, ask, book and refund, each saying what the guide says', async (t) => {
  const lines = await runGuide(t, 'integrate.zh-CN.md')
  assert.deepEqual(lines.map(saidOf), [
    '0   ',
    '0 authorize false uploaded',
    '   ',
    '0 place false uploaded',
    '0 payCash false cashPending',
    '   ',
    '0 book true paid',
    '0 none true paid',
    '0  true paid',
    '0 none false refunded',
  ])
})
