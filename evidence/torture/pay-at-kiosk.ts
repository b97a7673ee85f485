// Owns what a patient does at the kiosk, as the kiosk's page would: shows his code, chooses a bill, pays it or gives it up. The page
// tells nobody of the booking: the agent does.
import { setTimeout as pause } from 'node:timers/promises'
import { askUntilFinal, readView, text, type Fields } from './ask-until-final.ts'
import type { KioskPlan, OrderPlan } from './plan-order.ts'
import { payAsPlanned, type Desk } from './ask-as-planned.ts'
import type { Question } from './processes/recording-his.ts'

const atMostVisits = 6
const pollMs = 70

type Visit = Desk & { readonly plan: OrderPlan; readonly kiosk: KioskPlan }
type Chosen = { readonly decodeOperationId: string; readonly billId: string; readonly medOrgOrd: string }

/** From his code to his bill; undefined when an answer is missing: the agent died, and he begins anew. */
const choose = async ({ his, plan, kiosk }: Visit): Promise<Chosen | undefined> => {
  // Each code is another patient.
  const decoded = await his.askAtKiosk('/v1/vouchers/decode', { code: `CODE${plan.medOrgOrd.replace('-', 'N')}` })
  if (decoded?.code !== '0') return undefined
  const decodeOperationId = text(decoded.data['operationId'])
  const listed = await his.askAtKiosk('/v1/kiosk/bills', { decodeOperationId })
  const bill = (listed?.data['bills'] as readonly Fields[] | undefined)?.[kiosk.bill]
  return bill && { decodeOperationId, billId: text(bill['billId']), medOrgOrd: text(bill['medOrgOrd']) }
}

/** Lines of the stub's bills, in its order. */
const linesOf = [4, 40, 1] as const

const startQuestion = (
  { decodeOperationId, billId, medOrgOrd }: Chosen,
  { bill }: KioskPlan,
  visit: number,
): Question => {
  const number = medOrgOrd.slice('KS'.length)
  return {
    verb: 'kioskStart',
    medOrgOrd,
    key: `kioskStart#${visit}`,
    method: 'POST',
    path: '/v1/kiosk/orders',
    body: { decodeOperationId, billId },
    bill: {
      chrgBchno: `B${number}`,
      feedetlSns: Array.from({ length: linesOf[bill] }, (_, index) => `${number}-${index + 1}`),
    },
    by: 'kiosk',
  }
}

type Begun = { readonly medOrgOrd: string; readonly payOrdId: string }

/** Up to the order at the center; undefined when there is none to be had. What was decoded before a kill is decoded again. */
const begin = async (visit: Visit, from: number): Promise<Begun | undefined> => {
  const { his, plan, center } = visit
  for (let number = from; number < from + atMostVisits; number += 1) {
    const chosen = await choose(visit)
    if (chosen !== undefined) {
      const { medOrgOrd } = chosen
      if (number === 1) for (const script of plan.scripts) await center.script(medOrgOrd, script)
      const started = await askUntilFinal(his, startQuestion(chosen, visit.kiosk, number))
      if (started.kind === 'accepted') return { medOrgOrd, payOrdId: text(started.data['payOrdId']) }
      if (started.kind !== 'refused') return undefined
    }
    await pause(pollMs)
  }
  return undefined
}

export const abandonQuestion = (medOrgOrd: string, key: string): Question => ({
  verb: 'revocation',
  medOrgOrd,
  key,
  method: 'POST',
  path: `/v1/kiosk/orders/${medOrgOrd}/abandon`,
  body: {},
  by: 'kiosk',
})

const paths = { placement: 'placement', bankPlacement: 'bank-placement', cashierUrl: 'cashier-url' } as const

const pay = async (visit: Visit, { medOrgOrd, payOrdId }: Begun): Promise<void> => {
  const { his, plan } = visit
  const { way } = plan
  const payNow = (): Promise<void> => payAsPlanned(visit, payOrdId)
  const question: Question = {
    verb: way,
    medOrgOrd,
    key: `${way}#1`,
    method: 'POST',
    path: `/v1/orders/${medOrgOrd}/${paths[way]}`,
    body: { payAuthNo: `AUTH${medOrgOrd}` },
    by: 'kiosk',
  }
  const placed = await askUntilFinal(his, question, async ({ ordStas }) => {
    if (ordStas === '2' || ordStas === '3') await payNow()
  })
  if (placed.kind !== 'accepted') return
  if (way === 'cashierUrl') await (await fetch(text(placed.data['cashierUrl']))).arrayBuffer()
  await payNow()
}

const isWaiting: ReadonlySet<unknown> = new Set(['placing', 'pending', 'cashPending', 'halfDone'])

/** Looks until the payment ended; false when his patience ended before. */
const awaitEnd = async ({ his }: Visit, medOrgOrd: string): Promise<boolean> => {
  const deadlineMs = performance.now() + his.patienceMs
  while (performance.now() < deadlineMs) {
    const view = await readView(his, medOrgOrd)
    if (view?.code === '0' && !isWaiting.has(view.data['state'])) return true
    await pause(pollMs)
  }
  return false
}

/** Plays what the patient does; settle-orders.ts brings what is left to its end. */
export const payAtKiosk = async (desk: Desk, plan: OrderPlan, kiosk: KioskPlan): Promise<void> => {
  const visit = { ...desk, plan, kiosk }
  for (const fault of kiosk.faults) await desk.bills.addFault(fault)
  let begun = await begin(visit, 1)
  if (begun === undefined) return
  if (kiosk.givesUp !== 'never') {
    await askUntilFinal(desk.his, abandonQuestion(begun.medOrgOrd, 'abandon#1'))
    if (kiosk.givesUp === 'forGood') return
    // He comes back.
    begun = await begin(visit, 1 + atMostVisits)
    if (begun === undefined) return
  }
  await pay(visit, begun)
  if (await awaitEnd(visit, begun.medOrgOrd)) return
  await desk.his.ask(abandonQuestion(begun.medOrgOrd, 'abandon#2'))
}
