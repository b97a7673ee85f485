// Owns the optional listener for the center's notices (RULES 6): off by default, where the configuration says, for the peers
// it names, under a secret path. It never moves money and never believes; usecases/following/receive-notification.ts judges.
import { timingSafeEqual } from 'node:crypto'
import { createServer, STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { BlockList, isIPv6, Socket, type AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { rawAnswer } from '../../contract/raw-answer.ts'
import { listenError } from '../../core/domain/errors/listen-error.ts'
import { sm3 } from '../../core/gm/sm3.ts'
import type { EnvelopeKeys } from '../center/envelope.ts'
import type { Log, Notification, NotificationResult } from '../usecases/base/ports.ts'
import {
  readAuthorization,
  readOrderSync,
  sm4KeysOf,
  readSettlementNotice,
  type OrderAuthorization,
  type ReadNotification,
} from './read-notification.ts'

export type CallbackSettings = {
  readonly host: string
  readonly port: number
  /** The path is /cb/SECRET/settlement or /cb/SECRET/authorization; it never reaches a log (RULES 6.5). */
  readonly pathSecret: string
  /** Of /cb/SECRET/sync, the redirect that the patient's phone follows and so sees; "" when 6204 is not taken (RULES 6.3). */
  readonly syncPathSecret: string
  /** The SM4 keys that 6204 may be encrypted with, beside the channel's own: mpcAppId -> appSecret. */
  readonly mpcAppSecrets: ReadonlyMap<string, string>
  /** Addresses or networks (10.0.0.0/8) that may call. */
  readonly peers: readonly string[]
  /** undefined: plain HTTP. */
  readonly tls: ListenerTls | undefined
}

/** A certificate that was judged already, as PEM. `clientCa`: whose certificates visitors must have; undefined: none is asked for. */
export type ListenerTls = { readonly cert: string; readonly key: string; readonly clientCa: string | undefined }

export type CallbackListener = { readonly port: number; readonly close: () => Promise<void> }

const maxBodyBytes = 1024 * 1024
const withinMs = 10_000
/** By default Node looks for such connections only every 30 s. */
const checkEveryMs = 1_000
/** An answer to a sender who still sends: time to read it before the connection goes. */
const lingerMs = 1_000
/** Handshakes that have not ended are among them. */
const atMostConnections = 64
/** Per peer and second, so that a flood of plain notices cannot become a flood of 6301s. */
const atMostPerSecond = 100

const peerList = (peers: readonly string[]): BlockList => {
  const list = new BlockList()
  for (const peer of peers) {
    const [address = '', prefix] = peer.split('/')
    const family = isIPv6(address) ? 'ipv6' : 'ipv4'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

const isAllowed = (list: BlockList, { remoteAddress = '' }: Socket): boolean => {
  const address = remoteAddress.replace(/^::ffff:/, '')
  return address !== '' && list.check(address, isIPv6(address) ? 'ipv6' : 'ipv4')
}

const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBodyBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

/** Table 277: the protocol went well, `data` is the hospital's own result. */
const answerBody = (result: NotificationResult) => ({ code: '0', msg: result.message, data: result })

const answerJson = (response: ServerResponse, status: number, result: NotificationResult): void => {
  const body = JSON.stringify(answerBody(result))
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store' })
  response.end(body)
}

const refusal = (message: string): NotificationResult => ({ success: false, message })

const createRateLimit = (): ((peer: string) => boolean) => {
  let second = 0
  let counts = new Map<string, number>()
  return (peer) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== second) {
      second = now
      counts = new Map()
    }
    const count = (counts.get(peer) ?? 0) + 1
    counts.set(peer, count)
    return count <= atMostPerSecond
  }
}

const secretTest = (secret: string): ((text: string) => boolean) => {
  const digest = sm3(Buffer.from(secret))
  return (text) => secret !== '' && timingSafeEqual(sm3(Buffer.from(text)), digest)
}

/** The next request on it is no right one either. */
const turnAway = (response: ServerResponse): void => {
  response.shouldKeepAlive = false
  response.writeHead(404).end()
}

type Connection = {
  readonly socket: Socket
  /** A request on it had a right secret. */
  isKnown: boolean
  /** The answer that has not gone yet. */
  answering: ServerResponse | undefined
}

/** Whoever is at the other end: one key for a connection and the TLS on it. */
const farEnd = (stream: Duplex): string =>
  stream instanceof Socket ? `${stream.remoteAddress} ${stream.remotePort}` : ''

/** The oldest connection that has shown no secret, else the oldest that asks for nothing now; undefined when all are at work. */
const givesWay = (open: ReadonlyMap<string, Connection>): Connection | undefined => {
  const all = [...open.values()]
  return all.find(({ isKnown }) => !isKnown) ?? all.find(({ answering }) => answering === undefined)
}

const donePage =
  '<!doctype html><html lang="zh-CN"><meta charset="utf-8"><title>医保支付</title><p>已收到, 请返回收费窗口或自助机。</p>'

/** What becomes of what arrives: a notice of the center, or a payAuthNo of the hospital's H5 back end (RULES 4.3). */
export type CallbackReceivers = {
  readonly notification: (notification: Notification) => Promise<NotificationResult>
  readonly authorization: (authorization: OrderAuthorization) => Promise<NotificationResult>
}

/** Starts listening; what the receivers say goes back. Throws PORT_IN_USE, PORT_REFUSED, ADDRESS_NOT_HERE. */
export const listenForCallbacks = async (
  settings: CallbackSettings,
  keys: EnvelopeKeys,
  receivers: CallbackReceivers,
  log: Log,
): Promise<CallbackListener> => {
  const peers = peerList(settings.peers)
  const withinRate = createRateLimit()
  const isSecret = secretTest(settings.pathSecret)
  const isSyncSecret = secretTest(settings.syncPathSecret)
  const syncKeys = sm4KeysOf(keys, settings.mpcAppSecrets)

  const judge = async (read: ReadNotification): Promise<NotificationResult> => {
    if (read.kind === 'read') return receivers.notification(read.notification)
    log('warn', 'callback.refused', { reason: read.reason })
    return refusal('报文无法识别')
  }

  const open = new Map<string, Connection>()

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const connection = open.get(farEnd(request.socket))
    const url = URL.parse(request.url ?? '', 'http://callback')
    const [, root, secret = '', kind] = (url?.pathname ?? '').split('/')
    // Each secret opens its own addresses alone: what the phone was shown tells no settlement.
    const opens = kind === 'sync' ? isSyncSecret(secret) : isSecret(secret)
    if (url === null || root !== 'cb' || !opens) {
      // One answer for all, so that nothing can be learned by trying.
      log('warn', 'callback.turned-away')
      turnAway(response)
      return
    }
    if (connection !== undefined) connection.isKnown = true
    if (!withinRate(request.socket.remoteAddress ?? '')) {
      answerJson(response, 429, refusal('请求过于频繁'))
    } else if (kind === 'settlement' && request.method === 'POST') {
      const body = await readBody(request)
      if (body === undefined) answerJson(response, 413, refusal('报文过大'))
      else answerJson(response, 200, await judge(readSettlementNotice(keys, body)))
    } else if (kind === 'authorization' && request.method === 'POST') {
      const authorization = readAuthorization((await readBody(request)) ?? Buffer.alloc(0))
      const result =
        authorization === undefined ? refusal('报文无法识别') : await receivers.authorization(authorization)
      answerJson(response, 200, result)
    } else if (kind === 'sync' && request.method === 'GET') {
      await judge(readOrderSync(syncKeys, url.searchParams))
      // The browser that was sent here needs a page, not the result (RULES 6.3: no reply body is defined).
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' }).end(donePage)
    } else turnAway(response)
  }

  const handle = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = open.get(farEnd(request.socket))
    if (connection !== undefined) {
      connection.answering = response
      response.once('close', () => {
        if (connection.answering === response) connection.answering = undefined
      })
    }
    answer(request, response).catch((error: unknown) => {
      log('error', 'callback.failed', { error: error instanceof Error ? error.name : 'unknown' })
      if (response.headersSent) response.destroy()
      else answerJson(response, 500, refusal('处理失败'))
    })
  }
  const server = openServer(settings.tls, handle)
  server.on('tlsClientError', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
    log('warn', 'callback.handshake-failed', { code })
  })
  // Node's own answer to it has no body.
  server.on('checkExpectation', (_request: IncomingMessage, response: ServerResponse) => {
    log('warn', 'callback.refused', { reason: 'EXPECT_UNKNOWN' })
    response.shouldKeepAlive = false
    answerJson(response, 417, refusal('请求头 Expect 只支持 100-continue'))
  })
  // What Node's parser refuses is refused in our shape and logged, as at the API.
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    const { code = '' } = error
    // A handshake that failed comes here too, and is logged above.
    if (!/^(HPE_|ERR_HTTP_)/.test(code) || !socket.writable) {
      socket.destroy()
      return
    }
    log('warn', 'callback.refused', { reason: code })
    const begun = open.get(farEnd(socket))?.answering
    // The notice came whole, and what follows it is none: its own answer leaves.
    if (begun?.req.complete === true) begun.shouldKeepAlive = false
    else {
      const status = code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400
      const body = JSON.stringify(answerBody(refusal('报文不完整或格式有误, Content-Length 按字节算')))
      socket.end(rawAnswer(status, STATUS_CODES[status] ?? '', body, Buffer.byteLength(body)))
      setTimeout(() => socket.destroy(), lingerMs).unref()
    }
  })
  // Before a byte is read, and before it is counted: whoever is not listed takes no listed one's place.
  server.prependListener('connection', (socket: Socket) => {
    const isListed = isAllowed(peers, socket)
    if (!isListed || open.size >= atMostConnections) {
      const leaving = (isListed ? givesWay(open)?.socket : undefined) ?? socket
      log('warn', 'callback.turned-away')
      open.delete(farEnd(leaving))
      leaving.destroy()
      if (leaving === socket) return
    }
    const end = farEnd(socket)
    const connection: Connection = { socket, isKnown: false, answering: undefined }
    open.set(end, connection)
    socket.once('close', () => {
      if (open.get(end) === connection) open.delete(end)
    })
  })
  await listen(server, settings)
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve()
        })
        for (const { socket } of open.values()) socket.destroy()
      }),
  }
}

const openServer = (
  tls: ListenerTls | undefined,
  handle: (request: IncomingMessage, response: ServerResponse) => void,
): Server => {
  const limits = { headersTimeout: withinMs, requestTimeout: withinMs, connectionsCheckingInterval: checkEveryMs }
  if (tls === undefined) return createServer(limits, handle)
  const { cert, key, clientCa } = tls
  const asked = clientCa === undefined ? {} : { ca: clientCa, requestCert: true, rejectUnauthorized: true }
  const own = { cert, key, minVersion: 'TLSv1.2', handshakeTimeout: withinMs } as const
  return createSecureServer({ ...limits, ...own, ...asked }, handle)
}

const listen = (server: Server, { host, port }: CallbackSettings): Promise<void> =>
  new Promise((resolve, reject) => {
    server.once('error', (error) => {
      const fault = listenError(error, `callbacks ${host}:${port}`)
      reject(fault instanceof Error ? fault : error)
    })
    server.listen(port, host, resolve)
  })
