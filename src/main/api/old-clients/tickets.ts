// Owns tickets: each lets whoever shows it read one order once, within seconds, from one origin. For programs and scripts
// that can only GET and have no header for a token.
import { randomBytes } from 'node:crypto'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { oldestToLeave } from '../callers/shares.ts'
import { shareOf, type Caller } from '../callers/tokens.ts'

export const ticketLivesMs = 30_000
/** Of one token. */
const atMostTickets = 1_000
const ticketBytes = 24

type Ticket = {
  readonly caller: Caller
  readonly medOrgOrd: string
  /** "" for a program, which has none. */
  readonly origin: string
  readonly endsMs: number
}

export type Tickets = {
  readonly issue: (caller: Caller, medOrgOrd: string, origin: string) => string
  /** Who may read; the ticket is gone, fit or not. Throws TICKET_INVALID. */
  readonly take: (ticket: string, medOrgOrd: string, origin: string) => Caller
}

/** `nowMs`: a monotonic clock. */
export const createTickets = (nowMs: () => number): Tickets => {
  const live = new Map<string, Ticket>()
  return {
    issue: (caller, medOrgOrd, origin) => {
      // The oldest ends first, so it stands first.
      for (const [name, { endsMs }] of live) {
        if (endsMs > nowMs()) break
        live.delete(name)
      }
      const oldest = oldestToLeave(live, (ticket) => shareOf(ticket.caller) === shareOf(caller), atMostTickets)
      if (oldest !== undefined) live.delete(oldest)
      const name = randomBytes(ticketBytes).toString('base64url')
      live.set(name, { caller, medOrgOrd, origin, endsMs: nowMs() + ticketLivesMs })
      return name
    },
    take: (name, medOrgOrd, origin) => {
      const ticket = live.get(name)
      live.delete(name)
      const fits = ticket?.medOrgOrd === medOrgOrd && ticket.origin === origin && ticket.endsMs > nowMs()
      if (!fits) throw new AgentError('TICKET_INVALID')
      return ticket.caller
    },
  }
}
