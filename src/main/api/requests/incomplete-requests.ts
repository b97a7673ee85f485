// Owns what a sender costs who has not shown who he is while his request is not complete, or who does not take his answer: a
// short time for the body, and his connection when all places are taken. What a known sender may take is limited-server.ts.
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'

const bodyWithinMs = 10_000

export type IncompleteRequests = {
  /** `atMost`: connections of this server, from which on one gives way to each that comes. */
  readonly watch: (server: Server, atMost: number) => void
  /** Whose token the headers showed: the time and the place are his. */
  readonly know: (request: IncomingMessage) => void
}

/** What a connection waits for: its first request, or the rest of one; `idle`: the next one. */
type Waiting = { request: IncomingMessage | undefined; response: ServerResponse | undefined; idle: boolean }

export const createIncompleteRequests = (): IncompleteRequests => {
  const ofKnownCallers = new WeakSet<IncomingMessage>()

  const isOpen = (request: IncomingMessage): boolean => !request.complete && !ofKnownCallers.has(request)
  /** In the order in which they came; those who were answered stand behind those who were not, before those who do not read it. */
  const nextToGo = (connections: ReadonlyMap<Socket, Waiting>): Socket | undefined => {
    let idle: Socket | undefined
    let deaf: Socket | undefined
    for (const [socket, waiting] of connections) {
      if (waiting.idle) idle ??= socket
      else if (waiting.response?.writableEnded === true) deaf ??= socket
      else if (waiting.request === undefined || isOpen(waiting.request)) return socket
    }
    return idle ?? deaf
  }

  return {
    watch: (server, atMost) => {
      const connections = new Map<Socket, Waiting>()
      server.on('connection', (socket: Socket) => {
        if (connections.size >= atMost) nextToGo(connections)?.destroy()
        connections.set(socket, { request: undefined, response: undefined, idle: false })
        socket.once('close', () => connections.delete(socket))
      })
      server.prependListener('request', (request, response) => {
        const { socket } = request
        const waiting = connections.get(socket)
        if (waiting === undefined) return
        Object.assign(waiting, { request, response, idle: false })
        // As Node tells of a request that took longer than its own limit.
        const late = setTimeout(() => {
          const error = Object.assign(new Error('body of an unknown sender'), { code: 'ERR_HTTP_REQUEST_TIMEOUT' })
          if (isOpen(request)) server.emit('clientError', error, socket)
        }, bodyWithinMs).unref()
        response.once('close', () => {
          clearTimeout(late)
          if (waiting.request === request) waiting.idle = true
        })
      })
    },
    know: (request) => ofKnownCallers.add(request),
  }
}
