// Owns the bench's own HTTP calls: node:http with kept connections and nothing else, so that the client costs the same
// small share in every candidate.
import { Agent, request as startRequest } from 'node:http'

export type Reply = { readonly status: number; readonly body: Buffer }

export type Client = {
  readonly post: (url: string, body: Buffer, headers?: Readonly<Record<string, string>>) => Promise<Reply>
  readonly close: () => void
}

// The agent's own idle limit is longer; the client never meets a connection that is being closed.
const idleMs = 2_000

/** A client for at most so many calls at a time. */
export const openClient = (atMostSockets: number): Client => {
  const agent = new Agent({
    keepAlive: true,
    maxSockets: atMostSockets,
    maxFreeSockets: atMostSockets,
    timeout: idleMs,
  })
  const post: Client['post'] = (url, body, headers = {}) =>
    new Promise((resolve, reject) => {
      const request = startRequest(
        url,
        {
          method: 'POST',
          agent,
          headers: { 'content-type': 'application/json', 'content-length': body.length, ...headers },
        },
        (response) => {
          const parts: Buffer[] = []
          response.on('data', (part: Buffer) => parts.push(part))
          response.once('end', () => {
            resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts) })
          })
          response.once('error', reject)
        },
      )
      request.once('error', reject)
      request.end(body)
    })
  return {
    post,
    close: () => {
      agent.destroy()
    },
  }
}
