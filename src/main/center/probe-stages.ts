// Owns looking at the way to the center stage by stage: name, connection, TLS, and the time on its answer. The one request it
// sends is `HEAD /`, which is no business; nothing of the institution is in it.
import { lookup } from 'node:dns/promises'
import { request } from 'node:http'
import { connect as connectPlain, isIP, type Socket } from 'node:net'
import { connect as connectSecure, type TLSSocket } from 'node:tls'

export type CenterStages = {
  /** "" when the host is an address already. */
  readonly address: string
  /** The stage that failed, with the system's code; undefined when all of them passed. */
  readonly failed?: { readonly stage: 'name' | 'connection' | 'tls'; readonly code: string }
  readonly isPlain: boolean
  readonly certificateEndsMs?: number
  /** How far the center's clock is ahead of ours, milliseconds; undefined when it did not say. */
  readonly clockAheadMs?: number
}

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : 'unknown')

/** As `work`, or ETIMEDOUT. */
const within = async <Value>(withinMs: number, work: Promise<Value>): Promise<Value> => {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })), withinMs)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

const untilConnected = (socket: Socket, event: 'connect' | 'secureConnect'): Promise<void> =>
  new Promise((resolve, reject) => {
    socket.once(event, resolve)
    socket.once('error', reject)
  })

/** A Date header has whole seconds: on average the moment was half a second later. */
const headerMs = 500

const readClock = (socket: Socket, host: string, withinMs: number): Promise<number | undefined> =>
  new Promise((resolve) => {
    const sentMs = Date.now()
    const head = request(
      { method: 'HEAD', path: '/', headers: { host, connection: 'close' }, createConnection: () => socket },
      ({ headers }) => {
        const theirsMs = Date.parse(headers.date ?? '') + headerMs
        head.destroy()
        resolve(Number.isNaN(theirsMs) ? undefined : theirsMs - (sentMs + Date.now()) / 2)
      },
    )
    head.setTimeout(withinMs, () => head.destroy())
    head.on('error', () => resolve(undefined))
    head.on('close', () => resolve(undefined))
    head.end()
  })

/** Never rejects. Each stage has `withinMs`. */
export const probeStages = async (url: URL, ca: string | undefined, withinMs: number): Promise<CenterStages> => {
  const host = url.hostname.replace(/^\[|\]$/g, '')
  const isPlain = url.protocol !== 'https:'
  const port = Number(url.port || (isPlain ? 80 : 443))
  let stage: 'name' | 'connection' | 'tls' = 'name'
  let address = ''
  const sockets: Socket[] = []
  try {
    if (isIP(host) === 0) address = (await within(withinMs, lookup(host))).address
    stage = 'connection'
    // By name: node tries every address of it, as the agent itself does.
    const plain = connectPlain({ host, port })
    sockets.push(plain)
    await within(withinMs, untilConnected(plain, 'connect'))
    address = plain.remoteAddress ?? address
    if (isPlain) {
      const clockAheadMs = await readClock(plain, url.host, withinMs)
      return { address, isPlain, ...(clockAheadMs === undefined ? {} : { clockAheadMs }) }
    }
    stage = 'tls'
    const authority = ca === undefined ? {} : { ca }
    const name = isIP(host) === 0 ? { servername: host } : { host }
    const secure: TLSSocket = connectSecure({ socket: plain, ...name, ...authority })
    sockets.push(secure)
    await within(withinMs, untilConnected(secure, 'secureConnect'))
    const certificateEndsMs = Date.parse(secure.getPeerCertificate().valid_to)
    const clockAheadMs = await readClock(secure, url.host, withinMs)
    return { address, isPlain, certificateEndsMs, ...(clockAheadMs === undefined ? {} : { clockAheadMs }) }
  } catch (error) {
    return { address, isPlain, failed: { stage, code: codeOf(error) } }
  } finally {
    for (const socket of sockets) {
      socket.on('error', () => undefined)
      socket.destroy()
    }
  }
}
