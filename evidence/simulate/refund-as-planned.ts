// Owns the refunds of a HIS: what its plan wants back, and the cash that a one-sided refund left.
import { readOrder, type Ended } from './ask-until-final.ts'
import { askAsPlanned, questionOf, queueOf, type Job } from './ask-as-planned.ts'
import type { Fields, Question } from './world/virtual-his.ts'
import { fen, refundsOf, yuan, type WantedRefund } from '../wanted-refunds.ts'

const atMostRefunds = 4
const restAfterMs = 15_000

const numberOf = ({ plan }: Job, number: number): string => `R${plan.medOrgOrd}-${number}`

const questionFor = (job: Job, legs: Fields, { refdType, cashFen = 0 }: WantedRefund, appRefdSn: string): Question => {
  const insurance = { fundRefdAmt: legs['fundPay'], psnAcctRefdAmt: legs['psnAcctPay'] }
  const amounts = {
    ALL: { ...insurance, cashRefdAmt: legs['ownPayAmt'] },
    HI: { ...insurance, cashRefdAmt: '0.00' },
    CASH: { cashRefdAmt: yuan(cashFen) },
  }[refdType]
  const body = { appRefdSn, refdType, totlRefdAmt: legs['feeSumamt'], ...amounts, ...queueOf(job.plan) }
  return questionOf(job.plan, 'refund', appRefdSn, 'refunds', body)
}

const refund = (job: Job, legs: Fields, wanted: WantedRefund, number: number): Promise<Ended> =>
  askAsPlanned(job, questionFor(job, legs, wanted, numberOf(job, number)))

/** The same refund as a column of fixed width gives its number: one number, whatever stands around it. */
const repeatPadded = async (job: Job, legs: Fields, wanted: WantedRefund, number: number): Promise<void> => {
  const name = numberOf(job, number)
  for (const padded of [`${name} `, `${name}      `, `${name}\r\n`]) {
    await job.his.ask(questionFor(job, legs, wanted, padded))
  }
}

/** The refund of the cash that an order still owes; `record` says so by `next: refundCash`. */
export const returnCash = (medOrgOrd: string, { legs, refundableCash }: Fields, name: string): Question => {
  const appRefdSn = `R${medOrgOrd}-${name}`
  const { feeSumamt } = legs as Fields
  const body = { appRefdSn, refdType: 'CASH', totlRefdAmt: feeSumamt, cashRefdAmt: refundableCash }
  return questionOf({ medOrgOrd }, 'refund', appRefdSn, 'refunds', body)
}

/** What an accepted EXP leaves: the agent may return the cash by itself; if it tells the HIS to, the HIS does. */
const returnRest = async (job: Job): Promise<void> => {
  await job.his.pause(restAfterMs)
  const record = await readOrder(job.his, job.plan.medOrgOrd)
  if (record?.data['next'] === 'refundCash') {
    await askAsPlanned(job, returnCash(job.plan.medOrgOrd, record.data, 'rest'))
  }
}

/** Asks for every refund of the plan, each under a number of its own. `legs`: of the settlement. */
export const refundAsPlanned = async (job: Job, legs: Fields): Promise<void> => {
  let number = 0
  for (const wanted of refundsOf(job.plan, fen(legs['ownPayAmt']))) {
    let ended = await refund(job, legs, wanted, ++number)
    // A refund that was declined needs a new number (RULES 2.3).
    while (ended.kind === 'declined' && number < atMostRefunds) ended = await refund(job, legs, wanted, ++number)
    if (ended.kind !== 'accepted') return
    if (job.plan.padsRepeats) await repeatPadded(job, legs, wanted, number)
    if (ended.data['refStatus'] === 'EXP') {
      await returnRest(job)
      return
    }
  }
}
