// HTTP below fetch, for tests: any header, any bytes, any address; the answer as it came.
import { request, type OutgoingHttpHeaders } from 'node:http'

export type RawReply = {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
  readonly bytes: Buffer
  /** The body as JSON; undefined when it is none. */
  readonly json:
    { readonly code?: string; readonly message?: string; readonly data?: Record<string, unknown> } | undefined
}

export type RawRequest = {
  readonly host?: string
  readonly port: number
  readonly method?: string
  readonly path: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: Buffer | string
}

const parse = (text: string): RawReply['json'] => {
  try {
    return JSON.parse(text) as RawReply['json']
  } catch {
    return undefined
  }
}

/** Sends one request on a connection of its own. Rejects when there is no answer. */
export const sendRaw = ({
  host = '127.0.0.1',
  port,
  method = 'GET',
  path,
  headers = {},
  body,
}: RawRequest): Promise<RawReply> =>
  new Promise((resolve, reject) => {
    let answered = false
    const outgoing = request({ host, port, method, path, headers, agent: false }, (incoming) => {
      answered = true
      const parts: Buffer[] = []
      incoming.on('data', (part: Buffer) => parts.push(part))
      incoming.on('end', () => {
        const bytes = Buffer.concat(parts)
        const text = bytes.toString()
        resolve({ status: incoming.statusCode ?? 0, headers: incoming.headers, text, bytes, json: parse(text) })
      })
      incoming.on('error', reject)
    })
    // The server may close while a large body is still on its way; what counts is its answer.
    outgoing.on('error', (error) => {
      if (!answered) reject(error)
    })
    outgoing.end(body)
  })

/** A POST with the HIS's token; the body may be anything but what it says. */
export const postAsHis = (
  port: number,
  path: string,
  body: Buffer | string,
  headers: OutgoingHttpHeaders = {},
): Promise<RawReply> =>
  sendRaw({
    port,
    method: 'POST',
    path,
    headers: {
      authorization: 'Bearer token-of-his',
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(body),
      ...headers,
    },
    body,
  })
