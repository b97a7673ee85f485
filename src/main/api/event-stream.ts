// Owns the event stream (SSE): every announced event to every caller of the same institution. Events announce, they carry
// no patient data; whoever wants the facts reads the order.
import type { ServerResponse } from 'node:http'
import { AgentError } from '../domain/errors.ts'
import type { AgentEvent, Announce } from '../usecases/ports.ts'

const atMostStreams = 32
const keepAliveMs = 15_000

export type EventStreams = {
  readonly announce: Announce
  /** Takes over the response until its peer leaves. Throws TOO_MANY_STREAMS. */
  readonly open: (response: ServerResponse, orgCodg: string) => void
  readonly close: () => void
}

export const createEventStreams = (): EventStreams => {
  const streams = new Map<ServerResponse, string>()
  let eventId = 0
  const beat = setInterval(() => {
    for (const stream of streams.keys()) stream.write(': \n\n')
  }, keepAliveMs)
  beat.unref()
  return {
    announce: (event: AgentEvent) => {
      eventId += 1
      const text = `id: ${eventId}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
      for (const [stream, orgCodg] of streams) {
        if (!('orgCodg' in event) || event.orgCodg === orgCodg) stream.write(text)
      }
    },
    open: (response, orgCodg) => {
      if (streams.size >= atMostStreams) throw new AgentError('TOO_MANY_STREAMS')
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
      response.write(': connected\n\n')
      streams.set(response, orgCodg)
      response.once('close', () => streams.delete(response))
    },
    close: () => {
      clearInterval(beat)
      for (const stream of streams.keys()) stream.end()
      streams.clear()
    },
  }
}
