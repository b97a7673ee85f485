// Owns what the endpoints for tokens, pairing and links do. Their rows are routes.ts; an institution manages its own tokens.
import type {
  LinkAnswer,
  OwnTokenAnswer,
  PairedAnswer,
  PairingStarted,
  PairingState,
  RotatedAnswer,
  SessionAnswer,
  TokensAnswer,
} from '../../../contract/local-api/access.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { kioskScopes } from '../../usecases/base/kiosk-fields.ts'
import type { Clock } from '../../usecases/base/ports.ts'
import { okAnswer, type Answer } from '../answers/answer.ts'
import { isOwnOrigin } from '../callers/guard.ts'
import {
  assertMayGive,
  assertOwner,
  ownerName,
  scopes as allScopes,
  shareOf,
  type Caller,
  type Scope,
} from '../callers/tokens.ts'
import { createLinks, ownerLivesMs, sessionLivesMs, unattendedLivesMs } from './links.ts'
import type { Pairings } from './pairings.ts'
import type { AccessRouteName, ExchangeBody, LinkBody, LinkExchangeBody, PairingBody, RotateBody } from './routes.ts'
import type { TokenBook } from './token-book-types.ts'

export type AccessRequest = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** As its route's schema has it (check-request.ts). */
  readonly body: Readonly<Record<string, unknown>>
  /** The Origin header, and the port it came to. */
  readonly origin: string | undefined
  readonly port: number
}

export type AccessHandlers = Readonly<Record<AccessRouteName, (request: AccessRequest) => Answer>>

const minuteMs = 60_000
const dayMs = 24 * 3_600_000
const defaultOverlapMinutes = 10

const refuse = (path: string, name: string, problem: string): AgentError => invalidFields([{ path, name, problem }])

const isoOf = (atMs: number | undefined): string => (atMs === undefined ? '' : shanghaiIso(atMs))

/** Nobody at a kiosk refunds or reads what others pay, and a patient's display only shows. A console gets what its maker has. */
const scopesOf = (page: 'console' | 'kiosk' | 'display', { isOwner, scopes }: Caller): readonly Scope[] => {
  if (page === 'kiosk') return kioskScopes
  if (page === 'display') return ['read']
  return isOwner === true ? allScopes : scopes
}

/** A token's name; undefined for the owner of the machine at his channel, whose links end by themselves. */
const makerOf = ({ name, isOwner }: Caller): string | undefined =>
  isOwner === true && name === ownerName ? undefined : name

