// Owns what is decided before any route is looked up: wrong Host (DNS rebinding), web pages nobody registered, and what the
// browser of a registered one is told.
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ErrorCode } from '../../../core/domain/errors/error-table.ts'
import { nonceHeader, timestampHeader } from './request-nonce.ts'

const hostNames = ['127.0.0.1', 'localhost', '[::1]']

/** The Host headers that name this agent. */
export const allowedHosts = (port: number): ReadonlySet<string> =>
  new Set(hostNames.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])))

/** Node takes the first of two; whoever stands between may have looked at the other. */
const onlyOnce = ['host', 'authorization', 'content-type', 'origin', 'referer']

/** The header that a request may have only once and has more often. */
export const repeatedHeader = ({ rawHeaders }: IncomingMessage): string | undefined => {
  const names = rawHeaders.filter((_text, index) => index % 2 === 0).map((name) => name.toLowerCase())
  return onlyOnce.find((name) => names.indexOf(name) !== names.lastIndexOf(name))
}

/** True for a page that the agent itself serves. */
export const isOwnOrigin = (origin: string | undefined, port: number): boolean =>
  origin?.startsWith('http://') === true && allowedHosts(port).has(origin.slice('http://'.length))

/** Whether a web page is registered, or some token is for it. */
export type KnowsOrigin = (origin: string) => boolean

/**
 * Why a request is refused, or undefined. A page's own Origin must be known exactly; a missing Origin is no trust,
 * the token decides. Sec-Fetch-Site tells a page's request even where a same-origin GET carries no Origin.
 */
export const refusalOf = (
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
  knows: KnowsOrigin,
): ErrorCode | undefined => {
  if (!hosts.has((request.headers.host ?? '').toLowerCase())) return 'HOST_REFUSED'
  const { origin } = request.headers
  const isOwn = origin?.startsWith('http://') === true && hosts.has(origin.slice('http://'.length))
  if (origin !== undefined && !isOwn && !knows(origin)) return 'ORIGIN_REFUSED'
  const site = request.headers['sec-fetch-site']
  const foreignPage = origin === undefined && (site === 'cross-site' || site === 'same-site')
  return foreignPage ? 'ORIGIN_REFUSED' : undefined
}

const preflightSeconds = '600'
const allowedHeaders = `authorization, content-type, last-event-id, ${nonceHeader}, ${timestampHeader}`

/**
 * Tells the browser of a registered page that it may read the answer (CORS); true when that was all it asked (preflight).
 * The Origin itself is repeated, never `*`, and no cookie is ever meant: the token stands in a header or the body.
 */
export const answerPage = (request: IncomingMessage, response: ServerResponse, knows: KnowsOrigin): boolean => {
  const { origin } = request.headers
  if (origin === undefined || !knows(origin)) return false
  response.setHeader('access-control-allow-origin', origin)
  response.setHeader('vary', 'Origin')
  if (request.method !== 'OPTIONS' || request.headers['access-control-request-method'] === undefined) return false
  response.setHeader('access-control-allow-methods', 'GET, POST')
  response.setHeader('access-control-allow-headers', allowedHeaders)
  response.setHeader('access-control-max-age', preflightSeconds)
  // Private Network Access, which browsers gave up for a permission of the user; harmless, since only these pages get it.
  if (request.headers['access-control-request-private-network'] === 'true') {
    response.setHeader('access-control-allow-private-network', 'true')
  }
  response.writeHead(204).end()
  return true
}
