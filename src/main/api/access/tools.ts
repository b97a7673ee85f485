// Owns what the endpoints of tokens, pairings and links work with, and what they share: an institution manages its own tokens.
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { shanghaiIso } from '../../../core/domain/time/shanghai-time.ts'
import type { Clock } from '../../usecases/base/ports.ts'
import { ownerName, type Caller } from '../callers/tokens.ts'
import { defining, type ApiRequest } from '../endpoint/definition.ts'
import { createLinks, type Links } from '../tokens/links.ts'
import type { Pairings } from '../tokens/pairings.ts'
import type { TokenBook } from '../tokens/token-book-types.ts'

export type AccessTools = {
  readonly book: TokenBook
  readonly pairings: Pairings
  readonly links: Links
  readonly clock: Clock
  /** The name of the configured kiosk's token and its institution, the machine's; undefined without a kiosk. */
  readonly kiosk: { readonly token: string; readonly orgCodg: string } | undefined
}

/** Defines an endpoint that works with these tools. */
export const accessEndpoint = defining<AccessTools>()

export const createAccessTools = (parts: Omit<AccessTools, 'links'>): AccessTools => ({
  ...parts,
  links: createLinks(parts.book, parts.clock),
})

export const refuseField = (path: string, name: string, problem: string): AgentError =>
  invalidFields([{ path, name, problem }])

/** "" for undefined. */
export const isoOf = (atMs: number | undefined): string => (atMs === undefined ? '' : shanghaiIso(atMs))

/** A token's name; undefined for the owner of the machine at his channel, whose links end by themselves. */
export const makerOf = ({ name, isOwner }: Caller): string | undefined =>
  isOwner === true && name === ownerName ? undefined : name

export const mayManage = ({ isOwner, orgCodg }: Caller, owner: string | undefined): boolean =>
  isOwner === true || owner === orgCodg

/** The token that the address names. Throws TOKEN_NOT_FOUND for an institution's that is not the caller's. */
export const tokenNameOf = (
  { caller, parameters }: Pick<ApiRequest, 'caller' | 'parameters'>,
  { book, clock }: AccessTools,
): string => {
  const name = parameters['name'] ?? ''
  const row = book.rows(clock.wallMs()).find((listed) => listed.name === name)
  if (row === undefined || !mayManage(caller, row.orgCodg)) throw new AgentError('TOKEN_NOT_FOUND')
  return name
}
