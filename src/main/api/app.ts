// Owns the HTTP application: what every request passes (guard, token, scope, body), and how every answer leaves.
// What the endpoints do is their own files (endpoints.ts). Listening is listen.ts.
import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { jsonLimits, type JsonLimits } from '../../contract/check/json-limits.ts'
import { AgentError } from '../../core/domain/errors/errors.ts'
import { framesOf } from '../../contract/log-line.ts'
import { answerOfError, retryAfter, withEnvironment, type Answer } from './answers/answer.ts'
import { logAnswers } from './answers/log-answers.ts'
import type { ApiOptions } from './api-options.ts'
import { createAuthenticator } from './callers/authenticate.ts'
import { allowedHosts, answerPage, refusalOf, repeatedHeader } from './callers/guard.ts'
import { asAgentError } from './requests/framework-errors.ts'
import { registerOldClients } from './old-clients/register.ts'
import { createIncompleteRequests } from './requests/incomplete-requests.ts'
import { createLimitedServer } from './requests/limited-server.ts'
import { createOpenApi } from './openapi.ts'
import { isObject } from '../../contract/check/json-text.ts'
import { maxUnknownBytes, readJsonObject, unknownLimits } from './requests/read-json.ts'
import { createPages } from './pages.ts'
import { createRateLimiter } from './callers/rate-limits.ts'
import { readQuery } from './requests/read-query.ts'
import { declaredCharset, decodeText } from './requests/read-text.ts'
import { accessEndpoints, agentEndpoints, orderEndpoints, routes, type NamedRoute } from './endpoints.ts'
import { changesSomething } from './endpoint/definition.ts'
import { dispatchAll } from './endpoint/dispatch.ts'
import { maxParameterLength } from './endpoint/parameter.ts'
import { createSlowRefusal } from './requests/slow-refusal.ts'
import { assertMayCall, ownerName, type Caller } from './callers/tokens.ts'
import { whenCallerLeft } from './requests/when-caller-left.ts'
import { createWholeRequests } from './requests/whole-requests.ts'

export const maxBodyBytes = 8 * 1024 * 1024
/** On one connection, which gets its answers one after the other: nobody here asks again before he has the last one. */
const atMostUnanswered = 32

const nobody: Caller = { name: '', orgCodg: '', scopes: [] }

const parseBody = (bytes: Buffer, contentType: string, limits: JsonLimits): Record<string, unknown> => {
  if (declaredCharset(contentType) === 'gbk') throw new AgentError('CHARSET_UNKNOWN', { addition: '此地址只收 UTF-8' })
  return readJsonObject(decodeText(bytes, 'utf-8'), limits)
}

/** Fastify, built apart from listening. */
export type Api = {
  readonly app: FastifyInstance
  /** The same endpoints for the owner of the machine, who needs no token; for a channel that only he can open. */
  readonly ownerServer: (port: () => number) => Server
  /** Makes one guarded server per address it listens on. */
  readonly serverFor: (port: () => number) => Server
  /** Ends calls that only wait, for a person or for a result, so that their answers leave before the servers close. */
  readonly endWaiting: () => void
}

