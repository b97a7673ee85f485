// A short torture of the real agent, and of careless ones: the whole way from the killed process to the verdict.
import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import type { Fault } from '../../evidence/torture/agent-order.ts'
import { buildPrograms, type Programs } from '../../evidence/torture/processes/build-programs.ts'
import { killSteps } from '../../evidence/torture/kill-steps.ts'
import { planOrder, type KioskPlan, type OrderPlan } from '../../evidence/torture/plan-order.ts'
import { runTorture } from '../../evidence/torture/run-torture.ts'
import type { ViolationKind } from '../../evidence/checker/violation.ts'

const seed = 7

/** Every order of a run goes the same way, with the same trouble. */
const always =
  (change: Partial<OrderPlan>) =>
  (planSeed: number, number: number): OrderPlan => ({
    ...planOrder(planSeed, number),
    split: 'mixed',
    way: 'placement',
    ending: 'keep',
    paysInHalves: false,
    bookingFails: false,
    asksAgain: false,
    scripts: [],
    cashStays: false,
    padsRepeats: false,
    portal: undefined,
    kiosk: undefined,
    ...change,
  })

const paysBill: KioskPlan = { bill: 0, givesUp: 'never', faults: [] }

const careless: readonly (readonly [Fault, what: string, ViolationKind, Partial<OrderPlan>])[] = [
  [
    'resends-refunds',
    'sends a refund again under a new number when no answer came',
    'doubleRefunded',
    { ending: 'refundCash', scripts: [{ interface: '6203', lostReply: true }] },
  ],
  [
    'charges-anew',
    'uploads and places a bill anew when no answer came',
    'doubleCharged',
    { scripts: [{ interface: '6202', lostReply: true }] },
  ],
  ['never-asks', 'does not ask the center what became of a payment, and tells nobody', 'stuck', {}],
  ['forgets', 'has a new journal at every start', 'lostAnswers', {}],
  ['frees-early', 'lets the bill of a kiosk go while it is being paid', 'doubleCharged', { kiosk: paysBill }],
  ['books-unpaid', 'books the bill of a kiosk before it is settled', 'lostAnswers', { kiosk: paysBill }],
  ['books-nothing', 'says that a bill is booked, and never told the HIS', 'stuck', { kiosk: paysBill }],
  ['keeps-locked', 'never lets a bill go', 'stuck', { kiosk: { ...paysBill, givesUp: 'forGood' } }],
]

describe('torture', () => {
  let programs: Programs | undefined
  before(async () => {
    programs = await buildPrograms()
  })
  after(() => programs?.close())
  const built = (): Programs => programs ?? assert.fail('nothing was built')

  it('finds nothing wrong with an agent that is killed at random instants', async () => {
    const { verdict, kills } = await runTorture({ seed, kills: 5, atSteps: false, programs: built() })
    assert.equal(kills, 5)
    assert.deepEqual(verdict.violations, [])
    assert.ok(verdict.orders >= 4)
  })

  it('ends an agent at the step it is told, and finds nothing wrong', async () => {
    // Every way to pay comes at once, so that no step is waited for in vain.
    const plan = (planSeed: number, number: number): OrderPlan =>
      always({ way: (['placement', 'bankPlacement', 'cashierUrl'] as const)[number % 3] ?? 'placement' })(
        planSeed,
        number,
      )
    const { verdict, steps } = await runTorture({ seed, kills: 3, atSteps: true, programs: built(), plan })
    assert.deepEqual(verdict.violations, [])
    assert.ok([...steps.keys()].every((step) => killSteps.includes(step)))
    assert.ok(steps.size >= 2, [...steps.keys()].join('; '))
  })

  for (const [fault, what, kind, change] of careless) {
    it(`finds an agent that ${what}: ${kind}`, async () => {
      const found: unknown[] = []
      // How far an order comes between two kills is the machine's speed: a slow one is given more patience, and other kills.
      for (const [run, patienceMs] of [2_500, 5_000, 15_000].entries()) {
        const options = { seed: seed + run, kills: 3, atSteps: false, programs: built(), plan: always(change) }
        const { verdict } = await runTorture({ ...options, patienceMs, fault })
        if (verdict[kind] > 0) return
        found.push(verdict.violations)
      }
      assert.fail(JSON.stringify(found))
    })
  }
})
