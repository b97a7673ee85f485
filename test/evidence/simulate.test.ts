// A short simulation of the real use cases, and of careless agents around them: the whole way from the seed to the verdict.
import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { violationKinds, type ViolationKind } from '../../evidence/checker/violation.ts'
import { runSimulation } from '../../evidence/simulate/run-simulation.ts'
import type { Fault } from '../../evidence/torture/agent-order.ts'

const seed = 7

const careless: readonly (readonly [Fault, what: string, ViolationKind])[] = [
  ['resends-refunds', 'sends a refund again under a new number when no answer came', 'doubleRefunded'],
  ['charges-anew', 'uploads and places a bill anew when no answer came', 'doubleCharged'],
  ['never-asks', 'does not ask the center what became of a payment, and tells nobody', 'stuck'],
  ['forgets', 'has a new journal at every start', 'lostAnswers'],
]

describe('simulation', () => {
  it('a hundred histories break no promise, crashes and clock jumps among them', async () => {
    const run = await runSimulation({ seed, from: 1, to: 120, workers: 2 })
    for (const history of run.told)
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
      const { told } = await runSimulation({ seed: ofSeed, from, to, workers, trace: true })
      return new Map(told.map(({ number, digest }) => [number, digest]))
    }
    const all = await digestsOf(1, 20, 1)
    assert.equal(new Set(all.values()).size, 20, 'every number is another history')
    assert.deepEqual(await digestsOf(1, 20, 2), all)
    assert.deepEqual(await digestsOf(17, 17, 1), new Map([[17, all.get(17)]]))
    assert.notEqual((await digestsOf(17, 17, 1, seed + 1)).get(17), all.get(17))
  })

  for (const [fault, what, kind] of careless) {
    it(`an agent that ${what} is found as ${kind}`, async () => {
      const run = await runSimulation({ seed, from: 1, to: 10, workers: 2, fault })
      assert.ok(run[kind] > 0, JSON.stringify({ ...run, told: [] }))
      const [first] = run.told
      assert.ok(first !== undefined && first.lines.length > 10, 'the first of them is told in full')
    })
  }
})
