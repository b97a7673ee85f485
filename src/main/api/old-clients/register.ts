// Owns the addresses for programs that cannot be changed any more: POST /call, /call/{code} and /fsi. A thin decoder in
// front of the same endpoints: it reads what they send, calls the endpoint, and writes what they can read.
import type { Fields } from '../../../contract/check/json-text.ts'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { Environment } from '../../../core/domain/machine/environment.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import type { Clock, Log } from '../../usecases/base/ports.ts'
import { framesOf } from '../../../contract/log-line.ts'
import { answerOfError, okAnswer, withEnvironment, type Answer } from '../answers/answer.ts'
import type { AnswerLog } from '../answers/log-answers.ts'
import type { Authenticator } from '../callers/authenticate.ts'
import { asAgentError } from '../requests/framework-errors.ts'
import { changesSomething, type Route } from '../endpoint/definition.ts'
import type { Guards } from '../endpoint/check-request.ts'
import type { Dispatched } from '../endpoint/dispatch.ts'
import type { allEndpoints } from '../endpoints.ts'
import { maxUnknownBytes } from '../requests/read-json.ts'
import type { HoldRefusal } from '../requests/slow-refusal.ts'
import { assertMayCall, assertScope, type Caller, type OldHabits } from '../callers/tokens.ts'
import { whenCallerLeft } from '../requests/when-caller-left.ts'
import type { IncompleteRequests } from '../requests/incomplete-requests.ts'
import type { WholeRequests } from '../requests/whole-requests.ts'
import type { NamedOrder } from '../callers/reach.ts'
import { planCall, routeOf } from './calls.ts'
import { presentFsi, readFsi } from './fsi.ts'
import { readCall, type Call } from './read-call.ts'
import { issueTicket, readByTicket, writeScript, type TicketReading } from './read-by-ticket.ts'
import { receive, type Received } from './receive.ts'
import { createTickets } from './tickets.ts'
import { writeAnswer } from './write-answer.ts'

/** A call of its own: no endpoint stands behind it. */
const ticketCode = 'ticket'

export type OldClientOptions = {
  readonly endpoints: Dispatched<typeof allEndpoints>
  readonly guards: Guards
  readonly authenticator: Authenticator
  readonly holdRefusal: HoldRefusal
  readonly assertWhole: WholeRequests['assertWhole']
  readonly know: IncompleteRequests['know']
  readonly origins: readonly string[]
  readonly jsonp: boolean
  readonly environment: Environment
  readonly clock: Clock
  readonly log: Log
  readonly answerLog: AnswerLog
  readonly durable: () => Promise<void>
  readonly free: () => Promise<void>
}

/** How an address reads its fields and writes its answers. */
type Dialect = {
  readonly read: (fields: Fields, caller: Caller & OldHabits, request: FastifyRequest) => Call
  readonly present: (
    answer: Answer,
    received: Received | undefined,
    request: FastifyRequest,
    receivedMs: number,
  ) => object
}

/** What a cut form would do must not be done: a refund of 20.00 that lost its last digits is one of 2.00 (RULES 2.7). */
const assertShowsEnd = ({ showsEnd }: Received, route: Route): void => {
  if (showsEnd || !changesSomething(route)) return
  throw new AgentError('REQUEST_BROKEN', {
    addition: '表单里有未编码的汉字, 看不出是否完整: 请把汉字做 URL 编码, 或用 data 放 JSON, 或以 &end=1 结尾',
  })
}

