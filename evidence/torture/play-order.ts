// Owns what a window of the HIS does with one order, step by step, as its plan says, and what it does when a step fails. What
// it may assume of the agent is docs/api.md and no more.
import { inventBill, inventedPatient } from '../../test/fixtures/invented-bill.ts'
import { ask, awaitOrder, payAsPlanned, post, queueOf, type Desk, type Job } from './ask-as-planned.ts'
import { text, type Fields, type OnLook } from './ask-until-final.ts'
import type { OrderPlan } from './plan-order.ts'
import { refundAsPlanned } from './refund-as-planned.ts'

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
    if (ordStas === '2' || ordStas === '3') await payAsPlanned(job, payOrdId)
  }
  const ended = await ask(job, post(job, way, `${way}#${generation}`, wayPaths[way], body), onLook)
  if (ended.kind !== 'accepted') return false
  // The payer opens the page that the HIS shows him.
  if (way === 'cashierUrl') await (await fetch(text(ended.data['cashierUrl']))).arrayBuffer()
  return true
}

const revoke = async (job: Job, generation: number): Promise<boolean> =>
  (await ask(job, post(job, 'revocation', `revocation#${generation}`, 'revocation', queueOf(job)))).kind === 'accepted'

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
  await payAsPlanned(job, payOrdId)
  const paid = await awaitOrder(job, (data) => data['paid'] === true && data['legs'] !== null)
  if (paid === undefined) return
  await book(job)
  if (!plan.bookingFails) await refundAsPlanned(job, paid['legs'] as Fields)
}
