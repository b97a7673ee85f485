// Owns the way to every endpoint, whoever calls (its own address, old programs, pages, the owner's channel): the body is what its
// schema says, an order in its address is the caller's, and only then it answers. No request reaches one in any other way.
import type { Answer } from '../answers/answer.ts'
import { orderOf } from '../callers/reach.ts'
import { createRequestCheck, type Guards } from './check-request.ts'
import { namesOrder, type ApiRequest, type Endpoint } from './definition.ts'

export type Dispatch = (request: ApiRequest) => Promise<Answer>

export type Dispatched<Endpoints> = { readonly [Name in keyof Endpoints]: Dispatch }

const dispatchOf = <Tools>(endpoint: Endpoint<Tools>, tools: Tools, guards: Guards): Dispatch => {
  const check = createRequestCheck(endpoint, guards)
  const { reach } = guards
  if (!namesOrder(endpoint)) return async (request) => endpoint.answer(check(request), tools)
  return async (request) => {
    const checked = check(request)
    const order = orderOf(checked)
    reach.assertOrder(order, checked.caller)
    try {
      return await endpoint.answer(checked, tools)
    } catch (error) {
      throw reach.explain(order, error)
    }
  }
}

/** The endpoints of a table, ready to be called. A call throws AgentError. */
export const dispatchAll = <Tools, Endpoints extends Readonly<Record<string, Endpoint<Tools>>>>(
  endpoints: Endpoints,
  tools: Tools,
  guards: Guards,
): Dispatched<Endpoints> =>
  Object.fromEntries(
    Object.entries(endpoints).map(([name, endpoint]) => [name, dispatchOf(endpoint, tools, guards)]),
  ) as Dispatched<Endpoints>
