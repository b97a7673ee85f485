// Owns links to the agent's own pages: each opens one session, once, within a minute. The link stands behind # in the address, so
// no request, log or Referer ever carries it.
import { randomBytes } from 'node:crypto'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { sessionName, sessionNameBytes } from '../../../core/domain/words/session-name.ts'
import { oldestToLeave } from '../callers/shares.ts'
import { hashToken, ownPages, type Scope } from '../callers/tokens.ts'
import type { Clock } from '../../usecases/base/ports.ts'
import type { TokenBook } from './token-book-types.ts'

export const linkLivesMs = 60_000
/** Of a console: a shift. */
export const sessionLivesMs = 12 * 3_600_000
/** Of one in which the owner changes the machine's settings. */
export const ownerLivesMs = 15 * 60_000
/** Of a page that nobody sits at; it ends with the agent in any case. */
export const unattendedLivesMs = 90 * 86_400_000
/** Of one token. */
const atMostLinks = 16
const linkBytes = 32

/** What a link opens: a session whose name begins with `name`. */
export type LinkWish = {
  readonly name: string
  readonly orgCodg: string
  readonly scopes: readonly Scope[]
  readonly livesMs: number
  /** The token that made it; undefined: the owner of the machine. */
  readonly maker: string | undefined
  readonly share: string
  /** The session may do what only the owner may. */
  readonly isOwner?: true
}

type Link = LinkWish & { readonly endsMs: number }

export type Session = {
  readonly token: string
  readonly name: string
  readonly scopes: readonly Scope[]
  readonly expiresAtMs: number
}

export type Links = {
  /** The secret of a new link; the oldest of too many of one token gives way. */
  readonly make: (wish: LinkWish) => { readonly link: string; readonly expiresAtMs: number }
  /** Uses the link up and opens a session. Throws LINK_INVALID. */
  readonly exchange: (link: string) => Session
}

export const createLinks = (book: TokenBook, clock: Clock): Links => {
  const links = new Map<string, Link>()
  book.onEnded((name) => {
    for (const [key, { maker }] of links) if (maker === name) links.delete(key)
  })
  const makeRoom = (share: string): void => {
    for (const [key, { endsMs }] of links) if (endsMs <= clock.monotonicMs()) links.delete(key)
    const oldest = oldestToLeave(links, (link) => link.share === share, atMostLinks)
    if (oldest !== undefined) links.delete(oldest)
  }
  return {
    make: (wish) => {
      makeRoom(wish.share)
      const link = randomBytes(linkBytes).toString('base64url')
      links.set(hashToken(link), { ...wish, endsMs: clock.monotonicMs() + linkLivesMs })
      return { link, expiresAtMs: clock.wallMs() + linkLivesMs }
    },
    exchange: (text) => {
      const key = hashToken(text)
      const link = links.get(key)
      links.delete(key)
      if (link === undefined || link.endsMs <= clock.monotonicMs()) throw new AgentError('LINK_INVALID')
      const name = sessionName(link.name, randomBytes(sessionNameBytes).toString('hex'))
      const { orgCodg, scopes, maker, share, isOwner, livesMs } = link
      const nowMs = clock.wallMs()
      const session = { name, orgCodg, scopes, origin: ownPages, expiresAtMs: nowMs + livesMs, maker, share, isOwner }
      return { ...book.addSession(session, nowMs), name, scopes }
    },
  }
}
