// Owns what is refused before any route is looked up: wrong Host (DNS rebinding) and web pages nobody registered.
import type { IncomingMessage } from 'node:http'
import type { ErrorCode } from '../domain/errors.ts'

const hostNames = ['127.0.0.1', 'localhost', '[::1]']

/** The Host headers that name this agent. */
export const allowedHosts = (port: number): ReadonlySet<string> =>
  new Set(hostNames.flatMap((name) => (port === 80 ? [name, `${name}:80`] : [`${name}:${port}`])))

/**
 * Why a request is refused, or undefined. A page's own Origin must be registered exactly; a missing Origin is no trust,
 * the token decides. Sec-Fetch-Site tells a page's request even where a same-origin GET carries no Origin.
 */
export const refusalOf = (
  request: IncomingMessage,
  hosts: ReadonlySet<string>,
  origins: ReadonlySet<string>,
): ErrorCode | undefined => {
  if (!hosts.has((request.headers.host ?? '').toLowerCase())) return 'HOST_REFUSED'
  const { origin } = request.headers
  const own = origin !== undefined && hosts.has(origin.replace(/^http:\/\//, ''))
  if (origin !== undefined && !own && !origins.has(origin)) return 'ORIGIN_REFUSED'
  const site = request.headers['sec-fetch-site']
  const foreignPage = origin === undefined && (site === 'cross-site' || site === 'same-site')
  return foreignPage ? 'ORIGIN_REFUSED' : undefined
}
