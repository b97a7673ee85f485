// Owns which tokens there are while the agent runs: those of the configuration, those of the store (paired or rolled out), and
// the sessions of the agent's own pages. Every change is on the disk before it counts. Who may change them is ../access.
import type { TokenRow } from '../../../contract/local-api/access.ts'
import type { KeptToken, TokenFile } from '../../../contract/token-file.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { baseOfSession, isSessionOf } from '../../../core/domain/words/session-name.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import { isOfKiosk, kioskScopes } from '../../usecases/base/kiosk-fields.ts'
import { keyIdOf } from '../callers/signed-request.ts'
import { oldestToLeave } from '../callers/shares.ts'
import { createToken, isExpired, ownerName, ownPages, type Scope, type StoredToken } from '../callers/tokens.ts'
import { takeRollOut } from './roll-out.ts'
import type { TokenBook, TokenBookOptions } from './token-book-types.ts'
import { readTokenFile, tokensOf, writeTokenFile } from './token-file.ts'

/** Revoked ones count: their names are what the journal knows. */
const atMostKept = 500
/** Of one token and page. */
const atMostSessions = 64

const isKioskScope = (scope: Scope): boolean => kioskScopes.some((kioskScope) => kioskScope === scope)

const isoOf = (atMs: number | undefined): string => (atMs === undefined ? '' : shanghaiIso(atMs))

