// A short simulation of the real use cases, and of careless agents around them: the whole way from the seed to the verdict.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { violationKinds, type ViolationKind } from '../../evidence/checker/violation.ts'
import { runSimulation } from '../../evidence/simulate/run-simulation.ts'
import type { Fault } from '../../evidence/torture/agent-order.ts'

const seed = 7

type Careless = readonly [
  fault: Fault,
  what: string,
  kind: ViolationKind,
  /** What the checker says of it. */
  said: RegExp,
  /** The first of the histories that it is tried with; the next ones follow. */
  from: number,
]

const careless: readonly Careless[] = [
  ['resends-refunds', 'sends a refund again under a new number when no answer came', 'doubleRefunded', /refund/, 1],
  ['charges-anew', 'uploads and places a bill anew when no answer came', 'doubleCharged', /collected/, 1],
  ['never-asks', 'does not ask the center what became of a payment, and tells nobody', 'stuck', /it ends as/, 1],
  ['forgets', 'has a new journal at every start', 'lostAnswers', /no longer knows|not on record/, 1],
  [
    'believes-late-answers',
    'lets a late answer of 6202 overwrite what 6301 said after the notice',
    'changedAnswers',
    /the order was paid and is now at 2/,
    76,
  ],
  [
    'sweeps-one-day',
    'was off for days and asks no more about what is older than one',
    'lostAnswers',
    /went back elsewhere, and nobody is told/,
    8,
  ],
  [
    'reports-what-it-saw',
    'leaves out of every day report what was paid while it was off',
    'lostAnswers',
    /day reports: \S+ is fundFen 0/,
    128,
  ],
  [
    'hides-portal',
    'takes what the portal gave back for a refund of its own',
    'lostAnswers',
    /went back elsewhere, and nobody is told/,
    1,
  ],
  [
    'settles-failed',
    'takes 9 and 10 after 16 for a settlement',
    'lostAnswers',
    /told to book what the insurance did not settle/,
    55,
  ],
  ['keeps-blanks', 'takes a number with a blank behind it for another one', 'doubleRefunded', /has two effects/, 100],
  ['frees-early', 'lets the bill of a kiosk go while it is being paid', 'doubleCharged', /was free for others/, 5],
  ['books-unpaid', 'books the bill of a kiosk before it is settled', 'lostAnswers', /the center never settled it/, 8],
  ['books-nothing', 'says that a bill is booked, and never told the HIS', 'stuck', /the HIS has not booked it/, 8],
  ['keeps-locked', 'never lets a bill go', 'stuck', /the HIS keeps the bill locked/, 21],
]

describe('simulation', () => {
  it('a hundred histories break no promise, crashes and clock jumps among them', async () => {
    const run = await runSimulation({ seed, from: 1, to: 120, workers: 2 })
    for (const history of run.broken)
      console.error(history.number, history.violations.join('\n'), history.lines.join('\n'))
    assert.deepEqual(
      violationKinds.map((kind) => [kind, run[kind]]),
      violationKinds.map((kind) => [kind, 0]),
    )
    assert.equal(run.histories, 120)
    assert.ok(run.orders >= 120 && run.crashes >= 40, `${run.orders} orders, ${run.crashes} crashes`)
  })

  it('the same seed plays the same histories, whichever thread plays them and whatever was played before', async () => {
    const digestsOf = async (from: number, to: number, workers: number, ofSeed = seed) => {
      const { broken: told } = await runSimulation({ seed: ofSeed, from, to, workers, trace: true })
      return new Map(told.map(({ number, digest }) => [number, digest]))
    }
    const all = await digestsOf(1, 20, 1)
    assert.equal(new Set(all.values()).size, 20, 'every number is another history')
    assert.deepEqual(await digestsOf(1, 20, 2), all)
    assert.deepEqual(await digestsOf(17, 17, 1), new Map([[17, all.get(17)]]))
    assert.notEqual((await digestsOf(17, 17, 1, seed + 1)).get(17), all.get(17))
  })

  for (const [fault, what, kind, said, from] of careless) {
    it(`an agent that ${what} is found as ${kind}`, async () => {
      const run = await runSimulation({ seed, from, to: from + 9, workers: 2, fault })
      const { broken: told } = run
      assert.ok(run[kind] > 0, JSON.stringify({ ...run, told: [] }))
      assert.match(told.flatMap(({ violations }) => violations).join('\n'), said)
      assert.ok((told[0]?.lines.length ?? 0) > 10, 'the first of them is told in full')
    })
  }
})