export const registerOldClients = (app: FastifyInstance, options: OldClientOptions): void => {
  const { clock, log, answerLog, authenticator, holdRefusal } = options
  const callers = new WeakMap<FastifyRequest, Caller & OldHabits>()
  const tickets = createTickets(clock.monotonicMs)
  let serial = 0

  const find =
    (request: FastifyRequest) =>
    (token: unknown): Caller & OldHabits =>
      authenticator.byToken(request, typeof token === 'string' ? token : undefined)

  /** Before the body is read: a wrong token ends here, and without one the body stays small. */
  const look = (request: FastifyRequest): void => {
    const caller = authenticator.begin(request)
    if (caller !== undefined) {
      callers.set(request, caller)
      options.know(request.raw)
      return
    }
    const { 'content-length': length = '0', 'transfer-encoding': untold } = request.headers
    if (untold !== undefined || Number(length) > maxUnknownBytes) {
      throw new AgentError('BODY_TOO_LARGE', {
        addition: '令牌放在请求体里时上限 64 KiB, 且须有 Content-Length; 更大的请把令牌放在请求头',
      })
    }
  }

  const answer = async (
    received: Received,
    { code, body }: Call,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<Answer> => {
    const caller = await authenticator.withPeer(request, received.caller)
    if (code === ticketCode) {
      assertScope(caller, 'read')
      return okAnswer(issueTicket(tickets, options.origins, options.guards.kept, caller, body))
    }
    const findNamed = (payOrdId: string): readonly NamedOrder[] => options.guards.reach.findNamed(caller, payOrdId)
    assertMayCall(caller, routeOf(code))
    const planned = planCall(code, body, request.query as Fields, findNamed)
    assertShowsEnd(received, routeOf(code))
    if (routeOf(code).method !== 'GET') await options.free()
    if (changesSomething(routeOf(code))) await options.assertWhole(request.raw, received.kind !== 'form')
    const result = await options.endpoints[planned.name]({
      caller,
      whenCallerLeft: whenCallerLeft(reply),
      ...planned.request,
    })
    if (!changesSomething(routeOf(code))) authenticator.assertAnswerable(caller)
    await options.durable()
    answerLog.note(request, result, { route: planned.name, caller: caller.name })
    return result
  }

  const answerError = async (error: unknown, request: FastifyRequest): Promise<Answer> => {
    const agentError = asAgentError(error)
    await holdRefusal(request.raw.socket, agentError?.code)
    if (agentError === undefined) {
      const { name, stack } = error as Error
      log('error', 'api.failed', { requestId: request.id, error: name, stack: framesOf(stack) })
    }
    const result = answerOfError(agentError ?? error)
    answerLog.note(request, result, { caller: callers.get(request)?.name })
    return result
  }

  const respond = async (dialect: Dialect, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const receivedMs = clock.wallMs()
    let received: Received | undefined
    let result: Answer
    try {
      const bytes = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      authenticator.complete(request, bytes)
      received = receive(bytes, request.headers['content-type'] ?? '', callers.get(request), find(request))
      result = await answer(received, dialect.read(received.fields, received.caller, request), request, reply)
    } catch (error) {
      result = await answerError(error, request)
    }
    const shown = dialect.present(withEnvironment(result, options.environment), received, request, receivedMs)
    return writeAnswer(reply, shown, received?.charset)
  }

  /** An error before there was a body to read. */
  const refuse = async (
    dialect: Dialect,
    error: unknown,
    request: FastifyRequest,
    reply: FastifyReply,
  ): Promise<void> => {
    const result = withEnvironment(await answerError(error, request), options.environment)
    await writeAnswer(reply, dialect.present(result, undefined, request, clock.wallMs()), callers.get(request)?.charset)
  }

  const callDialect: Dialect = {
    read: (fields, _caller, request) => readCall(fields, (request.params as { readonly code?: string }).code),
    present: ({ body }, _received, request) => ({ ...body, data: { ...body.data, requestId: request.id } }),
  }
  const fsiDialect: Dialect = {
    read: readFsi,
    present: (result, received, _request, receivedMs) =>
      presentFsi(result, {
        fields: received?.fields ?? {},
        habits: received?.caller,
        receivedMs,
        answeredMs: clock.wallMs(),
        serial: ++serial,
      }),
  }

  const addresses = { '/call': callDialect, '/call/:code': callDialect, '/fsi': fsiDialect } as const
  void app.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, bytes, parsed) => {
      parsed(null, bytes)
    })
    for (const [path, dialect] of Object.entries(addresses)) {
      scope.route({
        method: 'POST',
        url: path,
        onRequest: (request, _reply, next) => {
          look(request)
          next()
        },
        errorHandler: (error, request, reply) => {
          void refuse(dialect, error, request, reply)
        },
        config: { name: path.split('/')[1] ?? '' },
        handler: (request, reply) => answerLog.within(request, () => respond(dialect, request, reply)),
      })
    }
    scope.get('/call/order', { config: { name: 'call-order' } }, async (request, reply) => {
      const read: TicketReading = await readByTicket(
        tickets,
        options.endpoints.order,
        options.jsonp,
        request,
        authenticator.isStillWelcome,
      ).catch(async (error: unknown) => ({ answer: await answerError(error, request), callback: undefined }))
      answerLog.note(request, read.answer)
      await options.durable()
      const shown = callDialect.present(withEnvironment(read.answer, options.environment), undefined, request, 0)
      return read.callback === undefined ? writeAnswer(reply, shown, 'utf-8') : writeScript(reply, read.callback, shown)
    })
    done()
  })
}
