// A client of GET /v1/events for tests: every event as it came, and waiting for one.
import { testTokens, type TestAgent } from './agents/test-agent.ts'
import { until } from './agents/test-center.ts'

export type AgentEvent = Readonly<Record<string, unknown>>

export type EventClient = {
  /** Everything that was received, as text. */
  readonly text: () => string
  /** The first event so far, or yet to come, that is as wanted. */
  readonly find: (what: string, wanted: (event: AgentEvent) => boolean) => Promise<AgentEvent>
  /** The id a browser would name when it comes again: of the last block that had one. */
  readonly lastId: () => string
  readonly close: () => Promise<void>
}

/** Subscribes; resolves once the agent has taken the subscription. `as` names one of the test tokens. */
export const openEvents = async (
  agent: Pick<TestAgent, 'url'>,
  as = testTokens[0]?.name ?? '',
  lastEventId?: string,
): Promise<EventClient> => {
  const leaving = new AbortController()
  const headers = {
    authorization: `Bearer token-of-${as}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  }
  const reply = await fetch(`${agent.url}/v1/events`, { headers, signal: leaving.signal })
  if (reply.status !== 200 || reply.body === null) throw new Error(`no events: ${reply.status} ${await reply.text()}`)
  let received = ''
  const reading = (async () => {
    const decoder = new TextDecoder()
    for await (const part of reply.body as AsyncIterable<Uint8Array>) received += decoder.decode(part, { stream: true })
  })().catch((error: unknown) => {
    if (!leaving.signal.aborted) received += `\n!! ${String(error)}`
  })
  const events = (): AgentEvent[] =>
    // Whole lines only: what was received so far may end in the middle of one.
    [...received.matchAll(/^data: (.*)\n/gm)].map(([, data]) => JSON.parse(data ?? '') as AgentEvent)
  await until('the subscription', () => received.includes('connected'))
  return {
    text: () => received,
    find: (what, wanted) => until(what, () => events().find(wanted)),
    lastId: () => [...received.matchAll(/^id: (.*)\n/gm)].at(-1)?.[1] ?? '',
    close: async () => {
      leaving.abort()
      await reading
    },
  }
}
