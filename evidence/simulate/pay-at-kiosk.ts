// Owns what a patient does at the kiosk, as the kiosk's page would: shows his code, chooses his bill, pays it or gives it up. The
// page tells nobody of the booking: the agent does.
import { questionOf, type Desk, type Job } from './ask-as-planned.ts'
import { askUntilFinal, pauseMs } from './ask-until-final.ts'
import type { OrderPlan } from './plan-history.ts'
import { billIdOf } from './world/virtual-bills.ts'
import { text, type Fields } from './world/virtual-his.ts'

const decodesAtMost = 5
const waitsWithinMs = 20 * 60_000
const opensPageMs = 10_000
const comesBackMs = 4_000
/** No upload is taken back before every copy of it has arrived (see message-fates.ts). */
const thinksMs = 40_000

const decode = async ({ his }: Job): Promise<string | undefined> => {
  for (let tried = 0; tried < decodesAtMost; tried += 1) {
    const decoded = await his.decodeAtKiosk()
    if (decoded !== undefined) return decoded
    await his.pause(pauseMs(tried))
  }
  return undefined
}

const readView = async ({ his, plan: { medOrgOrd } }: Job): Promise<Fields | undefined> => {
  const question = { verb: 'order', medOrgOrd, key: 'kioskOrder', route: 'kioskOrder', by: 'kiosk' } as const
  const answer = await his.ask(question)
  return answer?.code === '0' ? answer.data : undefined
}

const waitingStates: ReadonlySet<string> = new Set(['uploaded', 'placing', 'pending', 'cashPending', 'halfDone'])

/** Looks until nothing is waited for any more; false when the patient's patience ends before. */
const awaitEnd = async (job: Job, withinMs: number): Promise<boolean> => {
  let waitedMs = 0
  for (let look = 1; waitedMs < withinMs; look += 1) {
    const view = await readView(job)
    if (view !== undefined && !waitingStates.has(text(view['state']))) return true
    const forMs = pauseMs(look)
    waitedMs += forMs
    await job.his.pause(forMs)
  }
  return false
}

/** From his code to the order; undefined when there is none to be had. */
const start = async (job: Job, visit: number): Promise<Fields | undefined> => {
  const { his, plan } = job
  const { bill, lines } = plan
  const decodeOperationId = await decode(job)
  if (decodeOperationId === undefined) return undefined
  const started = await askUntilFinal(his, {
    ...questionOf(plan, 'kioskStart', `kioskStart#${visit}`, 'kioskStart', {
      decodeOperationId,
      billId: billIdOf(plan),
    }),
    bill: { chrgBchno: `B${bill}`, feedetlSns: Array.from({ length: lines }, (_, index) => `${bill}-${index + 1}`) },
    by: 'kiosk',
  })
  return started.kind === 'accepted' ? started.data : undefined
}

const giveUp = async ({ his, plan }: Job, visit: number): Promise<void> => {
  await his.pause(thinksMs)
  await his.ask({ ...questionOf(plan, 'revocation', `abandon#${visit}`, 'kioskAbandon', {}), by: 'kiosk' })
}

const pay = async (job: Job, payOrdId: string): Promise<void> => {
  const { his, payer, plan } = job
  const { medOrgOrd, way } = plan
  const body = { payAuthNo: `AUTH${medOrgOrd}`, ...(way === 'placement' ? { mdtrtId: 'MD0001' } : {}) }
  const placed = await askUntilFinal(his, { ...questionOf(plan, way, `${way}#1`, way, body), by: 'kiosk' })
  if (placed.kind !== 'accepted' || way !== 'cashierUrl') return
  await his.pause(opensPageMs)
  payer.openCashier(payOrdId)
}

/** Plays what the patient does; what is left open, end-history.ts brings to its end. */
export const payAtKiosk = async (desk: Desk, plan: OrderPlan): Promise<void> => {
  const job = { ...desk, plan }
  await desk.his.pause(plan.startMs)
  let started = await start(job, 1)
  if (plan.ending === 'uploadAnew' && started !== undefined) {
    // He comes back a moment after he gave up.
    await giveUp(job, 1)
    await desk.his.pause(comesBackMs)
    started = await start(job, 2)
  }
  if (started === undefined || plan.ending === 'leaveUploaded') return
  if (plan.ending !== 'revoke') {
    await pay(job, text(started['payOrdId']))
    if (await awaitEnd(job, plan.revokesPlacedAfterMs ?? waitsWithinMs)) return
  }
  await giveUp(job, 2)
}
