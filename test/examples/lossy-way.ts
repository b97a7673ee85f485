// A way to the agent that loses answers: it passes every call on, and of the first call to each named address it throws the
// answer away and breaks the connection, so that the caller cannot know what happened.
import { once } from 'node:events'
import { createServer, request as forward, type IncomingMessage, type ServerResponse } from 'node:http'

export type LossyWay = {
  readonly url: string
  /** Addresses whose first answer was lost so far. */
  readonly lost: ReadonlySet<string>
  readonly close: () => Promise<void>
}

export const startLossyWay = async (agentUrl: string, addresses: readonly string[]): Promise<LossyWay> => {
  const { hostname, port, host } = new URL(agentUrl)
  const lost = new Set<string>()
  const pass = (incoming: IncomingMessage, response: ServerResponse): void => {
    const path = incoming.url ?? ''
    const loses = incoming.method === 'POST' && addresses.includes(path) && !lost.has(path)
    if (loses) lost.add(path)
    const { method, headers } = incoming
    const outgoing = forward({ hostname, port, path, method, headers: { ...headers, host } }, (reply) => {
      if (loses) {
        reply.resume()
        reply.on('end', () => incoming.socket.destroy())
        return
      }
      response.writeHead(reply.statusCode ?? 500, reply.headers)
      reply.pipe(response)
    })
    outgoing.on('error', () => incoming.socket.destroy())
    incoming.pipe(outgoing)
  }
  const server = createServer(pass)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  return {
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    lost,
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
