// Owns the HIS's side of every call: asks whichever agent lives now, and writes question and answer into the transcript.
import { digestOf, readAnswer, type ApiAnswer } from '../../checker/read-answer.ts'
import type { AskedEvent, AskedVerb, TranscriptEvent } from '../../checker/transcript.ts'
import { kioskToken, token } from '../agent-order.ts'

const answerWithinMs = 30_000

const tokens = { window: token, kiosk: kioskToken } as const
export type Asker = keyof typeof tokens

export type Question = {
  readonly verb: AskedVerb
  readonly medOrgOrd: string
  readonly key: string
  readonly method: 'GET' | 'POST'
  readonly path: string
  readonly body?: object
  readonly bill?: AskedEvent['bill']
  /** The window when left out. */
  readonly by?: Asker
}

export type RecordingHis = {
  /** How long it asks for an answer, or waits for an order's end, before it leaves the order as it is. */
  readonly patienceMs: number
  /** The answer; undefined when none came. Waits while no agent lives. */
  readonly ask: (question: Question) => Promise<ApiAnswer | undefined>
  /** Reads what belongs to no order; not part of the transcript. Throws without an answer. */
  readonly read: (path: string) => Promise<ApiAnswer>
  /** What the kiosk asks before there is an order; not part of the transcript. undefined: no answer. */
  readonly askAtKiosk: (path: string, body: object) => Promise<ApiAnswer | undefined>
  readonly agentLives: (url: string) => void
  readonly agentDied: (step?: string) => void
  readonly events: readonly TranscriptEvent[]
  /** How many answers came so far. */
  readonly answered: () => number
}

export const createRecordingHis = (patienceMs: number): RecordingHis => {
  const events: TranscriptEvent[] = []
  let lastCall = 0
  let answers = 0
  let address = Promise.withResolvers<string>()
  let isAlive = false

  const call = async (method: string, path: string, body?: object, by: Asker = 'window'): Promise<ApiAnswer> => {
    const url = await address.promise
    const headers = { authorization: `Bearer ${tokens[by]}`, 'content-type': 'application/json' }
    const signal = AbortSignal.timeout(answerWithinMs)
    const sent = body === undefined ? {} : { body: JSON.stringify(body) }
    const reply = await fetch(`${url}${path}`, { method, headers, signal, ...sent })
    const { code, data } = (await reply.json()) as Omit<ApiAnswer, 'status'>
    return { status: reply.status, code, data }
  }

  return {
    patienceMs,
    events,
    answered: () => answers,
    ask: async ({ verb, medOrgOrd, key, method, path, body, bill, by }) => {
      await address.promise
      const number = ++lastCall
      const asked = { what: 'asked', call: number, verb, medOrgOrd, key, body: digestOf(body ?? null) } as const
      events.push(bill === undefined ? asked : { ...asked, bill })
      try {
        const answer = await call(method, path, body, by)
        events.push(readAnswer(number, answer))
        answers += 1
        return answer
      } catch {
        events.push({ what: 'unanswered', call: number })
        return undefined
      }
    },
    read: (path) => call('GET', path),
    askAtKiosk: (path, body) => call('POST', path, body, 'kiosk').catch(() => undefined),
    agentLives: (url) => {
      isAlive = true
      address.resolve(url)
    },
    agentDied: (step) => {
      events.push(step === undefined ? { what: 'crashed' } : { what: 'crashed', step })
      // One that died before it could answer was never waited at.
      if (isAlive) address = Promise.withResolvers<string>()
      isAlive = false
    },
  }
}
