// Owns the HIS's side of every call: asks the agent and writes question and answer into the transcript, which it keeps
// whatever becomes of the agent.
import { digestOf, readAnswer, readDayReport, type ApiAnswer } from '../../checker/read-answer.ts'
import type { AskedEvent, AskedVerb, DayReport, TranscriptEvent } from '../../checker/transcript.ts'
import type { HistoryTrace } from './history-trace.ts'
import type { Asker, MortalAgent, RouteName } from '../mortal-agent.ts'
import type { Scope } from './virtual-time.ts'

export type Fields = Readonly<Record<string, unknown>>

export type Question = {
  readonly verb: AskedVerb
  readonly medOrgOrd: string
  readonly key: string
  readonly route: RouteName
  readonly body?: Fields
  readonly flags?: Readonly<Record<string, boolean>>
  readonly bill?: AskedEvent['bill']
  /** The window when left out. */
  readonly by?: Asker
}

export type VirtualHis = {
  /** The answer; undefined when none came. */
  readonly ask: (question: Question) => Promise<ApiAnswer | undefined>
  /** Reads what belongs to no order; not part of the transcript. */
  readonly readAttention: () => Promise<readonly string[] | undefined>
  /** The report of a day (`yyyy-MM-dd`); not part of the transcript's events either. */
  readonly readDay: (date: string) => Promise<DayReport | undefined>
  /** A patient shows his code at the kiosk; the operationId, undefined when it could not be decoded. Not in the transcript. */
  readonly decodeAtKiosk: () => Promise<string | undefined>
  readonly noteCrash: (step: string) => void
  readonly pause: (ms: number) => Promise<void>
  readonly events: readonly TranscriptEvent[]
}

const noBody: Fields = {}

export const text = (value: unknown): string => (typeof value === 'string' ? value : '')

export const createVirtualHis = (agent: () => MortalAgent, desk: Scope, trace: HistoryTrace): VirtualHis => {
  const events: TranscriptEvent[] = []
  const sent = new WeakMap<Fields, { readonly text: string; readonly digest: string }>()
  let lastCall = 0

  /** A question is often repeated: its text and digest are made once. */
  const onTheWire = (body: Fields) => {
    const made = sent.get(body) ?? { text: JSON.stringify(body), digest: digestOf(body) }
    sent.set(body, made)
    return made
  }

  const ask = async (question: Question): Promise<ApiAnswer | undefined> => {
    const { verb, medOrgOrd, key, route, body = noBody, flags = {}, bill, by } = question
    const wire = onTheWire(body)
    const call = ++lastCall
    const asked = {
      what: 'asked',
      call,
      verb,
      medOrgOrd,
      key,
      body: wire.digest,
    } as const
    events.push(bill === undefined ? asked : { ...asked, bill })
    trace.note(() => `HIS asks #${call} ${medOrgOrd} ${verb} ${key} ${verb === 'upload' ? '' : wire.text}`)
    const parameters = verb === 'operation' ? { id: key } : { medOrgOrd }
    const request = { parameters, flags, texts: {}, body: JSON.parse(wire.text) as Fields }
    const reply = await agent().ask(route, request, by)
    if (reply === undefined) {
      events.push({ what: 'unanswered', call })
      trace.note(() => `HIS #${call} gets no answer`)
      return undefined
    }
    const { code, data } = reply.body
    const answer = { status: reply.status, code, data }
    events.push(readAnswer(call, answer))
    trace.note(
      () =>
        `HIS #${call} gets ${answer.status} ${code} ${reply.body.message} op=${text(data['operationId'])} state=${text(data['state'])} ` +
        `ordStas=${text(data['ordStas'])} next=${text(data['next'])}`,
    )
    return answer
  }

  return {
    events,
    ask,
    readAttention: async () => {
      const answer = await agent().ask('attention', { parameters: {}, flags: {}, texts: {}, body: {} })
      const orders = answer?.body.data['orders'] as readonly Fields[] | undefined
      return orders?.map(({ medOrgOrd }) => text(medOrgOrd))
    },
    readDay: async (date) => {
      const answer = await agent().ask('dayReport', { parameters: {}, flags: {}, texts: { date }, body: {} })
      return answer?.body.code === '0' ? readDayReport(answer.body.data) : undefined
    },
    decodeAtKiosk: async () => {
      const answer = await agent().ask('decode', { parameters: {}, flags: {}, texts: {}, body: {} }, 'kiosk')
      trace.note(() => `kiosk decodes: ${answer?.body.code ?? 'no answer'}`)
      return answer?.body.code === '0' ? text(answer.body.data['operationId']) : undefined
    },
    noteCrash: (step) => events.push({ what: 'crashed', step }),
    pause: (ms) => new Promise((resolve) => desk.after(ms, resolve)),
  }
}
