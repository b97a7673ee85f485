// Many requests at once on one connection, none waiting for an answer: faster than any limit, however slow the machine is.
import { once } from 'node:events'
import { connect } from 'node:net'

export type Pipeline = {
  /** Everything that was answered so far, in the order of the requests. */
  readonly text: () => string
  /** The same once the connection has ended: after the last answer, or after one that the server ends it with. */
  readonly ended: Promise<string>
}

type Asked = { readonly method?: string; readonly path: string; readonly token?: string; readonly body?: string }

/** Sends so many requests of a kind in one write. */
export const sendTogether = async (
  port: number,
  count: number,
  { method = 'GET', path, token, body = '' }: Asked,
): Promise<Pipeline> => {
  const head = [
    `${method} ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    ...(token === undefined ? [] : [`authorization: Bearer ${token}`]),
    ...(body === '' ? [] : ['content-type: application/json', `content-length: ${Buffer.byteLength(body)}`]),
  ].join('\r\n')
  const socket = connect(port, '127.0.0.1')
  let text = ''
  socket.on('data', (part: Buffer) => (text += part.toString()))
  // A connection that the server ends in the middle is an end like any other.
  socket.on('error', () => undefined)
  const ended = new Promise<string>((resolve) => {
    socket.once('close', () => {
      resolve(text)
    })
  })
  await once(socket, 'connect')
  const last = `${head}\r\nconnection: close\r\n\r\n${body}`
  socket.write(`${head}\r\n\r\n${body}`.repeat(count - 1) + last)
  return { text: () => text, ended }
}

/** The statuses of the answers, in order; one begins right behind the body before it. */
export const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3}) /g)].map(([, status]) => Number(status))
