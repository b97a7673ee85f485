// Owns what a window of the HIS does with one order, step by step, as its plan says, and what it does when a step fails. What
// it may assume of the agent is docs/api.md and no more.
import { setTimeout as pause } from 'node:timers/promises'
import { inventBill, inventedPatient } from '../../examples/demo/invented-bill.ts'
import { askUntilFinal, needsPerson, readOrder, text, type Ended, type Fields, type OnLook } from './ask-until-final.ts'
import type { CenterProcess } from './center-process.ts'
import type { OrderPlan } from './plan-order.ts'
import type { Question, RecordingHis } from './recording-his.ts'
import { fen, refundsOf, yuan, type WantedRefund } from '../wanted-refunds.ts'

export type Desk = { readonly his: RecordingHis; readonly center: CenterProcess }

type Job = Desk & { readonly plan: OrderPlan }

const pollMs = 70
const pollsPerRefresh = 5
const atMostRefunds = 4

const post = (
  { plan: { medOrgOrd } }: Job,
  verb: Question['verb'],
  key: string,
  path: string,
  body: object,
): Question => ({
  verb,
  medOrgOrd,
  key,
  method: 'POST',
  path: `/v1/orders${path === '' ? '' : `/${medOrgOrd}/${path}`}`,
  body,
})

/** Asks; and, if the plan says so, once more what has its answer already. */
const ask = async (job: Job, question: Question, onLook?: OnLook): Promise<Ended> => {
  const ended = await askUntilFinal(job.his, question, onLook)
  if (ended.kind === 'accepted' && job.plan.asksAgain) await job.his.ask(question)
  return ended
}

const upload = async (job: Job, generation: number): Promise<string | undefined> => {
  const { medOrgOrd, lines, lineFen } = job.plan
  // A bill that is uploaded anew was changed: that is why it was revoked.
  const bill = { ...inventBill({ medOrgOrd, lines, lineFen: lineFen + generation - 1 }), ...inventedPatient }
  const feedetlSns = Array.from({ length: lines }, (_, index) => `${medOrgOrd}-${index + 1}`)
  const question = {
    ...post(job, 'upload', `upload#${generation}`, '', bill),
    bill: { chrgBchno: `B${medOrgOrd}`, feedetlSns },
  }
  const ended = await ask(job, question)
  return ended.kind === 'accepted' ? text(ended.data['payOrdId']) : undefined
}

const wayPaths = { placement: 'placement', bankPlacement: 'bank-placement', cashierUrl: 'cashier-url' } as const

const place = async (job: Job, generation: number, payOrdId: string): Promise<boolean> => {
  const { way, medOrgOrd } = job.plan
  const body = { payAuthNo: `AUTH${medOrgOrd}`, ...(way === 'placement' ? { mdtrtId: 'MD0001' } : {}) }
  // Whatever became of the answer, the patient's phone asks him for the cash.
  const onLook: OnLook = async ({ ordStas }) => {
    if (ordStas === '2' || ordStas === '3') await pay(job, payOrdId)
  }
  const ended = await ask(job, post(job, way, `${way}#${generation}`, wayPaths[way], body), onLook)
  if (ended.kind !== 'accepted') return false
  // The payer opens the page that the HIS shows him.
  if (way === 'cashierUrl') await (await fetch(text(ended.data['cashierUrl']))).arrayBuffer()
  return true
}

/** What of an order may wait for the center says so. */
const queueOf = ({ plan }: Job): Fields => (plan.mayWait ? { queue: true } : {})

const revoke = async (job: Job, generation: number): Promise<boolean> =>
  (await ask(job, post(job, 'revocation', `revocation#${generation}`, 'revocation', queueOf(job)))).kind === 'accepted'

const pay = async ({ center, plan }: Job, payOrdId: string): Promise<void> => {
  if (plan.ending === 'insuranceFails') {
    await center.payer(payOrdId, { action: 'insuranceFails' })
    return
  }
  if (plan.paysInHalves) {
    await center.payer(payOrdId, { action: 'partial' })
    await pause(pollMs)
  }
  await center.payer(payOrdId, { action: 'pay' })
}

