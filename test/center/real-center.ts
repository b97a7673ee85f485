// Owns the sockets of the center tests: small servers that answer as they are told, and our center client against them.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer, type ServerOptions } from 'node:https'
import type { AddressInfo, Server, Socket } from 'node:net'
import type { TestContext } from 'node:test'
import type { InterfaceCode } from '../../src/contract/interfaces.ts'
import { type CenterSettings, createCenter } from '../../src/main/center/create-center.ts'
import type { CenterAnswer, Log } from '../../src/main/usecases/base/ports.ts'
import { agentKeys, codes, inputs } from './messages.ts'

export type Seen = { readonly headers: IncomingMessage['headers']; readonly path: string; readonly body: Buffer }

/** Called with a request whose body has arrived. */
export type Respond = (response: ServerResponse, seen: Seen) => void

export type RealServer = {
  readonly url: string
  readonly seen: readonly Seen[]
  /** One for every connection that was accepted. */
  readonly sockets: readonly Socket[]
}

export const listen = async (t: TestContext, server: Server): Promise<number> => {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => sockets.add(socket))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(async () => {
    const closed = new Promise((resolve) => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  })
  return (server.address() as AddressInfo).port
}

/** A server on a free port, gone after the test. With `tls`, its certificate must be for `localhost`. */
export const startServer = async (t: TestContext, respond: Respond, tls?: ServerOptions): Promise<RealServer> => {
  const seen: Seen[] = []
  const sockets: Socket[] = []
  const take = (request: IncomingMessage, response: ServerResponse): void => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    // A client that goes away is part of what is tested.
    request.on('error', () => undefined)
    request.on('end', () => {
      const one = { headers: request.headers, path: request.url ?? '', body: Buffer.concat(parts) }
      seen.push(one)
      respond(response, one)
    })
  }
  // Idle connections stay until the client closes them.
  const server = tls === undefined ? createServer(take) : createTlsServer(tls, take)
  server.keepAliveTimeout = 0
  server.on('connection', (socket: Socket) => sockets.push(socket))
  const port = await listen(t, server)
  return { url: tls === undefined ? `http://127.0.0.1:${port}` : `https://localhost:${port}`, seen, sockets }
}

/** Answers with a body, 200 unless told otherwise. */
export const answer =
  (body: Buffer | string, status = 200): Respond =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(body)
  }

export type LogLine = {
  readonly level: string
  readonly what: string
  readonly fields: Readonly<Record<string, unknown>>
}

export type Opened = ReturnType<typeof createCenter> & {
  readonly lines: readonly LogLine[]
  /** Sends the valid request of an interface. */
  readonly ask: <Code extends InterfaceCode>(code: Code) => Promise<CenterAnswer<Code>>
}

/** Of no test: it only keeps one from hanging. */
export const defaultTimeoutMs = 60_000

/** Our client, closed after the test. */
export const openCenter = (
  t: TestContext,
  baseUrl: string,
  change: Partial<CenterSettings> & { readonly timeoutMs?: number; readonly nowMs?: number } = {},
): Opened => {
  const { timeoutMs = defaultTimeoutMs, nowMs, ...settings } = change
  const lines: LogLine[] = []
  const log: Log = (level, what, fields = {}) => lines.push({ level, what, fields })
  const center = createCenter(
    {
      keys: agentKeys,
      unsignedRefusals: new Set(['6201', '6301']),
      replyWindowMs: 600_000,
      successCodes: new Set(['0']),
      charset: 'auto',
      baseUrl,
      ca: undefined,
      timeoutsMs: Object.fromEntries(codes.map((code) => [code, timeoutMs])) as Record<InterfaceCode, number>,
      expContent: undefined,
      ...settings,
    },
    { wallMs: () => nowMs ?? Date.now(), monotonicMs: () => performance.now() },
    log,
  )
  t.after(() => center.close())
  return { ...center, lines, ask: (code) => center.send(code, inputs[code]) }
}

/** Sends one interface to a server that answers with `body`. */
export const askOnce = async <Code extends InterfaceCode>(
  t: TestContext,
  code: Code,
  body: Buffer | string,
  { status = 200, ...change }: Parameters<typeof openCenter>[2] & { readonly status?: number } = {},
): Promise<CenterAnswer<Code>> => {
  const { url } = await startServer(t, answer(body, status))
  return openCenter(t, url, change).ask(code)
}
