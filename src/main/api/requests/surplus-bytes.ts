// Owns whether bytes follow a request on its connection before it is answered. Node's parser keeps to itself what may become the
// next request, down to a single letter; whoever waits for an answer sends none, so it was cut off the body (RULES 2.7).
import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'

const headEnd = Buffer.from('\r\n\r\n')
const lineEnd = new Set([0x0d, 0x0a])

type Seen = {
  /** How many bytes came before `part`, and the part itself, with up to three bytes of the one before it. */
  offset: number
  part: Buffer
  /** Where the next request begins at the earliest. */
  start: number
}

export type Surplus = {
  /** Follows a connection from its beginning. */
  readonly watch: (socket: Socket) => void
  /** A request whose head has just been read. */
  readonly begin: (request: IncomingMessage) => void
  /** True when more than empty lines came behind its body; of a body in chunks, which says where it ends, never. */
  readonly follows: (request: IncomingMessage) => boolean
}

const kept = headEnd.length - 1

export const createSurplus = (): Surplus => {
  const connections = new WeakMap<Socket, Seen>()
  const ends = new WeakMap<IncomingMessage, number>()
  return {
    watch: (socket) => {
      const seen: Seen = { offset: 0, part: Buffer.alloc(0), start: 0 }
      connections.set(socket, seen)
      // In front of the parser, which asks for `begin` while it reads the part.
      socket.prependListener('data', (part: Buffer) => {
        const before = seen.part.subarray(Math.max(0, seen.part.length - kept))
        seen.offset += seen.part.length - before.length
        seen.part = before.length === 0 ? part : Buffer.concat([before, part])
      })
    },
    begin: (request) => {
      const seen = connections.get(request.socket)
      if (seen === undefined || request.headers['transfer-encoding'] !== undefined) return
      let from = Math.max(0, seen.start - seen.offset)
      // Empty lines before it; where its head began in an earlier part they are its own.
      if (seen.start >= seen.offset) while (lineEnd.has(seen.part[from] ?? 0)) from++
      const found = seen.part.indexOf(headEnd, from)
      if (found === -1) return
      const end = seen.offset + found + headEnd.length + Number(request.headers['content-length'] ?? 0)
      ends.set(request, end)
      seen.start = end
    },
    follows: (request) => {
      const [seen, end] = [connections.get(request.socket), ends.get(request)]
      if (seen === undefined || end === undefined) return false
      if (end < seen.offset) return true
      return seen.part.subarray(end - seen.offset).some((byte) => !lineEnd.has(byte))
    },
  }
}
