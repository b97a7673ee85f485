// Owns pairing: six digits that an administrator reads out and a program exchanges for its token. What the token may is fixed
// when the pairing starts, so that whoever exchanges chooses nothing.
import { randomInt, timingSafeEqual } from 'node:crypto'
import type { PairingState } from '../../../contract/local-api/access.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Clock } from '../../usecases/base/ports.ts'
import type { NewToken } from './token-book-types.ts'
import type { TokenBook } from './token-book-types.ts'

export const pairingLivesMs = 120_000
const atMostTries = 5
const codeDigits = 6
const dayMs = 24 * 3_600_000

export type PairingRequest = Omit<NewToken, 'expiresAtMs'> & {
  readonly expiresInDays: number | undefined
  /** The token that began it; undefined: the owner of the machine. */
  readonly maker: string | undefined
}

export type Exchange = {
  readonly code: string
  /** The program as it names itself. */
  readonly application: string
  /** Of the page that exchanges; undefined for a program. */
  readonly origin: string | undefined
}

export type Paired = {
  readonly token: string
  readonly pairing: PairingRequest
  readonly expiresAtMs: number | undefined
}

export type Pairings = {
  /** Throws PAIRING_OPEN while another is, and what `TokenBook.assertFree` throws. */
  readonly start: (request: PairingRequest) => { readonly code: string; readonly expiresAtMs: number }
  /** Throws PAIRING_CODE_INVALID, and what `TokenBook.add` throws. */
  readonly exchange: (exchange: Exchange) => Paired
  readonly state: () => PairingState
  /** False when none was open. */
  readonly cancel: () => boolean
  /** True for the page that an open pairing is for: it may ask before it has a token. */
  readonly awaits: (origin: string) => boolean
  /** Of the last pairing; undefined before the first. */
  readonly orgCodg: () => string | undefined
}

type Pairing = {
  readonly request: PairingRequest
  readonly code: string
  readonly endsMs: number
  readonly expiresAtMs: number
  tries: number
  end?: 'used' | 'cancelled'
}

const sameCode = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))

/** One pairing at a time: five tries are then five in a million, and the code alone says which pairing is meant. */
export const createPairings = (book: TokenBook, clock: Clock): Pairings => {
  let last: Pairing | undefined

  const stateOf = (pairing: Pairing): PairingState['state'] =>
    pairing.end ?? (pairing.tries >= atMostTries ? 'dead' : clock.monotonicMs() >= pairing.endsMs ? 'expired' : 'open')

  const open = (): Pairing | undefined => (last !== undefined && stateOf(last) === 'open' ? last : undefined)

  book.onEnded((name) => {
    const pairing = open()
    if (pairing?.request.maker === name) pairing.end = 'cancelled'
  })

  /** All say the same: which of code, origin and application was wrong is not for a guesser to know. */
  const refuse = (pairing: Pairing | undefined): AgentError => {
    const triesLeft = pairing === undefined ? 0 : atMostTries - pairing.tries
    const addition = triesLeft > 0 ? `还可再试 ${triesLeft} 次` : '没有等待中的配对, 请管理员重新发起'
    return new AgentError('PAIRING_CODE_INVALID', { addition, detail: { triesLeft } })
  }

  return {
    start: (request) => {
      const other = open()?.request
      if (other !== undefined) {
        const isOwn = request.maker === undefined || other.orgCodg === request.orgCodg
        throw new AgentError('PAIRING_OPEN', { addition: isOwn ? other.name : '另一机构的配对' })
      }
      book.assertFree(request)
      const code = String(randomInt(10 ** codeDigits)).padStart(codeDigits, '0')
      const expiresAtMs = clock.wallMs() + pairingLivesMs
      last = { request, code, endsMs: clock.monotonicMs() + pairingLivesMs, expiresAtMs, tries: 0 }
      return { code, expiresAtMs }
    },
    exchange: ({ code, application, origin }) => {
      const pairing = open()
      if (pairing === undefined) throw refuse(undefined)
      const { request } = pairing
      const fits = request.origin === origin && (request.application ?? application) === application
      if (!sameCode(code, pairing.code) || !fits) {
        pairing.tries += 1
        throw refuse(pairing)
      }
      const { expiresInDays } = request
      const nowMs = clock.wallMs()
      const expiresAtMs = expiresInDays === undefined ? undefined : nowMs + expiresInDays * dayMs
      const token = book.add({ ...request, application, expiresAtMs }, nowMs)
      pairing.end = 'used'
      return { token, pairing: request, expiresAtMs }
    },
    state: () => {
      if (last === undefined) {
        return { state: 'none', name: '', scopes: [], origin: '', application: '', expiresAt: '', triesLeft: 0 }
      }
      const { name, scopes, origin = '', application = '' } = last.request
      const state = stateOf(last)
      const triesLeft = state === 'open' ? atMostTries - last.tries : 0
      return { state, name, scopes, origin, application, expiresAt: shanghaiIso(last.expiresAtMs), triesLeft }
    },
    cancel: () => {
      const pairing = open()
      if (pairing !== undefined) pairing.end = 'cancelled'
      return pairing !== undefined
    },
    awaits: (origin) => open()?.request.origin === origin,
    orgCodg: () => last?.request.orgCodg,
  }
}
