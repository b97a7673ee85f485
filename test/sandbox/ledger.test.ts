// The ledger: what it counts, that reset empties it, and that no sequence of calls makes or loses money.
import assert from 'node:assert/strict'
import { after, before, it } from 'node:test'
import fc from 'fast-check'
import type { OrderPicture } from '../../src/sandbox/ledger/ledger.ts'
import type { SandboxCenter } from '../../src/sandbox/sandbox-center.ts'
import {
  type Client,
  type Fields,
  makeBankPlacing,
  makePlacing,
  makeQuery,
  makeRefund,
  settle,
  startPair,
  upload,
  type Uploaded,
} from './agent-client.ts'

let center: SandboxCenter
let client: Client
before(async () => {
  ;({ center, client } = await startPair())
})
after(() => center.close())

it('counts the requests of each interface and those acted on', async () => {
  await client.control('reset', {})
  const order = await upload(client)
  await client.call('6301', makeQuery(order))
  await client.call('6301', makeQuery(order, { idNo: 'X' }))
  const { requests, acted } = await client.ledger()
  assert.deepEqual([requests['6201'], requests['6301'], acted['6301'], requests['6202']], [1, 2, 1, 0])
})

it('tells legs in fen and yuan, and the history in order', async () => {
  const order = await settle(client)
  const found = await client.find(order.payOrdId)
  assert.deepEqual(found.legsYuan, {
    feeSumamt: '100.00',
    fundPay: '60.00',
    psnAcctPay: '20.00',
    ownPayAmt: '20.00',
    othFeeAmt: '0.00',
    deposit: '0.00',
  })
  assert.deepEqual(
    found.history.map(({ what, ordStas }) => [what, ordStas]),
    [
      ['uploaded', '0'],
      ['placed by 6202', '2'],
      ['settled', '6'],
    ],
  )
})

it('reset empties orders, scripts, numbers issued and counters', async () => {
  const payAuthNo = await client.authorize()
  const order = await upload(client)
  await client.script({ medOrgOrd: order.medOrgOrd, lostRequest: true })
  await client.control('reset', {})
  const ledger = await client.ledger()
  assert.deepEqual([ledger.orders.length, ledger.collectedFen, ledger.requests['6201']], [0, 0, 0])
  const { envelope } = await client.call('6202', makePlacing(await upload(client), { payAuthNo }))
  assert.match(String(envelope['message']), /不存在/)
})

it('health answers, an unknown address gets 404 and a body that is no JSON 400', async () => {
  const health = (await (await fetch(`${client.url}/_sandbox/health`)).json()) as Fields
  assert.deepEqual([health['status'], health['url']], ['ok', client.url])
  assert.equal((await fetch(`${client.url}/_sandbox/none`)).status, 404)
  assert.equal((await fetch(`${client.url}/_sandbox/scripts`, { method: 'POST', body: '{' })).status, 400)
})

const yuan = (fen: number): string => (fen / 100).toFixed(2)

type Step = (order: Uploaded, now: OrderPicture) => Promise<unknown>

const force = async (order: Uploaded, ordStas: string): Promise<unknown> => {
  await client.script({ medOrgOrd: order.medOrgOrd, interface: '6301', ordStas })
  return client.call('6301', makeQuery(order))
}

const steps: Readonly<Record<string, Step>> = {
  place: (order) => client.call('6202', makePlacing(order)),
  placeWithDeposit: (order) => client.call('6202', makePlacing(order, { deposit: '7.77' })),
  query: (order) => client.call('6301', makeQuery(order)),
  revoke: (order) => client.call('6401', makeQuery(order)),
  pay: (order) => client.payer(order.payOrdId, { action: 'pay' }),
  partial: (order) => client.payer(order.payOrdId, { action: 'partial' }),
  insuranceFails: (order) => client.payer(order.payOrdId, { action: 'insuranceFails' }),
  reversalFails: (order) => client.payer(order.payOrdId, { action: 'insuranceFails', cashReversal: 'fails' }),
  exp: (order) => client.script({ medOrgOrd: order.medOrgOrd, refund: 'EXP' }),
  bank: (order) => client.call('6205', makeBankPlacing(order)),
  forceOpen: (order) => force(order, '2'),
  forceHalf: (order) => force(order, '3'),
  forcePartly: (order) => force(order, '10'),
  forceHeld: (order) => force(order, '16'),
  refundAll: (order, { totalFen, legs }) =>
    client.call(
      '6203',
      makeRefund(order, {
        totlRefdAmt: yuan(totalFen),
        fundRefdAmt: yuan(legs?.fundFen ?? 0),
        psnAcctRefdAmt: yuan(legs?.accountFen ?? 0),
        cashRefdAmt: yuan(legs?.cashFen ?? 0),
      }),
    ),
  refundInsurance: (order, { totalFen, legs }) =>
    client.call(
      '6203',
      makeRefund(order, {
        refdType: 'HI',
        totlRefdAmt: yuan(totalFen),
        fundRefdAmt: yuan(legs?.fundFen ?? 0),
        psnAcctRefdAmt: yuan(legs?.accountFen ?? 0),
        cashRefdAmt: '0.00',
      }),
    ),
  refundSomeCash: (order, { totalFen }) =>
    client.call(
      '6203',
      makeRefund(order, {
        refdType: 'CASH',
        totlRefdAmt: yuan(totalFen),
        fundRefdAmt: '0.00',
        psnAcctRefdAmt: '0.00',
        cashRefdAmt: yuan(Math.ceil(totalFen / 7)),
      }),
    ),
}

const finalStates: Readonly<Record<string, (order: OrderPicture) => boolean>> = {
  '0': ({ collectedFen }) => collectedFen === 0,
  '6': ({ collectedFen, refundedFen, legs, totalFen }) =>
    collectedFen === totalFen - (legs?.depositFen ?? 0) && refundedFen === 0,
  '7': ({ collectedFen, refundedFen }) => refundedFen === collectedFen,
  '12': ({ collectedFen }) => collectedFen === 0,
  '15': ({ collectedFen, refundedFen }) => refundedFen === collectedFen,
}

const assertConserved = (order: OrderPicture): void => {
  const { legs, collected, returned, totalFen } = order
  if (legs) assert.equal(legs.fundFen + legs.accountFen + legs.cashFen + legs.otherFen, totalFen)
  for (const leg of ['fundFen', 'accountFen', 'cashFen', 'otherFen'] as const) {
    assert.ok(returned[leg] >= 0 && returned[leg] <= collected[leg], `${leg} returned within what was collected`)
    assert.ok(collected[leg] <= (legs?.[leg] ?? 0), `${leg} collected within the leg`)
  }
  assert.ok(order.collectedFen - order.refundedFen >= 0)
  assert.ok(finalStates[order.ordStas]?.(order) ?? true, `money fits state ${order.ordStas}`)
  const refunded = order.refunds.reduce((sum, { returnedFen }) => sum + returnedFen, 0)
  assert.ok(refunded <= order.refundedFen)
}

it('whatever is called in whatever order, legs add up and nothing is returned that was not collected', async () => {
  const split = fc.constantFrom('insurance', 'mixed', 'zeroInsurance')
  const plan = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 2, maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 2_000_000 }), split, plan, async (totalFen, money, names) => {
      const order = await upload(client, { totalFen }, { split: money })
      for (const name of ['place', ...names]) {
        await steps[name]?.(order, await client.find(order.payOrdId))
        assertConserved(await client.find(order.payOrdId))
      }
      await client.control('reset', {})
    }),
    { numRuns: 40 },
  )
})
