// Owns one POST to a counterpart (the center, the HIS): bytes out, bytes back, and whether anything may have left. What a reply
// means is each counterpart's own.
import axios, { isAxiosError, type AxiosInstance } from 'axios'
import type { ClientRequest } from 'node:http'
import { opensConnection } from './probe.ts'
import { createConnections, wasConnected, type CertificateSeen } from './connections.ts'
import { unpackReply } from './unpack-reply.ts'

export type Sent =
  | { readonly kind: 'reply'; readonly status: number; readonly body: Buffer }
  /** Nothing left: refused, no such host, TLS not accepted, before the first byte of the body (RULES 3.1). */
  | { readonly kind: 'notSent'; readonly reason: string }
  | {
      readonly kind: 'unknown'
      readonly reason: string
      /** A kept connection that the other side had ended: it may never have read the request. */
      readonly isStale?: true
    }

export type Transport = {
  /**
   * `fresh`: on a connection of its own. `repeatable`: what asks and changes nothing is sent once more, on a fresh connection, when a
   * kept one turned out to have ended. `timeoutMs` covers everything from connecting to the last byte.
   */
  readonly post: (
    path: string,
    body: Buffer,
    options: { readonly fresh: boolean; readonly repeatable?: boolean; readonly timeoutMs: number },
  ) => Promise<Sent>
  /** True when a connection opens within a second; nothing is sent over it. */
  readonly reach: () => Promise<boolean>
  readonly close: () => void
}

const requestOf = (error: unknown): ClientRequest | undefined =>
  isAxiosError(error) ? (error.request as ClientRequest | undefined) : undefined

// The code alone: messages of sockets and TLS may hold addresses, never patient data, but the code is what one looks up.
const reasonOf = (error: unknown): string => {
  const { code, name } = error as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknown error'
}

const brokenCodes: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE'])
const isStale = (error: unknown): boolean => requestOf(error)?.reusedSocket === true && brokenCodes.has(reasonOf(error))

export type TransportOptions = {
  /** With the path of a gateway, if any. */
  readonly baseUrl: string
  /** PEM of the authority that signed the certificate, instead of the public ones. */
  readonly ca: string | undefined
  /** A reply of more bytes is none. */
  readonly maxReplyBytes: number
  readonly headers?: Readonly<Record<string, string>>
  readonly onCertificate?: CertificateSeen
}

/** The address is the administrator's (I12); redirects and proxies from the environment are off, compression is not asked for. */
export const createTransport = (options: TransportOptions): Transport => {
  const { maxReplyBytes, headers: own, onCertificate = () => undefined } = options
  const connections = createConnections(options.ca, onCertificate)
  const client: AxiosInstance = axios.create({
    baseURL: options.baseUrl,
    adapter: 'http',
    proxy: false,
    maxRedirects: 0,
    decompress: false,
    responseType: 'arraybuffer',
    transformRequest: [],
    transformResponse: [],
    validateStatus: () => true,
    maxContentLength: maxReplyBytes,
    maxBodyLength: Infinity,
    headers: { 'content-type': 'application/json; charset=utf-8', 'accept-encoding': 'identity', ...own },
  })
  const send = async (path: string, body: Buffer, fresh: boolean, signal: AbortSignal): Promise<Sent> => {
    const agents = fresh ? connections.fresh : connections.kept
    try {
      // Without the header node hands a freed connection to the next call that waits, whatever the agent's keepAlive says.
      const headers = fresh ? { connection: 'close' } : {}
      const reply = await client.post<Buffer>(path, body, { ...agents, headers, signal })
      const encoding = String(reply.headers['content-encoding'] ?? '')
      const unpacked = await unpackReply(Buffer.from(reply.data), encoding, maxReplyBytes)
      return typeof unpacked === 'string'
        ? { kind: 'unknown', reason: `HTTP ${reply.status}, ${unpacked}` }
        : { kind: 'reply', status: reply.status, body: unpacked }
    } catch (error) {
      const request = requestOf(error)
      // Only a socket that provably never connected is `notSent`.
      const mayHaveLeft = request === undefined || request.reusedSocket || wasConnected(request.socket)
      if (!mayHaveLeft) return { kind: 'notSent', reason: reasonOf(error) }
      return { kind: 'unknown', reason: reasonOf(error), ...(isStale(error) ? { isStale: true } : {}) }
    }
  }
  return {
    post: async (path, body, { fresh, repeatable = false, timeoutMs }) => {
      const signal = AbortSignal.timeout(timeoutMs)
      const sent = await send(path, body, fresh, signal)
      const mayRepeat = repeatable && sent.kind === 'unknown' && sent.isStale === true
      return mayRepeat ? send(path, body, true, signal) : sent
    },
    reach: () => opensConnection(new URL(options.baseUrl), options.ca),
    close: connections.close,
  }
}