/** The record once it is as wanted; undefined when a person has to look, or time is up. */
const awaitOrder = async ({ his, plan }: Job, wanted: (data: Fields) => boolean): Promise<Fields | undefined> => {
  const deadlineMs = performance.now() + his.patienceMs
  for (let polls = 1; performance.now() < deadlineMs; polls += 1) {
    const answer = await readOrder(his, plan.medOrgOrd, polls % pollsPerRefresh === 0)
    if (answer?.code === '0') {
      if (wanted(answer.data)) return answer.data
      if (needsPerson(answer) || answer.data['state'] === 'failed') return undefined
    }
    await pause(pollMs)
  }
  return undefined
}

const refund = (job: Job, legs: Fields, { refdType, cashFen = 0 }: WantedRefund, number: number): Promise<Ended> => {
  const appRefdSn = `R${job.plan.medOrgOrd}-${number}`
  const insurance = { fundRefdAmt: legs['fundPay'], psnAcctRefdAmt: legs['psnAcctPay'] }
  const amounts = {
    ALL: { ...insurance, cashRefdAmt: legs['ownPayAmt'] },
    HI: { ...insurance, cashRefdAmt: '0.00' },
    CASH: { cashRefdAmt: yuan(cashFen) },
  }[refdType]
  const body = { appRefdSn, refdType, totlRefdAmt: legs['feeSumamt'], ...amounts, ...queueOf(job) }
  return ask(job, post(job, 'refund', appRefdSn, 'refunds', body))
}

/** What an accepted EXP leaves: the agent may return the cash by itself; if it tells the HIS to, the HIS does. */
const returnRest = async (job: Job, legs: Fields, number: number): Promise<void> => {
  await pause(pollMs)
  const left = await awaitOrder(job, ({ state }) => state !== 'refunding')
  if (left?.['next'] === 'refundCash') {
    await refund(job, legs, { refdType: 'CASH', cashFen: fen(left['refundableCash']) }, number)
  }
}

const refundAsPlanned = async (job: Job, legs: Fields): Promise<void> => {
  let number = 0
  for (const wanted of refundsOf(job.plan, fen(legs['ownPayAmt']))) {
    let ended = await refund(job, legs, wanted, ++number)
    // A refund that was declined needs a new number (RULES 2.3).
    while (ended.kind === 'declined' && number < atMostRefunds) ended = await refund(job, legs, wanted, ++number)
    if (ended.kind !== 'accepted') return
    if (ended.data['refStatus'] === 'EXP') await returnRest(job, legs, ++number)
  }
}

const book = async (job: Job): Promise<void> => {
  const body = job.plan.bookingFails ? { success: false, remark: '测试记账失败' } : { success: true }
  await ask(job, post(job, 'booking', 'booking', 'booking', body))
}

/** Plays an order to where its plan, its troubles and the kills lead; settle-orders.ts brings what is left to its end. */
export const playOrder = async (desk: Desk, plan: OrderPlan): Promise<void> => {
  const job = { ...desk, plan }
  for (const script of plan.scripts) await desk.center.script(plan.medOrgOrd, script)
  let generation = 1
  let payOrdId = await upload(job, generation)
  if (payOrdId === undefined || plan.ending === 'leaveUploaded') return
  if (plan.ending === 'revokeUploaded' || plan.ending === 'uploadAnew') {
    if (!(await revoke(job, generation)) || plan.ending === 'revokeUploaded') return
    generation += 1
    payOrdId = await upload(job, generation)
    if (payOrdId === undefined) return
  }
  if (!(await place(job, generation, payOrdId))) return
  if (plan.ending === 'revokePlaced') {
    // Whatever has been settled by now stays so: the agent refuses to revoke it.
    await revoke(job, generation)
    return
  }
  await pay(job, payOrdId)
  const paid = await awaitOrder(job, (data) => data['paid'] === true && data['legs'] !== null)
  if (paid === undefined) return
  await book(job)
  if (!plan.bookingFails) await refundAsPlanned(job, paid['legs'] as Fields)
}
