// Owns the sockets to a counterpart: which are kept, which are fresh, whether one ever connected, and how long its
// certificate lasts. What is sent over them is transport.ts.
import { Agent as HttpAgent, type AgentOptions } from 'node:http'
import { Agent as HttpsAgent } from 'node:https'
import type { Duplex } from 'node:stream'
import { TLSSocket } from 'node:tls'

// Closed by us before the other side does it: a request on a connection it is just closing would be an `unknown`.
const idleCloseMs = 3_000
const atMostSockets = 32

const connectedSockets = new WeakSet<object>()

/**
 * True once the socket was connected (for HTTPS: the handshake done and the certificate accepted). Before that no byte of
 * a body can have left: node writes the request only then. This is the line between `notSent` and `unknown` (RULES 3.1).
 */
export const wasConnected = (socket: object | null | undefined): boolean =>
  socket !== null && socket !== undefined && connectedSockets.has(socket)

/** Whose certificate it is is checked by TLS itself; here only its end matters. */
export type CertificateSeen = (validToMs: number) => void

const watch = (socket: Duplex | null | undefined, onCertificate: CertificateSeen): void => {
  if (socket === null || socket === undefined) return
  const event = socket instanceof TLSSocket ? 'secureConnect' : 'connect'
  socket.once(event, () => {
    connectedSockets.add(socket)
    if (!(socket instanceof TLSSocket)) return
    const validToMs = Date.parse(socket.getPeerCertificate().valid_to)
    // A resumed TLS session shows no certificate; it was seen when the session began.
    if (!Number.isNaN(validToMs)) onCertificate(validToMs)
  })
}

type CreateConnection = HttpAgent['createConnection']

class WatchingHttpAgent extends HttpAgent {
  override createConnection(...parameters: Parameters<CreateConnection>): ReturnType<CreateConnection> {
    const socket = super.createConnection(...parameters)
    watch(socket, () => undefined)
    return socket
  }
}

class WatchingHttpsAgent extends HttpsAgent {
  private readonly onCertificate: CertificateSeen

  constructor(options: AgentOptions & { readonly ca?: string }, onCertificate: CertificateSeen) {
    super(options)
    this.onCertificate = onCertificate
  }

  override createConnection(...parameters: Parameters<CreateConnection>): ReturnType<CreateConnection> {
    const socket = super.createConnection(...parameters)
    watch(socket, this.onCertificate)
    return socket
  }
}

export type Connections = {
  /** Money goes out on a connection of its own; a stale one could lose it without a trace. */
  readonly fresh: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }
  readonly kept: { readonly httpAgent: HttpAgent; readonly httpsAgent: HttpsAgent }
  readonly close: () => void
}

/** `ca`: PEM of the authority that signed the counterpart's certificate, instead of the public ones. */
export const createConnections = (ca: string | undefined, onCertificate: CertificateSeen): Connections => {
  const tls = ca === undefined ? {} : { ca }
  const keep = { keepAlive: true, timeout: idleCloseMs, maxSockets: atMostSockets, maxFreeSockets: atMostSockets }
  const once = { keepAlive: false, maxSockets: atMostSockets }
  const fresh = {
    httpAgent: new WatchingHttpAgent(once),
    httpsAgent: new WatchingHttpsAgent({ ...once, ...tls }, onCertificate),
  }
  const kept = {
    httpAgent: new WatchingHttpAgent(keep),
    httpsAgent: new WatchingHttpsAgent({ ...keep, ...tls }, onCertificate),
  }
  return {
    fresh,
    kept,
    close: () => {
      for (const agents of [fresh, kept]) {
        agents.httpAgent.destroy()
        agents.httpsAgent.destroy()
      }
    },
  }
}