export const createApi = (options: ApiOptions): Api => {
  const { log, environment } = options
  const app = Fastify({
    logger: false,
    bodyLimit: maxBodyBytes,
    genReqId: () => randomUUID(),
    routerOptions: { maxParamLength: maxParameterLength },
    return503OnClosing: true,
    // An address that cannot be decoded never reaches a route; the answer has our shape all the same.
    frameworkErrors: (_error, request, reply) => {
      log('info', 'api.refused', { requestId: request.id, code: 'ROUTE_NOT_FOUND' })
      void send(reply, answerOfError(new AgentError('ROUTE_NOT_FOUND')))
    },
  })
  const openApi = Buffer.from(JSON.stringify(createOpenApi(options.version, options.guards.extraFields)))
  const pages = createPages(options.pagesDir)
  const limiter = createRateLimiter(options.limits, options.clock.monotonicMs)
  const owners = new WeakMap<Socket, { readonly port: number }>()
  const owner: Caller = { name: ownerName, orgCodg: options.orgCodg, scopes: ['admin'], isOwner: true }
  const authenticator = createAuthenticator({
    ...options,
    book: options.access.book,
    limiter,
    ownerOf: (socket) => (owners.has(socket) ? owner : undefined),
  })
  const holdRefusal = createSlowRefusal()
  const { tools, access, guards } = options
  const agentTools = {
    version: options.version,
    status: options.status,
    prove: authenticator.prove,
    openApi,
    streams: options.streams,
    isStillWelcome: authenticator.isStillWelcome,
  }
  const endpoints = {
    ...dispatchAll(agentEndpoints, agentTools, guards),
    ...dispatchAll(orderEndpoints, tools, guards),
    ...dispatchAll(accessEndpoints, access, guards),
  }

  const refusalText = (error: AgentError, requestId: string): string => {
    const { body } = withEnvironment(answerOfError(error), environment)
    return JSON.stringify({ ...body, requestId })
  }
  const requests = createWholeRequests(log, refusalText)
  const incomplete = createIncompleteRequests()
  const answerLog = logAnswers(app, log)

  const send = (reply: FastifyReply, answer: Answer): FastifyReply => {
    const { status, body, file, document } = withEnvironment(answer, environment)
    answerLog.note(reply.request, answer, { caller: callers.get(reply.request)?.name })
    void reply.code(status).headers({ 'cache-control': 'no-store', ...retryAfter(answer) })
    if (file !== undefined) {
      return reply
        .header('content-type', file.contentType)
        .header('content-disposition', `attachment; filename="${file.name}"`)
        .send(file.bytes)
    }
    return reply
      .header('content-type', 'application/json; charset=utf-8')
      .send(document ?? JSON.stringify({ ...body, requestId: reply.request.id }))
  }

  const callers = new WeakMap<FastifyRequest, Caller>()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, bytes, done) => {
    try {
      authenticator.complete(request, bytes as Buffer)
      const isKnown = (callers.get(request) ?? nobody) !== nobody
      const limits = isKnown ? jsonLimits : unknownLimits
      done(null, parseBody(bytes as Buffer, request.headers['content-type'] ?? '', limits))
    } catch (error) {
      done(error as Error)
    }
  })

  // Before its body is read: nobody needs a token to miss a route.
  app.addHook('onRequest', (request, _reply, done) => {
    done(request.is404 ? new AgentError('ROUTE_NOT_FOUND') : undefined)
  })
  app.setErrorHandler(async (error: FastifyError | AgentError, request, reply) => {
    const agentError = asAgentError(error)
    await holdRefusal(request.raw.socket, agentError?.code)
    if (agentError === undefined)
      log('error', 'api.failed', { requestId: request.id, error: error.name, stack: framesOf(error.stack) })
    return send(reply, answerOfError(agentError ?? error))
  })
  app.setNotFoundHandler((_request, reply) => send(reply, answerOfError(new AgentError('ROUTE_NOT_FOUND'))))

  const callerOf = (route: NamedRoute, request: FastifyRequest): Caller => {
    if (route.scope === undefined) return nobody
    const caller = authenticator.begin(request)
    if (caller === undefined) throw new AgentError('TOKEN_MISSING')
    incomplete.know(request.raw)
    assertMayCall(caller, route)
    return caller
  }

  const answer = (route: NamedRoute, caller: Caller, request: FastifyRequest, reply: FastifyReply): Promise<Answer> => {
    const { 'last-event-id': lastEventId, origin } = request.headers
    return endpoints[route.name]({
      caller,
      origin,
      port: owners.get(request.raw.socket)?.port ?? request.raw.socket.localPort ?? 0,
      whenCallerLeft: whenCallerLeft(reply),
      lastEventId: typeof lastEventId === 'string' ? lastEventId : undefined,
      parameters: request.params as Record<string, string>,
      ...readQuery(route, request.query as Record<string, unknown>),
      body: isObject(request.body) ? request.body : {},
    })
  }

  const handle = async (route: NamedRoute, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const caller = await authenticator.withPeer(request, callers.get(request) ?? nobody)
    if (route.method !== 'GET') await options.free()
    if (changesSomething(route)) await requests.assertWhole(request.raw, true)
    const result = await answer(route, caller, request, reply)
    if (result.takeOver !== undefined) {
      result.takeOver(reply.raw)
      return reply.hijack()
    }
    if (!changesSomething(route)) authenticator.assertAnswerable(caller)
    // What the answer says may have been written this very turn, by this call or by another.
    if (route.scope !== undefined) await options.durable()
    return send(reply, result)
  }

  for (const route of routes) {
    app.route({
      method: route.method,
      url: route.path,
      config: { name: route.name },
      bodyLimit: route.scope === undefined ? maxUnknownBytes : maxBodyBytes,
      // Before the body is read: whoever has no token cannot make the agent parse 8 MiB.
      onRequest: (request, _reply, done) => {
        callers.set(request, callerOf(route, request))
        done()
      },
      // A signed request without a body; one with a body was complete before it was parsed.
      preHandler: (request, _reply, done) => {
        authenticator.complete(request, new Uint8Array())
        done()
      },
      handler: (request, reply) => answerLog.within(request, () => handle(route, request, reply)),
    })
  }

  const { assertWhole } = requests
  const { know } = incomplete
  registerOldClients(app, { ...options, endpoints, authenticator, holdRefusal, assertWhole, know, answerLog })

  const refuse = (request: IncomingMessage, response: ServerResponse, error: AgentError): void => {
    const requestId = randomUUID()
    log('warn', 'api.refused', { requestId, code: error.code, method: request.method ?? '' })
    const answer = answerOfError(error)
    const text = refusalText(error, requestId)
    // With its length: a client of its own sockets reads no chunks.
    const length = { 'content-length': Buffer.byteLength(text) }
    const type = { 'content-type': 'application/json; charset=utf-8' }
    const id = { 'x-request-id': requestId }
    response.writeHead(answer.status, { ...type, ...length, ...id, connection: 'close', ...retryAfter(answer) })
    response.end(text)
  }

  const assertOnce = (request: IncomingMessage): void => {
    const name = repeatedHeader(request)
    if (name !== undefined) throw new AgentError('REQUEST_BROKEN', { addition: `请求头 ${name} 只能有一个` })
  }

  /** Before any route: what decides here knows nothing but the connection and the headers. */
  const assertWelcome = (request: IncomingMessage, hosts: ReadonlySet<string>): void => {
    assertOnce(request)
    const code = refusalOf(request, hosts, knowsOrigin)
    if (code !== undefined) throw new AgentError(code)
    limiter.takeForConnection(request.socket)
    if (requests.unansweredOn(request.socket) > atMostUnanswered) {
      throw new AgentError('RATE_LIMITED', { addition: '同一连接上未答的请求过多', detail: { retryAfterS: 1 } })
    }
  }

  const origins = new Set(options.origins)
  const knowsOrigin = (origin: string): boolean =>
    origins.has(origin) || access.book.hasOrigin(origin) || access.pairings.awaits(origin)

  const serverFor = (port: () => number): Server => {
    let hosts: ReadonlySet<string> | undefined
    const listener: RequestListener = (request, response) => {
      // What came before it was refused, and its connection ends with that answer.
      if (requests.unansweredOn(request.socket) > atMostUnanswered + 1) return
      hosts ??= allowedHosts(port())
      try {
        assertWelcome(request, hosts)
      } catch (error) {
        refuse(request, response, error as AgentError)
        return
      }
      if (answerPage(request, response, knowsOrigin) || pages(request, response)) return
      app.routing(request, response)
    }
    return createLimitedServer(listener, requests, incomplete)
  }
  const ownerServer = (port: () => number): Server =>
    createLimitedServer(
      (request, response) => {
        owners.set(request.socket, { port: port() })
        try {
          assertOnce(request)
        } catch (error) {
          refuse(request, response, error as AgentError)
          return
        }
        app.routing(request, response)
      },
      requests,
      incomplete,
    )
  const endWaiting = (): void => {
    tools.decodes.cancelAll()
    tools.waits.endAll()
  }
  return { app, serverFor, ownerServer, endWaiting }
}
