// Owns how a careful HIS asks: the same question with the same key and body until there is a final answer, whatever dies in
// between, and the operation's number where there is one. It decides nothing about an order.
import { setTimeout as pause } from 'node:timers/promises'
import type { ApiAnswer } from '../checker/read-answer.ts'
import type { Question, RecordingHis } from './processes/recording-his.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Ended =
  | { readonly kind: 'accepted'; readonly data: Fields }
  | { readonly kind: 'declined'; readonly data: Fields }
  /** Nothing was begun: the order is not in a state for it. */
  | { readonly kind: 'refused'; readonly code: string }
  /** Only a person can tell, or nobody within the time a window waits. */
  | { readonly kind: 'unclear' }

const pollMs = 60
const againMs = 40
const attempts = 4
/** How often the operation is asked for before the order is looked at. */
const pollsPerLook = 6

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const readOrder = (his: RecordingHis, medOrgOrd: string, refresh = false): Promise<ApiAnswer | undefined> =>
  his.ask({
    verb: 'order',
    medOrgOrd,
    key: '',
    method: 'GET',
    path: `/v1/orders/${medOrgOrd}${refresh ? '?refresh=true' : ''}`,
  })

/** The order as the page of the kiosk sees it. */
export const readView = (his: RecordingHis, medOrgOrd: string): Promise<ApiAnswer | undefined> =>
  his.ask({
    verb: 'order',
    medOrgOrd,
    key: 'kiosk',
    method: 'GET',
    path: `/v1/kiosk/orders/${medOrgOrd}`,
    by: 'kiosk',
  })

/** True when the agent itself says that a person has to look. */
export const needsPerson = ({ data }: ApiAnswer): boolean =>
  data['next'] === 'person' || (Array.isArray(data['attention']) && data['attention'].length > 0)

export const readOperation = (his: RecordingHis, medOrgOrd: string, operationId: string) =>
  his.ask({ verb: 'operation', medOrgOrd, key: operationId, method: 'GET', path: `/v1/operations/${operationId}` })

/** What happens outside while an outcome is unknown, given the order as the agent sees it. */
export type OnLook = (order: Fields) => Promise<void>
const nothing: OnLook = () => Promise.resolve()

/** Asks for an operation until it is final; undefined when only a person can tell, or time is up. */
const follow = async (
  his: RecordingHis,
  medOrgOrd: string,
  operationId: string,
  deadlineMs: number,
  onLook: OnLook,
): Promise<ApiAnswer | undefined> => {
  for (let polls = 1; performance.now() < deadlineMs; polls += 1) {
    await pause(pollMs)
    const answer = await readOperation(his, medOrgOrd, operationId)
    if (answer !== undefined && answer.status !== 202 && answer.status !== 500) return answer
    if (polls % pollsPerLook !== 0) continue
    const order = await readOrder(his, medOrgOrd)
    if (order === undefined) continue
    if (needsPerson(order)) return undefined
    await onLook(order.data)
  }
  return undefined
}

/** Asks until the answer is final. A declined refund stays declined; anything else that was declined is asked again. */
export const askUntilFinal = async (
  his: RecordingHis,
  question: Question,
  onLook: OnLook = nothing,
): Promise<Ended> => {
  const deadlineMs = performance.now() + his.patienceMs
  let declines = 0
  while (performance.now() < deadlineMs) {
    let answer = await his.ask(question)
    if (answer?.status === 202) {
      answer = await follow(his, question.medOrgOrd, text(answer.data['operationId']), deadlineMs, onLook)
      if (answer === undefined) return { kind: 'unclear' }
    }
    if (answer?.code === '0') return { kind: 'accepted', data: answer.data }
    if (answer?.code === 'CENTER_DECLINED' || answer?.code === 'DECIDED_NOT_DONE') {
      declines += 1
      const { data } = answer
      if (question.verb === 'refund' || declines >= attempts) return { kind: 'declined', data }
    } else if (answer !== undefined && answer.status !== 503 && answer.status !== 500) {
      return { kind: 'refused', code: answer.code }
    }
    await pause(againMs)
  }
  return { kind: 'unclear' }
}
