// Owns what a window of the HIS does with one order, step by step, as its plan says. What it may assume of the agent is
// docs/api.md and no more.
import { inventBill, inventedPatient } from '../../test/fixtures/invented-bill.ts'
import { askAsPlanned, questionOf, queueOf, type Desk, type Job } from './ask-as-planned.ts'
import { needsPerson, pauseMs, readOrder, type Ended } from './ask-until-final.ts'
import type { OrderPlan, Way } from './plan-history.ts'
import { refundAsPlanned } from './refund-as-planned.ts'
import { text, type Fields } from './world/virtual-his.ts'

/** No upload is taken back before every copy of it has arrived (see message-fates.ts). */
const thinksMs = 40_000
const opensPageMs = 10_000
const paysWithinMs = 45 * 60_000
const looksPerRefresh = 4
const clickMs = 30
const looksEveryMs = 2_000

const upload = async (job: Job, generation: number): Promise<Ended> => {
  const { medOrgOrd, bill, lines, lineFen } = job.plan
  // A bill that is uploaded anew was changed: that is why it was revoked.
  const invented = inventBill({ medOrgOrd: bill, lines, lineFen: lineFen + generation - 1 })
  const body = { ...invented, ...inventedPatient, medOrgOrd }
  const feedetlSns = Array.from({ length: lines }, (_, index) => `${bill}-${index + 1}`)
  return askAsPlanned(job, {
    ...questionOf(job.plan, 'upload', `upload#${generation}`, 'upload', body),
    bill: { chrgBchno: `B${bill}`, feedetlSns },
  })
}

const placingBody = ({ plan: { medOrgOrd } }: Job, way: Way, payAuthNo = `AUTH${medOrgOrd}`): Fields => ({
  payAuthNo,
  ...(way === 'placement' ? { mdtrtId: 'MD0001' } : {}),
})

/** Another window of the same hospital asks for the same order, differently. */
const disturb = async (job: Job, generation: number): Promise<void> => {
  const { his, plan } = job
  await his.pause(clickMs)
  const other: Way = plan.way === 'placement' ? 'bankPlacement' : 'placement'
  await his.ask(questionOf(plan, other, `${other}#${generation}`, other, placingBody(job, other)))
  const body = placingBody(job, plan.way, 'AUTHOTHER')
  await his.ask(questionOf(plan, plan.way, `${plan.way}#${generation}`, plan.way, body))
}

/** While the answer takes its time another screen of the hospital shows the order. */
const lookMeanwhile = async ({ his, plan }: Job, isOver: () => boolean): Promise<void> => {
  while (!isOver()) {
    await his.pause(looksEveryMs)
    await readOrder(his, plan.medOrgOrd)
  }
}

const place = async (job: Job, generation: number, payOrdId: string): Promise<boolean> => {
  const { his, plan, payer } = job
  const disturbed = plan.secondWindow ? disturb(job, generation) : undefined
  let isOver = false
  const watched = plan.answersAfterMs === undefined ? undefined : lookMeanwhile(job, () => isOver)
  const ended = await askAsPlanned(
    job,
    questionOf(job.plan, plan.way, `${plan.way}#${generation}`, plan.way, placingBody(job, plan.way)),
  )
  isOver = true
  await disturbed
  await watched
  if (ended.kind !== 'accepted') return false
  if (plan.way === 'cashierUrl') {
    await his.pause(opensPageMs)
    payer.openCashier(payOrdId)
  }
  return true
}

/** After a revocation the number stands for two uploads: the one that is meant is named. */
const revokedBody = (job: Job, generation: number, payOrdId: string): Fields => ({
  ...queueOf(job.plan),
  ...(generation === 1 ? {} : { payOrdId }),
})

const revoke = async (job: Job, generation: number, payOrdId: string): Promise<boolean> => {
  await job.his.pause(thinksMs)
  return (
    (
      await askAsPlanned(
        job,
        questionOf(
          job.plan,
          'revocation',
          `revocation#${generation}`,
          'revocation',
          revokedBody(job, generation, payOrdId),
        ),
      )
    ).kind === 'accepted'
  )
}

/** The record once it is paid; undefined when it is not by then, or a person has to look. */
const awaitPaid = async ({ his, plan }: Job, withinMs = paysWithinMs): Promise<Fields | undefined> => {
  let waitedMs = 0
  for (let look = 1; waitedMs < withinMs; look += 1) {
    const answer = await readOrder(his, plan.medOrgOrd, look % looksPerRefresh === 0)
    if (answer?.code === '0') {
      if (answer.data['paid'] === true && answer.data['legs'] !== null) return answer.data
      if (needsPerson(answer) || text(answer.data['state']) === 'failed') return undefined
    }
    const forMs = pauseMs(look)
    waitedMs += forMs
    await his.pause(forMs)
  }
  return undefined
}

const book = (job: Job): Promise<Ended> => {
  const body = job.plan.bookingFails ? { success: false, remark: '测试记账失败' } : { success: true }
  return askAsPlanned(job, questionOf(job.plan, 'booking', 'booking', 'booking', body))
}

/** Plays an order to where its plan and its troubles lead; end-history.ts brings what is left to its end. */
export const playOrder = async (desk: Desk, plan: OrderPlan): Promise<void> => {
  const job = { ...desk, plan }
  await desk.his.pause(plan.startMs)
  let generation = 1
  let uploaded = await upload(job, generation)
  const payOrdIdOf = (ended: Ended): string => (ended.kind === 'accepted' ? text(ended.data['payOrdId']) : '')
  if (
    plan.ending === 'uploadAnew' &&
    uploaded.kind === 'accepted' &&
    (await revoke(job, generation, payOrdIdOf(uploaded)))
  ) {
    uploaded = await upload(job, ++generation)
  }
  if (uploaded.kind !== 'accepted' || plan.ending === 'leaveUploaded') return
  if (plan.ending === 'revoke') {
    await revoke(job, generation, payOrdIdOf(uploaded))
    return
  }
  if (!(await place(job, generation, text(uploaded.data['payOrdId'])))) return
  const paid = await awaitPaid(job, plan.revokesPlacedAfterMs)
  if (paid === undefined) {
    // Whatever has been settled by now stays so: the agent refuses to revoke it.
    if (plan.revokesPlacedAfterMs !== undefined) await revoke(job, generation, payOrdIdOf(uploaded))
    return
  }
  await book(job)
  if (!plan.bookingFails) await refundAsPlanned(job, paid['legs'] as Fields)
}
