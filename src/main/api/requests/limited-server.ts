// Owns a server of Node's HTTP with its limits: sizes, times and connections, before any request is understood.
import { createServer, type RequestListener, type Server } from 'node:http'
import type { IncompleteRequests } from './incomplete-requests.ts'
import type { WholeRequests } from './whole-requests.ts'

const maxHeaderBytes = 16 * 1024
const headersWithinMs = 10_000
const requestWithinMs = 60_000
/** By default Node looks for such connections only every 30 s. */
const checkEveryMs = 2_000
const keepAliveMs = 60_000
/** The streams, and room for those who call. */
const atMostConnections = 1_280
/** Places that are made free before they are needed: who comes when there is none is turned away by the system. */
const spareConnections = 16

export const createLimitedServer = (
  listener: RequestListener,
  requests: Pick<WholeRequests, 'watch'>,
  incomplete: Pick<IncompleteRequests, 'watch'>,
): Server => {
  const server = createServer(
    {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: headersWithinMs,
      connectionsCheckingInterval: checkEveryMs,
      requestTimeout: requestWithinMs,
      keepAliveTimeout: keepAliveMs,
    },
    listener,
  )
  requests.watch(server)
  incomplete.watch(server, atMostConnections - spareConnections)
  server.maxConnections = atMostConnections
  // Who keeps connections without using them makes room for who comes.
  server.on('drop', () => {
    server.closeIdleConnections()
  })
  return server
}
