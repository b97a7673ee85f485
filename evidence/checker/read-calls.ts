// Owns joining the events of a transcript into calls: a question with its answer, and when each of the two happened.
import type { AnsweredEvent, AskedEvent, Transcript } from './transcript.ts'

export type Call = {
  readonly asked: AskedEvent
  /** Position of the question among all events. */
  readonly askedAt: number
  /** undefined: no answer came. */
  readonly answer: AnsweredEvent | undefined
  /** Position of the answer; infinite without one. */
  readonly answeredAt: number
}

export type AnsweredCall = Call & { readonly answer: AnsweredEvent }

/** Every call, in the order of the questions. Throws an Error when the transcript contradicts itself. */
export const readCalls = ({ events }: Transcript): readonly Call[] => {
  const calls = new Map<number, Call>()
  for (const [at, event] of events.entries()) {
    if (event.what === 'asked') {
      if (calls.has(event.call)) throw new Error(`call ${event.call} was asked twice`)
      calls.set(event.call, { asked: event, askedAt: at, answer: undefined, answeredAt: Number.POSITIVE_INFINITY })
    } else if (event.what === 'answered') {
      const call = calls.get(event.call)
      if (call === undefined || call.answer !== undefined) throw new Error(`call ${event.call}: an answer too many`)
      calls.set(event.call, { ...call, answer: event, answeredAt: at })
    }
  }
  return [...calls.values()]
}

export const isAnswered = (call: Call): call is AnsweredCall => call.answer !== undefined

/**
 * What an answer says of the operation that was asked for. `open`: not decided, or refused for a reason of the moment, so
 * that it may still become anything. `refused`: nothing was begun by this call.
 */
export type Finality = 'accepted' | 'declined' | 'notSent' | 'open' | 'refused' | 'forgotten'

const ofTheMoment: ReadonlySet<number> = new Set([401, 403, 408, 413, 429, 500, 503])

/** What the answer of a call decides. */
export const finalityOf = ({ asked, answer }: AnsweredCall): Finality => {
  const { status, code, operationId } = answer
  if (code === '0') return 'accepted'
  if (status === 202) return 'open'
  if (code === 'ORDER_NOT_FOUND' || code === 'OPERATION_NOT_FOUND') return 'forgotten'
  // Without an operation these say only that the center could not be asked before one began.
  if (code === 'CENTER_DECLINED' || code === 'DECIDED_NOT_DONE') return operationId === '' ? 'refused' : 'declined'
  if (code === 'CENTER_UNREACHABLE') return operationId === '' ? 'refused' : 'notSent'
  if (ofTheMoment.has(status)) return 'open'
  // An operation that is asked for by its number and ended in some other error ended for good.
  return asked.verb === 'operation' ? 'declined' : 'refused'
}
