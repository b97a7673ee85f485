// Owns the event stream (SSE): who sees which event, and what a client that was away may still be told. Events announce, they
// carry no patient data; whoever wants the facts reads the order.
import { randomBytes } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { mayUseScanner } from '../usecases/decoding/choose-scanner.ts'
import { isSameCaller, isSameUser } from '../../core/domain/words/called-by.ts'
import type { CalledBy } from '../../core/domain/order/entries.ts'
import type { AgentEvent, Announce, OrderKey } from '../usecases/base/ports.ts'
import { latestOfFullest } from './callers/shares.ts'
import { calledBy, shareOf, type Caller } from './callers/tokens.ts'

/** Some 20 KB each. */
export const defaultAtMostStreams = 1_024
const keepAliveMs = 15_000
/** How long the stream of a token that was revoked or has expired lives on at most, unless an event ends it first. */
const lookEveryMs = 1_000
/** What a client that was away may still be told; some 200 bytes each. */
export const atMostRecent = 1_000
/** A client that does not read is cut off; it comes again with its Last-Event-ID. Holds every recent event. */
const atMostUnreadBytes = 512 * 1024

export type EventStreams = {
  readonly announce: Announce
  /**
   * Takes over the response until its peer leaves; nothing for one that left already. `lastEventId`: of the last event the client has seen; what came since is
   * told first, or `reset` when that is gone. The stream ends when `isWelcome` is false. Throws TOO_MANY_STREAMS.
   */
  readonly open: (response: ServerResponse, caller: Caller, isWelcome: () => boolean, lastEventId?: string) => void
  /** Ends the streams of those who are not welcome any more. */
  readonly endUnwelcome: () => void
  readonly close: () => void
}

export type Owners = {
  /** Who asked for a decode. */
  readonly ofDecode: (operationId: string) => CalledBy | undefined
  readonly mayReach: (order: OrderKey, caller: Caller) => boolean
}

type Told = { readonly number: number; readonly text: string; readonly isFor: (caller: Caller) => boolean }

const writeOrCut = (response: ServerResponse, text: string): void => {
  response.write(text)
  if (response.writableLength > atMostUnreadBytes) response.destroy()
}

type Stream = { readonly caller: Caller; readonly isWelcome: () => boolean }

export const createEventStreams = (owners: Owners, atMostStreams = defaultAtMostStreams): EventStreams => {
  const streams = new Map<ServerResponse, Stream>()
  let lastScanUser: string | undefined
  const recent: Told[] = []
  // Ids of an earlier start mean other events.
  const start = randomBytes(8).toString('hex')
  let last = 0
  const idOf = (number: number): string => `${start}-${number}`

  /**
   * The operating-system users who may be told of a scan that no decode waited for: the one who listens, or listened last. When
   * two users listen, none of them is told.
   */
  const scanUsers = (): readonly (string | undefined)[] => {
    const listening = [...streams.values()].filter(({ caller }) => caller.scopes.includes('decode'))
    return listening.length === 0 ? [lastScanUser] : listening.map(({ caller }) => caller.peer?.osUser)
  }

  /** An order is told whom it may be shown; a decode its caller's; a scan that nobody waited for, whoever may use its scanner. */
  const audienceOf = (event: AgentEvent): Told['isFor'] => {
    if (event.type === 'order') {
      return (caller) => owners.mayReach(event, caller)
    }
    if (event.type === 'kiosk') return ({ orgCodg, scopes }) => orgCodg === event.orgCodg && scopes.includes('read')
    if (event.type === 'scan') {
      const [user, ...others] = scanUsers()
      const isOne = others.every((other) => other === user)
      return ({ scopes, scannerRoles, peer }) =>
        scopes.includes('decode') && mayUseScanner(scannerRoles, event.role) && isOne && isSameUser(user, peer?.osUser)
    }
    const owner = owners.ofDecode(event.operationId)
    return (caller) => owner !== undefined && isSameCaller(owner, calledBy(caller))
  }

  /** Ends what is not welcome any more; whoever comes again is told why. */
  const endUnwelcome = (): void => {
    for (const [stream, { isWelcome }] of streams) {
      if (isWelcome()) continue
      streams.delete(stream)
      stream.end()
    }
  }

  /** Throws TOO_MANY_STREAMS, unless another token holds more of the places: then its latest gives way. */
  const makeRoom = (share: string): void => {
    if (streams.size < atMostStreams) return
    const held = [...streams].map(([stream, { caller }]) => [stream, shareOf(caller)] as const)
    const latest = latestOfFullest(held, share)
    if (latest === undefined) throw new AgentError('TOO_MANY_STREAMS')
    streams.delete(latest)
    latest.end()
  }

  /** What was told after an id; undefined when it is not known any more, or never was. */
  const missedSince = (id: string): readonly Told[] | undefined => {
    const [from, digits = ''] = id.split('-')
    const number = /^\d{1,15}$/.test(digits) ? Number(digits) : Number.NaN
    const oldest = recent[0]?.number ?? last + 1
    return from === start && number >= oldest - 1 && number <= last
      ? recent.filter((message) => message.number > number)
      : undefined
  }

  const beat = setInterval(() => {
    for (const stream of streams.keys()) writeOrCut(stream, ': \n\n')
  }, keepAliveMs)
  beat.unref()
  const look = setInterval(endUnwelcome, lookEveryMs)
  look.unref()
  return {
    announce: (event) => {
      endUnwelcome()
      last += 1
      const text = `id: ${idOf(last)}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`
      const message = { number: last, text, isFor: audienceOf(event) }
      recent.push(message)
      if (recent.length > atMostRecent) recent.shift()
      for (const [stream, { caller }] of streams) if (message.isFor(caller)) writeOrCut(stream, text)
    },
    open: (response, caller, isWelcome, lastEventId) => {
      // Gone while the system was asked who it is: its close was told before anybody listened for it.
      if (response.destroyed) return
      makeRoom(shareOf(caller))
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store' })
      streams.set(response, { caller, isWelcome })
      if (caller.scopes.includes('decode')) lastScanUser = caller.peer?.osUser
      response.once('close', () => streams.delete(response))
      const missed = lastEventId === undefined ? [] : missedSince(lastEventId)
      if (missed === undefined) response.write('event: reset\ndata: {"type":"reset"}\n\n')
      for (const message of missed ?? []) if (message.isFor(caller)) response.write(message.text)
      // An id without data is no event, but from now on the client knows where it stands.
      writeOrCut(response, `: connected\nid: ${idOf(last)}\n\n`)
    },
    endUnwelcome,
    close: () => {
      clearInterval(beat)
      clearInterval(look)
      for (const stream of streams.keys()) stream.end()
      streams.clear()
    },
  }
}
