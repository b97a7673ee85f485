// Owns how a window of the HIS asks: as the plan of its order says, twice at once, or once more what was answered already.
import type { AskedVerb } from '../checker/transcript.ts'
import { askUntilFinal, type Ended } from './ask-until-final.ts'
import type { RouteName } from './mortal-agent.ts'
import type { OrderPlan } from './plan-history.ts'
import type { Fields, Question, VirtualHis } from './world/virtual-his.ts'
import type { VirtualPayer } from './world/virtual-payer.ts'

export type Desk = { readonly his: VirtualHis; readonly payer: VirtualPayer }
/** One order at the desk. */
export type Job = Desk & { readonly plan: OrderPlan }

const clickMs = 30

export const questionOf = (
  { medOrgOrd }: { readonly medOrgOrd: string },
  verb: AskedVerb,
  key: string,
  route: RouteName,
  body: Fields,
): Question => ({ verb, medOrgOrd, key, route, body })

/** What of an order may wait for the center says so. */
export const queueOf = ({ mayWait }: OrderPlan): Fields => (mayWait ? { queue: true } : {})

/** Asks until the answer is final. */
export const askAsPlanned = async ({ his, plan }: Job, question: Question): Promise<Ended> => {
  const second = plan.doubleClicks ? his.pause(clickMs).then(() => his.ask(question)) : undefined
  const ended = await askUntilFinal(his, question)
  await second
  if (plan.asksAgain && ended.kind === 'accepted') await his.ask(question)
  return ended
}