/** Throws TOKENS_DAMAGED, TOKENS_UNWRITABLE, and CONFIG_INVALID when a name is both configured and kept. */
export const openTokenBook = ({ fixed: fixedTokens, store, log, ...options }: TokenBookOptions): TokenBook => {
  const limit = <Token extends { readonly name: string; readonly scopes: readonly Scope[] }>(token: Token): Token =>
    isOfKiosk(options.kioskToken, token.name) ? { ...token, scopes: token.scopes.filter(isKioskScope) } : token
  const fixed = fixedTokens.map(limit)
  let file = readTokenFile(store)
  const sessions = new Map<string, StoredToken & { readonly maker: string | undefined }>()
  const listeners: ((name: string) => void)[] = []
  let byHash = new Map<string, StoredToken>()
  let byKeyId = new Map<string, StoredToken>()
  let revoked = new Set<string>()
  let origins = new Set<string>()

  const index = (): void => {
    revoked = new Set(file.refused.map(({ hash }) => hash))
    for (const kept of file.tokens) {
      if (kept.revokedAt === undefined) continue
      for (const { hash } of tokensOf(kept)) revoked.add(hash)
    }
    const kept = file.tokens
      .filter(({ revokedAt }) => revokedAt === undefined)
      .flatMap(tokensOf)
      .map(limit)
    const live = [...fixed, ...kept, ...sessions.values()].filter(({ hash }) => !revoked.has(hash))
    byHash = new Map(live.map((token) => [token.hash, token]))
    byKeyId = new Map(live.map((token) => [keyIdOf(token), token]))
    origins = new Set(live.flatMap(({ origin }) => (origin === undefined || origin === ownPages ? [] : [origin])))
  }

  const save = (next: TokenFile): void => {
    writeTokenFile(store, next)
    file = next
    index()
  }

  const put = (kept: KeptToken): void => {
    const others = file.tokens.filter(({ name }) => name !== kept.name)
    save({ ...file, tokens: [...others, kept] })
  }

  const findKept = (name: string): KeptToken | undefined => file.tokens.find((kept) => kept.name === name)
  const isFixed = (name: string): boolean => fixed.some((token) => token.name === name)

  /** What a token's holder made ends with it, and what was made by that in turn. */
  const endWith = (name: string): void => {
    for (const session of [...sessions.values()].filter(({ maker }) => maker === name)) {
      sessions.delete(session.name)
      endWith(session.name)
    }
    index()
    for (const listener of listeners) listener(name)
  }

  const endSession = (name: string): void => {
    sessions.delete(name)
    endWith(name)
  }
  const hasUnattended = (name: string): boolean =>
    [...sessions.values()].some((session) => session.maker === name && baseOfSession(session.name) !== 'console')

  const liveOf = (name: string, nowMs: number): readonly StoredToken[] =>
    [...byHash.values()].filter((token) => token.name === name && !isExpired(token, nowMs))

  const isKiosksSession = (name: string): boolean => isSessionOf(options.kioskToken ?? 'kiosk', name)
  /** Of the owner's channel and of sessions, that ended ones have left in the journal too. */
  const isReserved = (name: string): boolean =>
    name === ownerName || isSessionOf('console', name) || isSessionOf('display', name) || isKiosksSession(name)

  const assertFree: TokenBook['assertFree'] = ({ name, orgCodg, replace = false }) => {
    const kept = findKept(name)
    if (isFixed(name) || sessions.has(name)) throw new AgentError('TOKEN_NAME_TAKEN', { addition: name })
    if (replace) {
      if (kept?.orgCodg !== orgCodg) throw new AgentError('TOKEN_NOT_FOUND', { addition: name })
      return
    }
    if (kept !== undefined || isReserved(name)) throw new AgentError('TOKEN_NAME_TAKEN', { addition: name })
    if (file.tokens.length >= atMostKept) throw new AgentError('TOO_MANY_TOKENS')
  }

  const fixedRow = (token: StoredToken, nowMs: number, source: TokenRow['source']): TokenRow => {
    const refusal = file.refused.find(({ hash }) => hash === token.hash)
    const state = refusal !== undefined ? 'revoked' : isExpired(token, nowMs) ? 'expired' : 'valid'
    return {
      name: token.name,
      source,
      state,
      scopes: token.scopes,
      orgCodg: token.orgCodg,
      expiresAt: isoOf(token.expiresAtMs),
      createdAt: '',
      revokedAt: refusal?.revokedAt ?? '',
      origin: token.origin === ownPages ? '' : (token.origin ?? ''),
      application: '',
      previousUntil: '',
    }
  }

  const keptRow = (kept: KeptToken, nowMs: number): TokenRow => {
    const {
      name,
      scopes,
      orgCodg,
      expiresAt = '',
      createdAt,
      revokedAt = '',
      origin = '',
      application = '',
    } = limit(kept)
    const isOver = expiresAt !== '' && Date.parse(expiresAt) <= nowMs
    const state = revokedAt !== '' ? 'revoked' : isOver ? 'expired' : 'valid'
    const until = kept.previous?.until ?? ''
    const previousUntil = state === 'valid' && until !== '' && Date.parse(until) > nowMs ? until : ''
    return {
      ...{ name, source: 'store', state, scopes, orgCodg, expiresAt, createdAt, revokedAt, origin, application },
      previousUntil,
    }
  }

  const rolledOut = takeRollOut(file.tokens, options.rolledOut, options.orgCodg, options.nowMs, log)
  if (rolledOut !== undefined) save({ ...file, tokens: rolledOut })
  index()
  for (const { name } of [...fixed, ...file.tokens]) {
    const isTwice = isFixed(name) && findKept(name) !== undefined
    if (!isTwice && !isKiosksSession(name)) continue
    const problem = isTwice ? '已由配对或预置的令牌使用' : '与自助机网页的会话分不清'
    throw new AgentError('CONFIG_INVALID', { addition: `令牌名称 ${name} ${problem}, 请换一个名称` })
  }

  return {
    find: (hash) => {
      if (revoked.has(hash)) throw new AgentError('TOKEN_REVOKED')
      return byHash.get(hash)
    },
    findByKeyId: (keyId) => byKeyId.get(keyId),
    isLive: (token, nowMs) => {
      const now = byHash.get(token.hash)
      return now !== undefined && !isExpired(now, nowMs)
    },
    hasOrigin: (origin) => origins.has(origin),
    rows: (nowMs) => [
      ...fixed.map((token) => fixedRow(token, nowMs, 'config')),
      ...file.tokens.map((kept) => keptRow(kept, nowMs)),
      ...[...sessions.values()].map((token) => fixedRow(token, nowMs, 'session')),
    ],
    assertFree,
    add: (newToken, nowMs) => {
      assertFree(newToken)
      const { token, hash } = createToken()
      const { name, orgCodg, scopes, origin, charset, fsiNames, application, expiresAtMs } = newToken
      put({
        ...{ name, hash, scopes: [...scopes], orgCodg, createdAt: shanghaiIso(nowMs) },
        ...(expiresAtMs === undefined ? {} : { expiresAt: shanghaiIso(expiresAtMs) }),
        ...(origin === undefined ? {} : { origin }),
        ...(application === undefined ? {} : { application }),
        ...(charset === undefined ? {} : { charset }),
        ...(fsiNames === undefined ? {} : { fsiNames }),
      })
      if (newToken.replace === true) endWith(name)
      log('info', 'access.added', { name })
      return token
    },
    addSession: ({ maker, isOwner, origin, ...session }, nowMs) => {
      const makers = maker === undefined ? [] : liveOf(maker, nowMs)
      if (maker !== undefined && makers.length === 0) throw new AgentError('LINK_INVALID')
      const ends = makers.map(({ expiresAtMs = Number.POSITIVE_INFINITY }) => expiresAtMs)
      const expiresAtMs = Math.min(session.expiresAtMs, ...(ends.length === 0 ? [] : [Math.max(...ends)]))
      const { token, hash } = createToken()
      for (const [name, ended] of sessions) if (isExpired(ended, nowMs)) endSession(name)
      const page = baseOfSession(session.name)
      const isOwn = ({ name, share }: StoredToken): boolean =>
        share === session.share && baseOfSession(name) === page && name !== maker && !hasUnattended(name)
      const oldest = oldestToLeave(sessions, isOwn, atMostSessions)
      if (oldest !== undefined) endSession(oldest)
      sessions.set(session.name, {
        ...{ ...session, hash, expiresAtMs, maker },
        ...(origin === undefined ? {} : { origin }),
        ...(isOwner === undefined ? {} : { isOwner }),
      })
      index()
      log('info', 'access.session', { name: session.name })
      return { token, expiresAtMs }
    },
    onEnded: (listener) => {
      listeners.push(listener)
    },
    revoke: (name, nowMs) => {
      const kept = findKept(name)
      const configured = fixed.find((token) => token.name === name)
      const revokedAt = shanghaiIso(nowMs)
      if (sessions.delete(name)) log('info', 'access.session-ended', { name })
      else if (kept !== undefined) {
        if (kept.revokedAt === undefined) put({ ...kept, revokedAt })
      } else if (configured !== undefined) {
        const { hash } = configured
        if (!revoked.has(hash)) save({ ...file, refused: [...file.refused, { name, hash, revokedAt }] })
      } else throw new AgentError('TOKEN_NOT_FOUND', { addition: name })
      endWith(name)
      log('info', 'access.revoked', { name })
    },
    rotate: (name, overlapMs, newEndMs, nowMs) => {
      if (isFixed(name) || sessions.has(name)) throw new AgentError('TOKEN_FIXED', { addition: name })
      const kept = findKept(name)
      if (kept === undefined) throw new AgentError('TOKEN_NOT_FOUND', { addition: name })
      if (kept.revokedAt !== undefined) throw new AgentError('TOKEN_REVOKED', { addition: name })
      const { token, hash } = createToken()
      const { previous: _previous, expiresAt, ...rest } = kept
      const end = newEndMs === undefined ? expiresAt : shanghaiIso(newEndMs)
      const previousUntilMs = overlapMs === 0 ? undefined : nowMs + overlapMs
      put({
        ...rest,
        hash,
        ...(end === undefined ? {} : { expiresAt: end }),
        ...(previousUntilMs === undefined
          ? {}
          : { previous: { hash: kept.hash, until: shanghaiIso(previousUntilMs) } }),
      })
      // Whoever lets the old one end at once has a reason: what its holder opened may be a thief's.
      if (overlapMs === 0) endWith(name)
      log('info', 'access.rotated', { name })
      return { token, expiresAtMs: end === undefined ? undefined : Date.parse(end), previousUntilMs }
    },
  }
}
