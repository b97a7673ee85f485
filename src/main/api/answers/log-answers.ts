// Owns the line of the log about each answer, written once it has left. The answer carries the same requestId, in its body and in
// the header X-Request-Id.
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { inRequest } from '../../../core/log/request-context.ts'
import type { Log } from '../../usecases/base/ports.ts'
import type { Answer } from './answer.ts'

/** Pages ask for these all the time: nobody looks for a line of it, unless it was refused. */
const asked: ReadonlySet<string> = new Set(['health', 'status', 'log', 'queue', 'attention'])

/** What is known of a request beside its answer. */
export type Known = { readonly route?: string; readonly caller?: string | undefined }

declare module 'fastify' {
  // Fastify's own way to say what a route's configuration holds.
  // eslint-disable-next-line @typescript-eslint/consistent-type-definitions
  interface FastifyContextConfig {
    readonly name?: string
  }
}

export type AnswerLog = {
  /** Says what the request is answered with. */
  readonly note: (request: FastifyRequest, answer: Answer, facts?: Known) => void
  /** Whatever is logged within names the request. */
  readonly within: <Value>(request: FastifyRequest, work: () => Value) => Value
}

const textIn = (fields: unknown, name: string): string | undefined => {
  const value = (fields as Readonly<Record<string, unknown>> | null | undefined)?.[name]
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Before any route is added. */
export const logAnswers = (app: FastifyInstance, log: Log): AnswerLog => {
  const answers = new WeakMap<FastifyRequest, { readonly body: Answer['body'] } & Known>()

  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id)
    done()
  })

  const write = (request: FastifyRequest, reply: FastifyReply): void => {
    const { body, caller, route = request.routeOptions.config.name } = answers.get(request) ?? {}
    const code = body?.code
    const isPlain = (code === '0' || code === undefined) && route !== undefined && asked.has(route)
    log(isPlain ? 'debug' : 'info', 'api.answered', {
      requestId: request.id,
      route,
      caller,
      status: reply.statusCode,
      code,
      operationId: textIn(body?.data, 'operationId'),
      medOrgOrd:
        textIn(body?.data, 'medOrgOrd') ?? textIn(request.params, 'medOrgOrd') ?? textIn(request.body, 'medOrgOrd'),
      ms: Math.round(reply.elapsedTime),
    })
  }
  app.addHook('onResponse', (request, reply, done) => {
    write(request, reply)
    done()
  })

  return {
    note: (request, { body }, facts = {}) => {
      answers.set(request, { ...answers.get(request), ...facts, body })
    },
    within: (request, work) => inRequest(request.id, work),
  }
}
