// Owns the patience of a HIS: the same question with the same key until its answer is final, however often the line or the
// agent fails in between.
import type { ApiAnswer } from '../checker/read-answer.ts'
import { text, type Fields, type Question, type VirtualHis } from './world/virtual-his.ts'

/** How a question ended for the HIS. `unclear`: a person has to look, or patience ended. */
export type Ended =
  | { readonly kind: 'accepted'; readonly data: Fields }
  | { readonly kind: 'declined'; readonly data: Fields }
  | { readonly kind: 'refused'; readonly code: string }
  | { readonly kind: 'unclear' }

const atMostDeclines = 3
const atMostAsked = 30
const atMostPolls = 40
const pollsPerLook = 3
const longestPauseMs = 5 * 60_000

/** Quickly at first, then more and more slowly. */
export const pauseMs = (times: number): number => Math.min(longestPauseMs, 2_000 * 1.6 ** times)

/** Attention that does not stop an order: what a later answer still settles. */
export const needsPerson = ({ data }: ApiAnswer): boolean => data['next'] === 'person'

export const readOrder = (his: VirtualHis, medOrgOrd: string, refresh = false): Promise<ApiAnswer | undefined> =>
  his.ask({ verb: 'order', medOrgOrd, key: 'order', route: 'order', flags: refresh ? { refresh } : {} })

export const readOperation = (
  his: VirtualHis,
  medOrgOrd: string,
  operationId: string,
): Promise<ApiAnswer | undefined> => his.ask({ verb: 'operation', medOrgOrd, key: operationId, route: 'operation' })

/** The answer of a running or unknown operation once it is final; undefined when a person has to look. */
const follow = async (his: VirtualHis, medOrgOrd: string, operationId: string): Promise<ApiAnswer | undefined> => {
  for (let polls = 0; polls < atMostPolls; polls += 1) {
    await his.pause(pauseMs(polls))
    const answer = await readOperation(his, medOrgOrd, operationId)
    if (answer === undefined) continue
    // "Not sent" is an end like any other: the caller asks anew.
    const isOfTheMoment = answer.status === 500 || (answer.status === 503 && answer.code !== 'CENTER_UNREACHABLE')
    if (isOfTheMoment) continue
    if (answer.status !== 202) return answer
    if (polls % pollsPerLook !== 0) continue
    const order = await readOrder(his, medOrgOrd)
    if (order !== undefined && needsPerson(order)) return undefined
  }
  return undefined
}

/** Asks until the answer is final. A declined refund stays declined; anything else that was declined is asked again. */
export const askUntilFinal = async (his: VirtualHis, question: Question): Promise<Ended> => {
  let declines = 0
  for (let asked = 0; asked < atMostAsked; asked += 1) {
    if (asked > 0) await his.pause(pauseMs(asked))
    let answer = await his.ask(question)
    if (answer?.status === 202) {
      answer = await follow(his, question.medOrgOrd, text(answer.data['operationId']))
      if (answer === undefined) return { kind: 'unclear' }
    }
    if (answer === undefined || answer.status === 503 || answer.status === 500) continue
    if (answer.code === '0') return { kind: 'accepted', data: answer.data }
    if (answer.code === 'CENTER_DECLINED' || answer.code === 'DECIDED_NOT_DONE') {
      declines += 1
      if (question.verb === 'refund' || declines >= atMostDeclines) return { kind: 'declined', data: answer.data }
    } else if (answer.code !== 'CENTER_UNREACHABLE' && answer.code !== 'CENTER_UNCLEAR') {
      return { kind: 'refused', code: answer.code }
    }
  }
  return { kind: 'unclear' }
}
