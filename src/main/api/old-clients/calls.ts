// Owns the transaction codes: which endpoint stands behind each, and how a body names the order or the operation that the
// endpoint has in its address. Which code an endpoint has is said in its own file.
import { shownKey, type Fault } from '../../../contract/check/check.ts'
import { JsonNumber, type Fields } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { NamedOrder } from '../callers/reach.ts'
import type { ApiRequest, OldCall } from '../endpoint/definition.ts'
import { parameterProblem } from '../endpoint/parameter.ts'
import { routes, type EndpointName, type NamedRoute } from '../endpoints.ts'
import { readQuery } from '../requests/read-query.ts'

type CalledRoute = NamedRoute & { readonly call: OldCall }

const called: ReadonlyMap<string, CalledRoute> = new Map(
  routes.flatMap((route) => (route.call === undefined ? [] : [[route.call.code, route as CalledRoute]])),
)

export const callCodes: readonly string[] = [...called.keys()]

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const refuse = (path: string, name: string, problem: string): AgentError => invalidFields([{ path, name, problem }])

/** Throws INVALID_FIELDS for a number that is too long or not in its one form (RULES 2.1). */
const assertForm = (path: string, name: string, value: unknown): void => {
  const problem = typeof value === 'string' ? parameterProblem(value) : undefined
  if (problem !== undefined) throw refuse(path, name, problem)
}

/** The orders that a payOrdId belongs to; at most one unless the center repeats itself. */
export type FindNamed = (payOrdId: string) => readonly NamedOrder[]

const namedOrder = ({ medOrgOrd, payOrdId }: Fields, findNamed: FindNamed): NamedOrder => {
  assertForm('payOrdId', '支付订单号', payOrdId)
  const orders = isText(payOrdId) ? findNamed(payOrdId) : []
  if (!isText(medOrgOrd)) {
    if (!isText(payOrdId)) throw refuse('medOrgOrd', '医疗机构订单号', '必填, 或填 payOrdId')
    const [order] = orders
    if (order === undefined) throw new AgentError('ORDER_NOT_FOUND')
    return order
  }
  const order = orders.find((candidate) => candidate.medOrgOrd === medOrgOrd)
  if (orders.length > 0 && order === undefined) throw refuse('payOrdId', '支付订单号', '不属于这个 medOrgOrd')
  return order ?? { medOrgOrd, isOfBefore: false }
}

const without = (body: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

/** What is only read here knows its fields; one that is none of them is refused (I11). */
const assertFields = (body: Fields, fields: Readonly<Record<string, unknown>>): void => {
  const faults: Fault[] = Object.keys(body)
    .filter((path) => !Object.hasOwn(fields, path))
    .map((key) => ({ path: shownKey(key), name: '', problem: '未知字段' }))
  if (faults.length > 0) throw invalidFields(faults)
}

const takesPayOrdId = ({ body }: NamedRoute): boolean =>
  'payOrdId' in ((body as { readonly properties?: object } | undefined)?.properties ?? {})

type Asked = Pick<ApiRequest, 'parameters' | 'body'>

const orderRequest = (route: CalledRoute, body: Fields, findNamed: FindNamed): Asked => {
  const { medOrgOrd, isOfBefore } = namedOrder(body, findNamed)
  const parameters = { medOrgOrd }
  const rest = without(body, 'medOrgOrd')
  if (route.call.repeats !== undefined) {
    assertFields(rest, route.call.repeats)
    return { parameters, body: {} }
  }
  // Which fee it names is the endpoint's to judge, where that takes the name.
  if (takesPayOrdId(route)) return { parameters, body: rest }
  if (isOfBefore) throw refuse('payOrdId', '支付订单号', '是撤销前的, 该单号已重新上传 (现在的见查询应答的 payOrdId)')
  return { parameters, body: without(rest, 'payOrdId') }
}

const operationRequest = (body: Fields): Asked => {
  const { operationId } = body
  if (!isText(operationId)) throw refuse('operationId', '操作编号', '必填')
  return { parameters: { id: operationId }, body: without(body, 'operationId') }
}

/** What stands in the query of the endpoint; a program that only posts puts it into the body. */
const textsOf = ({ texts = [] }: OldCall, body: Fields): Fields =>
  Object.fromEntries(
    texts
      .filter((name) => body[name] !== undefined)
      .map((name) => [name, body[name] instanceof JsonNumber ? body[name].text : body[name]]),
  )

const renamed = ({ renames = {} }: OldCall, body: Fields): Fields =>
  Object.fromEntries(Object.entries(body).map(([name, value]) => [renames[name] ?? name, value]))

export type Planned = {
  readonly name: EndpointName
  readonly request: Omit<ApiRequest, 'caller' | 'whenCallerLeft'>
}

/** The endpoint of a code. Throws INVALID_FIELDS without a code, ROUTE_NOT_FOUND for an unknown one. */
export const routeOf = (code: unknown): CalledRoute => {
  if (!isText(code)) throw refuse('code', '交易码', '必填, 如 6201')
  assertForm('code', '交易码', code)
  const route = called.get(code)
  if (route === undefined) throw new AgentError('ROUTE_NOT_FOUND', { addition: '没有这个交易码' })
  return route
}

/** The call of an endpoint that a body asks for. Throws INVALID_FIELDS, ORDER_NOT_FOUND and what `routeOf` throws. */
export const planCall = (code: unknown, body: Fields, query: Fields, findNamed: FindNamed): Planned => {
  const route = routeOf(code)
  const { name, call } = route
  const { flags, texts } = readQuery(route, { ...textsOf(call, body), ...query })
  const fields = renamed(call, without(body, ...(call.texts ?? [])))
  const asked =
    call.names === 'order'
      ? orderRequest(route, fields, findNamed)
      : call.names === 'operation'
        ? operationRequest(fields)
        : { parameters: {}, body: fields }
  return { name, request: { flags: { ...flags, ...call.flags }, texts, ...asked } }
}
