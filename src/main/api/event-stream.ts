// Owns the event stream (SSE): who sees which event, and what a client that was away may still be told. Events announce, they
// carry no patient data; whoever wants the facts reads the order.
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { AgentError } from '../domain/errors.ts'
import { mayUseScanner } from '../usecases/choose-scanner.ts'
import type { AgentEvent, Announce } from '../usecases/ports.ts'
import type { Caller } from './tokens.ts'

const atMostStreams = 32
const keepAliveMs = 15_000
/** What a client that was away may still be told; some 200 bytes each. */
export const atMostRecent = 1_000
/** A client that does not read is cut off; it comes again with its Last-Event-ID. Holds every recent event. */
const atMostUnreadBytes = 512 * 1024

export type EventStreams = {
  readonly announce: Announce
  /**
   * Takes over the response until its peer leaves. `lastEventId`: of the last event the client has seen; what came since is
   * told first, or `reset` when that is gone. Throws TOO_MANY_STREAMS.
   */
  readonly open: (response: ServerResponse, caller: Caller, lastEventId?: string) => void
  readonly close: () => void
}

/** The name of the token that a decode belongs to. */
export type DecodeOwner = (operationId: string) => string | undefined

type Told = { readonly number: number; readonly text: string; readonly isFor: (caller: Caller) => boolean }

const writeOrCut = (response: ServerResponse, text: string): void => {
  response.write(text)
  if (response.writableLength > atMostUnreadBytes) response.destroy()
}

export const createEventStreams = (ownerOf: DecodeOwner): EventStreams => {
  const streams = new Map<ServerResponse, Caller>()
  const recent: Told[] = []
  // Ids of an earlier start mean other events.
  const start = randomBytes(8).toString('hex')
  let last = 0
  const idOf = (number: number): string => `${start}-${number}`

  /** An order is its institution's, a decode its caller's; a scan that nobody waited for, whoever may use its scanner. */
  const audienceOf = (event: AgentEvent): Told['isFor'] => {
    if (event.type === 'order' || event.type === 'kiosk') return ({ orgCodg }) => orgCodg === event.orgCodg
    if (event.type === 'scan') {
      return ({ scopes, scannerRoles }) => scopes.includes('decode') && mayUseScanner(scannerRoles, event.role)
    }
    const owner = ownerOf(event.operationId)
    return ({ name }) => name === owner
  }

  /** What was told after an id; undefined when it is not known any more, or never was. */
  const missedSince = (id: string): readonly Told[] | undefined => {
    const [from, digits = ''] = id.split('-')
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN
    const oldest = recent[0]?.number ?? last + 1
    return from === start && number >= oldest - 1 && number <= last
      ? recent.filter((told) => told.number > number)
      : undefined
  }

  const beat = setInterval(() => {
    for (const stream of streams.keys()) writeOrCut(stream, ': \n\n')
  }, keepAliveMs)
  beat.unref()
  return {
    announce: (event) => {
      last += 1
      const text = `id: ${idOf(last)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
      const told = { number: last, text, isFor: audienceOf(event) }
      recent.push(told)
      if (recent.length > atMostRecent) recent.shift()
      for (const [stream, caller] of streams) if (told.isFor(caller)) writeOrCut(stream, text)
    },
    open: (response, caller, lastEventId) => {
      if (streams.size >= atMostStreams) throw new AgentError('TOO_MANY_STREAMS')
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
      streams.set(response, caller)
      response.once('close', () => streams.delete(response))
      const missed = lastEventId === undefined ? [] : missedSince(lastEventId)
      if (missed === undefined) response.write('event: reset\ndata: {"type":"reset"}\n\n')
      for (const told of missed ?? []) if (told.isFor(caller)) response.write(told.text)
      // An id without data is no event, but from now on the client knows where it stands.
      writeOrCut(response, `: connected\nid: ${idOf(last)}\n\n`)
    },
    close: () => {
      clearInterval(beat)
      for (const stream of streams.keys()) stream.end()
      streams.clear()
    },
  }
}
