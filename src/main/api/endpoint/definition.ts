// Owns what an endpoint is: one value with its address, its scope, its body, its code for old programs, and what it does.
// Each is a file of its own; the table of all is ../endpoints.ts.
import type { Static, TSchema } from 'typebox'
import { Strict } from '../../../contract/check/fields.ts'
import type { tables } from '../../../contract/interfaces.ts'
import type { Answer } from '../answers/answer.ts'
import type { Caller, ScopeRule } from '../callers/tokens.ts'
import type { WhenCallerLeft } from '../requests/operation-waits.ts'
import type { KnownQuery, Query } from '../requests/read-query.ts'

/** How a program that only posts calls an endpoint: POST /call/{code} (old-clients/). */
export type OldCall = {
  /** The number of the interface; a name where the standard has no number. */
  readonly code: string
  /** What its body names and the endpoint has in its address. */
  readonly names?: 'order' | 'operation'
  /** Set by the code itself. */
  readonly flags?: Readonly<Record<string, boolean>>
  /** Texts of the query that its body may hold. */
  readonly texts?: readonly string[]
  /** Members of its body that the endpoint calls otherwise. */
  readonly renames?: Readonly<Record<string, string>>
  /** Fields of the interface that it may repeat; the order is known by its number alone. */
  readonly repeats?: Readonly<Record<string, unknown>>
}

export type Route = {
  readonly method: 'GET' | 'POST'
  /** Fastify's form; OpenAPI's is made of it. */
  readonly path: string
  readonly summary: string
  readonly interface?: keyof typeof tables
  /** Members of the body that hold a table's fields each. */
  readonly parts?: Readonly<Record<string, keyof typeof tables>>
  readonly body?: TSchema
  readonly call?: OldCall
  /** A POST that only asks: one that lost its end, or has another behind it, does no harm. */
  readonly asksOnly?: true
  /** For the token of the configured kiosk alone. */
  readonly kioskOnly?: true
} & KnownQuery &
  /** Without a scope: public, holds no secret. */
  ScopeRule

export type ApiRequest<Body = Readonly<Record<string, unknown>>> = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  /** As the endpoint's schema has it (check-request.ts). */
  readonly body: Body
  /** The Origin header, and the port it came to; left out where no endpoint asks. */
  readonly origin?: string | undefined
  readonly port?: number
  /** Left out where nobody can leave. */
  readonly whenCallerLeft?: WhenCallerLeft
  /** Of the event stream: the last event that the caller has seen. */
  readonly lastEventId?: string | undefined
} & Query

/** `Tools`: what it works with. It throws AgentError for what cannot be done. */
export type Endpoint<Tools> = Route & {
  readonly answer: (request: ApiRequest, tools: Tools) => Answer | Promise<Answer>
}

/** The body of an endpoint that names none. */
export const nothing = Strict({})
export type Nothing = typeof nothing

export type Definition<Tools, Body extends TSchema> = Omit<Route, 'body'> & {
  readonly body?: Body
  readonly answer: (request: ApiRequest<Static<Body>>, tools: Tools) => Answer | Promise<Answer>
}

/** Defines endpoints that work with `Tools`. The type of the body that each answers is that of its schema. */
export const defining =
  <Tools>() =>
  <Body extends TSchema = Nothing>(definition: Definition<Tools, Body>): Endpoint<Tools> =>
    definition as unknown as Endpoint<Tools>

/** False for what only asks, a scan included. */
export const changesSomething = ({ method, asksOnly }: Pick<Route, 'method' | 'asksOnly'>): boolean =>
  method !== 'GET' && asksOnly !== true

/** Whether its address names an order. */
export const namesOrder = ({ path }: Pick<Route, 'path'>): boolean => path.includes(':medOrgOrd')
