// Owns whether a request is what its sender sent. A Content-Length that counts characters cuts a body short, and what is left
// behind it is the only sign: nothing begins on a connection that contradicts its request (RULES 2.7), and what Node's parser
// refuses is answered in our shape. What a request says is read elsewhere.
import { randomUUID } from 'node:crypto'
import { STATUS_CODES, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises'
import { rawAnswer } from '../../../contract/raw-answer.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Log } from '../../usecases/base/ports.ts'
import { createSurplus } from './surplus-bytes.ts'

/** What a flat form loses at its end nothing else tells, so the rest is given time to arrive. JSON says itself where it ends. */
const quietMs = 25
/** An answer to a sender who still sends: time to read it before the connection goes. */
const lingerMs = 1_000

const behind = '请求体之后还有多余的字节, 或请求行无效'
const length = 'Content-Length 与 Transfer-Encoding 有误'
const reasons: Readonly<Record<string, string>> = {
  HPE_INVALID_METHOD: behind,
  HPE_INVALID_CONSTANT: behind,
  HPE_CLOSED_CONNECTION: behind,
  HPE_INVALID_CONTENT_LENGTH: length,
  HPE_UNEXPECTED_CONTENT_LENGTH: length,
  HPE_INVALID_TRANSFER_ENCODING: length,
  CHUNKS_AND_UPGRADE: '分块 (chunked) 的请求不能同时要求换协议 (Upgrade)',
  HPE_INVALID_CHUNK_SIZE: '分块 (chunked) 有误',
  HPE_INVALID_EOF_STATE: '连接在请求发完之前就关闭了',
  HPE_HEADER_OVERFLOW: '请求头过大',
  EXPECT_UNKNOWN: '请求头 Expect 只支持 100-continue',
  ERR_HTTP_REQUEST_TIMEOUT: '请求没有按时发完',
}
/** As Node answers them; anything else is 400. */
const statuses: Readonly<Record<string, number>> = {
  HPE_HEADER_OVERFLOW: 431,
  ERR_HTTP_REQUEST_TIMEOUT: 408,
  EXPECT_UNKNOWN: 417,
}

const broken = (code = ''): AgentError => {
  const addition = Object.hasOwn(reasons, code) ? reasons[code] : undefined
  return new AgentError('REQUEST_BROKEN', addition === undefined ? {} : { addition })
}

export type WholeRequests = {
  /** Answers what Node's parser refuses on this server. Before anything else listens to its requests. */
  readonly watch: (server: Server) => void
  /** How many requests of this connection wait for their answer to be sent and taken. */
  readonly unansweredOn: (socket: Duplex) => number
  /**
   * Resolves when nothing has shown that the request is not what was sent; `endsItself` is false for a form. Throws
   * REQUEST_BROKEN: the caller is told, or is gone, and nothing has begun.
   */
  readonly assertWhole: (request: IncomingMessage, endsItself: boolean) => Promise<void>
}

/** `bodyOf`: the body of the answer to a refused request. */
export const createWholeRequests = (
  log: Log,
  bodyOf: (error: AgentError, requestId: string) => string,
): WholeRequests => {
  const contradictions = new WeakMap<Duplex, AgentError>()
  const unanswered = new WeakMap<Duplex, Set<ServerResponse>>()
  const surplus = createSurplus()

  const answerRaw = (socket: Duplex, error: AgentError, code: string, requestId: string): void => {
    const status = Object.hasOwn(statuses, code) ? (statuses[code] ?? 400) : 400
    const body = bodyOf(error, requestId)
    socket.end(rawAnswer(status, STATUS_CODES[status] ?? '', body, Buffer.byteLength(body)))
    setTimeout(() => socket.destroy(), lingerMs).unref()
  }

  const judge = (socket: Duplex, code: string): void => {
    if (contradictions.has(socket)) return
    const error = broken(code)
    contradictions.set(socket, error)
    const requestId = randomUUID()
    log('warn', 'api.request-broken', { requestId, reason: code })
    const whole = [...(unanswered.get(socket) ?? [])].filter(({ req }) => req.complete)
    // Its body came, and what follows contradicts it: refused where it has not begun, else its own answer leaves.
    for (const response of whole) response.shouldKeepAlive = false
    if (whole.length === 0) answerRaw(socket, error, code, requestId)
  }

  return {
    watch: (server) => {
      server.on('connection', (socket: Socket) => {
        surplus.watch(socket)
      })
      server.prependListener('request', (request, response) => {
        const { socket } = request
        surplus.begin(request)
        const open = unanswered.get(socket) ?? new Set()
        unanswered.set(socket, open.add(response))
        response.once('close', () => open.delete(response))
      })
      // Node's own answer to it has no body.
      server.on('checkExpectation', ({ socket }: IncomingMessage) => {
        judge(socket, 'EXPECT_UNKNOWN')
      })
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
        if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy()
        else judge(socket, error.code ?? '')
      })
    },
    unansweredOn: (socket) => unanswered.get(socket)?.size ?? 0,
    assertWhole: async (request, endsItself) => {
      const { socket, headers } = request
      // The parser drops what follows such a request, and chunks are not counted here.
      if (headers.upgrade !== undefined && headers['transfer-encoding'] !== undefined)
        throw broken('CHUNKS_AND_UPGRADE')
      // Twice: between both turns the loop reads what has arrived.
      await nextTurn()
      await nextTurn()
      if (!endsItself) await wait(quietMs)
      // A few bytes that may begin another request are none to the parser yet.
      if (surplus.follows(request)) judge(socket, 'HPE_CLOSED_CONNECTION')
      const contradiction = contradictions.get(socket)
      if (contradiction !== undefined) throw contradiction
      if (socket.destroyed || socket.writableEnded) throw broken()
    },
  }
}
