// Owns how a window of the HIS, and the payer, do what the plan of an order says: ask, wait, pay.
import { setTimeout as pause } from 'node:timers/promises'
import { askUntilFinal, needsPerson, readOrder, type Ended, type Fields, type OnLook } from './ask-until-final.ts'
import type { CenterProcess } from './processes/center-process.ts'
import type { OrderPlan } from './plan-order.ts'
import type { Question, RecordingHis } from './processes/recording-his.ts'
import type { TorturedBills } from './tortured-bills.ts'

export type Desk = { readonly his: RecordingHis; readonly center: CenterProcess; readonly bills: TorturedBills }

export type Job = Desk & { readonly plan: OrderPlan }

export const pollMs = 70
const pollsPerRefresh = 5

export const post = (
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
export const ask = async (job: Job, question: Question, onLook?: OnLook): Promise<Ended> => {
  const ended = await askUntilFinal(job.his, question, onLook)
  if (ended.kind === 'accepted' && job.plan.asksAgain) await job.his.ask(question)
  return ended
}

/** What of an order may wait for the center says so. */
export const queueOf = ({ plan }: Job): Fields => (plan.mayWait ? { queue: true } : {})

/** The payer does what the plan has him do. */
export const payAsPlanned = async ({ center, plan }: Job, payOrdId: string): Promise<void> => {
  if (plan.ending === 'insuranceFails') {
    await center.payer(payOrdId, {
      action: 'insuranceFails',
      ...(plan.cashStays ? { cashReversal: 'fails' } : {}),
    })
    return
  }
  if (plan.paysInHalves) {
    await center.payer(payOrdId, { action: 'partial' })
    await pause(pollMs)
  }
  await center.payer(payOrdId, { action: 'pay' })
}

/** The record once it is as wanted; undefined when a person has to look, or time is up. */
export const awaitOrder = async (
  { his, plan }: Job,
  wanted: (data: Fields) => boolean,
): Promise<Fields | undefined> => {
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