/** `kiosk`: the name of the configured kiosk's token and its institution, the machine's; undefined without a kiosk. */
export const createAccessHandlers = (
  book: TokenBook,
  pairings: Pairings,
  clock: Clock,
  kiosk?: { readonly token: string; readonly orgCodg: string },
): AccessHandlers => {
  const links = createLinks(book, clock)

  const mayManage = ({ isOwner, orgCodg }: Caller, owned: string | undefined): boolean =>
    isOwner === true || owned === orgCodg

  /** The name in the address. Throws TOKEN_NOT_FOUND for an institution's that is not the caller's. */
  const nameOf = ({ caller, parameters }: AccessRequest): string => {
    const name = parameters['name'] ?? ''
    const row = book.rows(clock.wallMs()).find((each) => each.name === name)
    if (row === undefined || !mayManage(caller, row.orgCodg)) throw new AgentError('TOKEN_NOT_FOUND')
    return name
  }

  return {
    startPairing: ({ caller, body }) => {
      const { expiresInDays, application = '', ...rest } = body as PairingBody
      if (rest.origin !== undefined && application !== '') {
        throw refuse('origin, application', '网页来源, 程序名称', '只能填写一个')
      }
      const { orgCodg } = caller
      const scopes = [...new Set(rest.scopes)]
      assertMayGive(caller, scopes)
      const maker = makerOf(caller)
      const fixed = application === '' ? {} : { application }
      const { code, expiresAtMs } = pairings.start({ ...rest, ...fixed, scopes, orgCodg, expiresInDays, maker })
      return okAnswer({ code, expiresAt: shanghaiIso(expiresAtMs) } satisfies PairingStarted)
    },
    pairing: ({ caller }) => {
      const none: PairingState = {
        ...{ state: 'none', name: '', scopes: [], origin: '', application: '', expiresAt: '', triesLeft: 0 },
      }
      return okAnswer(mayManage(caller, pairings.orgCodg()) ? pairings.state() : none)
    },
    cancelPairing: ({ caller }) => {
      if (!mayManage(caller, pairings.orgCodg()) || !pairings.cancel()) throw new AgentError('PAIRING_NONE')
      return okAnswer({})
    },
    exchangePairing: ({ body, origin, port }) => {
      // A pairing for nobody in particular is for the agent's own pages too.
      const { origin: page, application } = pairings.state()
      const from = isOwnOrigin(origin, port) && page === '' && application === '' ? undefined : origin
      const { token, pairing, expiresAtMs } = pairings.exchange({ ...(body as ExchangeBody), origin: from })
      const { name, scopes, orgCodg } = pairing
      return okAnswer({ token, name, scopes, orgCodg, expiresAt: isoOf(expiresAtMs) } satisfies PairedAnswer)
    },
    tokens: ({ caller }) => {
      const tokens = book.rows(clock.wallMs()).filter(({ orgCodg }) => mayManage(caller, orgCodg))
      return okAnswer({ tokens } satisfies TokensAnswer)
    },
    ownToken: ({ caller: { name, scopes, orgCodg } }) => okAnswer({ name, scopes, orgCodg } satisfies OwnTokenAnswer),
    revokeToken: (request) => {
      book.revoke(nameOf(request), clock.wallMs())
      return okAnswer({})
    },
    rotateToken: (request) => {
      const name = nameOf(request)
      const { overlapMinutes = defaultOverlapMinutes, expiresInDays } = request.body as RotateBody
      const nowMs = clock.wallMs()
      const row = book.rows(nowMs).find((each) => each.name === name)
      // Whoever gets the new token has all that it may.
      assertMayGive(request.caller, row?.scopes ?? [])
      if (row?.state === 'expired' && expiresInDays === undefined) {
        throw refuse('expiresInDays', '有效天数', '令牌已过期, 须填写')
      }
      const endsMs = expiresInDays === undefined ? undefined : nowMs + expiresInDays * dayMs
      const { token, expiresAtMs, previousUntilMs } = book.rotate(name, overlapMinutes * minuteMs, endsMs, nowMs)
      const previousUntil = isoOf(previousUntilMs)
      return okAnswer({ name, token, expiresAt: isoOf(expiresAtMs), previousUntil } satisfies RotatedAnswer)
    },
    makeLink: ({ caller, body, port }) => {
      const { page = 'console', scopes: wanted, settings = false } = body as LinkBody
      if (page !== 'console' && settings) throw refuse('settings', '更改设置', '只用于 console')
      if (settings) assertOwner(caller)
      if (page !== 'console' && wanted !== undefined) throw refuse('scopes', '权限', '只有 console 可以选择')
      if (page === 'kiosk' && kiosk?.orgCodg !== caller.orgCodg) throw new AgentError('KIOSK_NOT_CONFIGURED')
      const scopes = [...new Set(wanted ?? scopesOf(page, caller))]
      assertMayGive(caller, scopes)
      const { link, expiresAtMs } = links.make({
        // The kiosk's own name, so that what it does is done as the configured kiosk.
        name: page === 'kiosk' ? (kiosk?.token ?? '') : page,
        orgCodg: caller.orgCodg,
        scopes,
        livesMs: page !== 'console' ? unattendedLivesMs : settings ? ownerLivesMs : sessionLivesMs,
        maker: makerOf(caller),
        share: shareOf(caller),
        ...(settings ? { isOwner: true } : {}),
      })
      const address = `http://127.0.0.1:${port}/${page}/#link=${link}`
      return okAnswer({ link: address, expiresAt: shanghaiIso(expiresAtMs) } satisfies LinkAnswer)
    },
    exchangeLink: ({ body, origin, port }) => {
      const { link } = body as LinkExchangeBody
      if (!isOwnOrigin(origin, port)) throw new AgentError('ORIGIN_REFUSED', { addition: '只限助手自己的网页' })
      const { token, name, scopes, expiresAtMs } = links.exchange(link)
      return okAnswer({ token, name, scopes, expiresAt: shanghaiIso(expiresAtMs) } satisfies SessionAnswer)
    },
  }
}
