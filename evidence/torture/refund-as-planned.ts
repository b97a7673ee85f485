// Owns the refunds of a window: what its plan wants back, the cash that a one-sided refund left, and what the center's portal does in
// between.
import { setTimeout as pause } from 'node:timers/promises'
import { readOrder, type Ended, type Fields } from './ask-until-final.ts'
import { ask, awaitOrder, pollMs, post, queueOf, type Job } from './ask-as-planned.ts'
import type { Question } from './processes/recording-his.ts'
import { fen, refundsOf, yuan, type WantedRefund } from '../wanted-refunds.ts'

const atMostRefunds = 4

const nameOf = ({ plan }: Job, number: number): string => `R${plan.medOrgOrd}-${number}`

const refundQuestion = (
  job: Job,
  legs: Fields,
  { refdType, cashFen = 0 }: WantedRefund,
  appRefdSn: string,
): Question => {
  const insurance = { fundRefdAmt: legs['fundPay'], psnAcctRefdAmt: legs['psnAcctPay'] }
  const amounts = {
    ALL: { ...insurance, cashRefdAmt: legs['ownPayAmt'] },
    HI: { ...insurance, cashRefdAmt: '0.00' },
    CASH: { cashRefdAmt: yuan(cashFen) },
  }[refdType]
  const body = { appRefdSn, refdType, totlRefdAmt: legs['feeSumamt'], ...amounts, ...queueOf(job) }
  return post(job, 'refund', appRefdSn, 'refunds', body)
}

const refund = (job: Job, legs: Fields, wanted: WantedRefund, number: number): Promise<Ended> =>
  ask(job, refundQuestion(job, legs, wanted, nameOf(job, number)))

/** What an accepted EXP leaves: the agent may return the cash by itself; if it tells the HIS to, the HIS does. */
const returnRest = async (job: Job, legs: Fields, number: number): Promise<void> => {
  await pause(pollMs)
  const left = await awaitOrder(job, ({ state }) => state !== 'refunding')
  if (left?.['next'] === 'refundCash') {
    await refund(job, legs, { refdType: 'CASH', cashFen: fen(left['refundableCash']) }, number)
  }
}

/** The same refund as a column of fixed width gives its number: one number, whatever stands around it. */
const repeatPadded = async (job: Job, legs: Fields, wanted: WantedRefund, number: number): Promise<void> => {
  for (const padding of [' ', '      ', '\r\n']) {
    await job.his.ask(refundQuestion(job, legs, wanted, `${nameOf(job, number)}${padding}`))
  }
}

/** The staff gives back in the portal. Nothing else of the order goes on before the agent has seen it. */
const useThePortal = async (job: Job, ordStas: string): Promise<boolean> => {
  const { his, center, plan } = job
  await center.script(plan.medOrgOrd, { interface: '6301', ordStas })
  const deadlineMs = performance.now() + his.patienceMs
  while (performance.now() < deadlineMs) {
    const order = await readOrder(his, plan.medOrgOrd, true)
    if (order?.data['ordStas'] === ordStas) return true
    await pause(pollMs)
  }
  return false
}

/** Asks for every refund of the plan, each under a number of its own. `legs`: of the settlement. */
export const refundAsPlanned = async (job: Job, legs: Fields): Promise<void> => {
  const { portal, padsRepeats } = job.plan
  let number = 0
  if (portal?.after === 0 && !(await useThePortal(job, portal.ordStas))) return
  for (const [at, wanted] of refundsOf(job.plan, fen(legs['ownPayAmt'])).entries()) {
    if (at > 0 && portal?.after === at && !(await useThePortal(job, portal.ordStas))) return
    let ended = await refund(job, legs, wanted, ++number)
    // A refund that was declined needs a new number (RULES 2.3).
    while (ended.kind === 'declined' && number < atMostRefunds) ended = await refund(job, legs, wanted, ++number)
    if (ended.kind !== 'accepted') return
    if (padsRepeats) await repeatPadded(job, legs, wanted, number)
    if (ended.data['refStatus'] === 'EXP') await returnRest(job, legs, ++number)
  }
}
