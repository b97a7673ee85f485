// Owns sending one request's bytes on a connection of its own, and saying what came back, or that nothing did in time.
import { connect } from 'node:net'
import type { FuzzRequest } from './make-request.ts'

/** `status` 0: the agent closed without a word, as it may when what came was no request. */
export type FuzzReply = { readonly status: number; readonly code: string; readonly elapsedMs: number } | 'hung'

/** Whatever arrives, the agent has answered or hung up by then: 25 s of waiting are its longest. */
const answerWithinMs = 40_000

const readReply = (bytes: Buffer): { readonly status: number; readonly code: string } => {
  const text = bytes.toString('latin1')
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1] ?? 0)
  return { status, code: /"code":"(\w+)"/.exec(text)?.[1] ?? '' }
}

export const sendRequest = (port: number, { bytes, lacksEnd }: FuzzRequest): Promise<FuzzReply> =>
  new Promise((resolve) => {
    const startedMs = performance.now()
    const parts: Buffer[] = []
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    const end = (reply: FuzzReply | undefined): void => {
      clearTimeout(timer)
      // Reset, so that no thousands of closed connections stay in the system's table for a minute.
      socket.resetAndDestroy()
      resolve(reply ?? { ...readReply(Buffer.concat(parts)), elapsedMs: performance.now() - startedMs })
    }
    const timer = setTimeout(() => end('hung'), answerWithinMs)
    socket.on('connect', () => {
      // Half closed, what lacks its end will never get it; the rest waits for its answer, as a client does.
      if (lacksEnd) socket.end(bytes)
      else socket.write(bytes)
    })
    socket.on('data', (part: Buffer) => {
      parts.push(part)
      // An event stream has answered with its head.
      if (parts.length === 1 && part.includes('text/event-stream')) end(undefined)
    })
    socket.on('end', () => end(undefined))
    socket.on('error', () => end(undefined))
  })
