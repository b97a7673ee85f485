// Owns the sockets of the simulated center: reading bodies within the limit, routing, carrying answers out.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type InterfaceCode, interfaces } from '../../contract/interfaces.ts'
import { isPayerPath, openPage, renderRefusal, type PayerPath } from './cashier-page.ts'
import type { Center } from '../center.ts'
import { answerControl } from './control.ts'
import type { Answer, Exchange } from './exchange.ts'
import { Refusal, refusalCodes } from '../ledger/refusal.ts'

export const maxBodyBytes = 8 * 1024 * 1024
const keepAliveTimeoutMs = 10_000
const jsonType = 'application/json; charset=utf-8'
const controlPrefix = '/_sandbox/'

const codeOfPath: ReadonlyMap<string, InterfaceCode> = new Map(
  Object.values(interfaces).map(({ path, code }) => [path, code]),
)

/** The whole body; undefined when it is larger than the limit. Rejects when the client goes away. */
const readBody = async (request: IncomingMessage): Promise<Buffer | undefined> => {
  const parts: Buffer[] = []
  let size = 0
  // Breaking off must not destroy the socket: the refusal still has to go out on it.
  for await (const part of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += part.length
    if (size > maxBodyBytes) return undefined
    parts.push(part)
  }
  return Buffer.concat(parts)
}

const send = (request: IncomingMessage, response: ServerResponse, answer: Answer): void => {
  if (answer === 'drop') {
    request.socket.destroy()
    return
  }
  const { status, type, body, encoding = '', thenClose } = answer
  if (thenClose) response.once('finish', () => request.socket.end())
  const packing = encoding === '' ? {} : { 'content-encoding': encoding }
  response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body), ...packing })
  response.end(body)
}

const parseControlBody = (body: Buffer): unknown => {
  if (body.length === 0) return {}
  try {
    return JSON.parse(body.toString('utf8')) as unknown
  } catch {
    return undefined
  }
}

const answerPage = (center: Center, path: PayerPath, query: URLSearchParams): Answer => {
  const type = 'text/html; charset=utf-8'
  try {
    return { status: 200, type, body: openPage(center, path, query) }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error
    return { status: 400, type, body: renderRefusal(error.message) }
  }
}

const asJson = (status: number, value: unknown): Answer => ({ status, type: jsonType, body: JSON.stringify(value) })

/** Builds the server, not listening yet. */
export const createSandboxServer = (center: Center, exchange: Exchange): Server => {
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const { pathname, searchParams } = new URL(request.url ?? '/', center.url())
    const method = request.method ?? 'GET'
    const { gatewayPath = '' } = center.channel.forms()
    const ownPath = pathname.startsWith(`${gatewayPath}/`) ? pathname.slice(gatewayPath.length) : pathname
    const code = codeOfPath.get(ownPath)
    if (method === 'GET' && isPayerPath(pathname)) {
      return answerPage(center, pathname, searchParams)
    }
    const body = method === 'POST' ? await readBody(request) : Buffer.alloc(0)
    if (body === undefined) {
      const refusal = new Refusal(refusalCodes.bodyTooLarge, '报文超过 8 MiB')
      return { status: 413, type: jsonType, body: center.channel.sealRefusal(refusal, true), thenClose: true }
    }
    if (code !== undefined && method === 'POST') return exchange(code, body)
    if (pathname.startsWith(controlPrefix)) {
      const parsed = parseControlBody(body)
      if (parsed === undefined) return asJson(400, { error: '请求不是有效的 JSON' })
      const { status, value } = await answerControl(center, method, pathname.slice(controlPrefix.length), parsed)
      return asJson(status, value)
    }
    return code === undefined
      ? asJson(404, { error: `没有这个地址: ${pathname}` })
      : asJson(405, { error: '采用 POST 方法提交' })
  }

  return createServer({ keepAliveTimeout: keepAliveTimeoutMs }, (request, response) => {
    answer(request).then(
      (ready) => send(request, response, ready),
      (error: unknown) => {
        // A client that went away or a closing center is no news; anything else is a fault of ours and must show.
        const fault = request.errored === null && !center.closing.aborted
        if (fault) process.stderr.write(`sandbox: ${error instanceof Error ? error.stack : String(error)}\n`)
        request.socket.destroy()
      },
    )
  })
}
