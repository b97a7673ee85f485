// Owns the table of transaction codes: which endpoint stands behind each, and how its order or operation is named in a
// body where the endpoint has it in its address. What the endpoints do is handlers.ts.
import { shownKey, type Fault } from '../../../contract/check/check.ts'
import { JsonNumber } from '../../../contract/check/json-text.ts'
import { formProblem } from '../../../contract/check/one-form.ts'
import { QueryOrderInput } from '../../../contract/interfaces/query-order.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { NamedOrder } from '../callers/whose.ts'
import type { ApiRequest, HandlerName } from '../handlers.ts'
import type { Fields } from '../requests/read-json.ts'
import { readQuery } from '../requests/read-query.ts'
import { routes, type Route } from '../routes.ts'

type Target = {
  readonly route: HandlerName
  readonly of?: 'order' | 'operation'
  readonly flags?: Record<string, boolean>
}

/** The interfaces by their number; by name what the standard has no number for. */
const targets: Readonly<Record<string, Target>> = {
  '6101': { route: 'decode' },
  '6201': { route: 'upload' },
  '6202': { route: 'placement', of: 'order' },
  '6203': { route: 'refunds', of: 'order' },
  '6205': { route: 'bankPlacement', of: 'order' },
  '6301': { route: 'order', of: 'order', flags: { refresh: true } },
  '6401': { route: 'revocation', of: 'order' },
  authorization: { route: 'authorization', of: 'order' },
  cashierUrl: { route: 'cashierUrl', of: 'order' },
  booking: { route: 'booking', of: 'order' },
  receipt: { route: 'receipt', of: 'order' },
  rebill: { route: 'rebill', of: 'order' },
  resolve: { route: 'resolve', of: 'order' },
  operation: { route: 'operation', of: 'operation' },
  cancel: { route: 'cancel', of: 'operation' },
  unbooked: { route: 'orders', flags: { paid: true, booked: false } },
  attention: { route: 'attention' },
}

export const callCodes: readonly string[] = Object.keys(targets)

const isText = (value: unknown): value is string => typeof value === 'string' && value !== ''

const refuse = (path: string, name: string, problem: string): AgentError => invalidFields([{ path, name, problem }])

/** Throws INVALID_FIELDS for a number that is not in its one form (RULES 2.1). */
const assertForm = (path: string, name: string, value: unknown): void => {
  const problem = typeof value === 'string' ? formProblem(value) : undefined
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
  const order = orders.find((each) => each.medOrgOrd === medOrgOrd)
  if (orders.length > 0 && order === undefined) throw refuse('payOrdId', '支付订单号', '不属于这个 medOrgOrd')
  return order ?? { medOrgOrd, isOfBefore: false }
}

const without = (body: Fields, ...names: readonly string[]): Fields =>
  Object.fromEntries(Object.entries(body).filter(([name]) => !names.includes(name)))

/** What is only read here knows its fields; one that is none of them is refused (I11). */
const assertFields = (body: Fields, known: Readonly<Record<string, unknown>>): void => {
  const faults: Fault[] = Object.keys(body)
    .filter((path) => !Object.hasOwn(known, path))
    .map((key) => ({ path: shownKey(key), name: '', problem: '未知字段' }))
  if (faults.length > 0) throw invalidFields(faults)
}

const takesPayOrdId = ({ body }: Route): boolean =>
  'payOrdId' in ((body as { readonly properties?: object } | undefined)?.properties ?? {})

const orderRequest = (route: Route, body: Fields, findNamed: FindNamed): Pick<ApiRequest, 'parameters' | 'body'> => {
  const { medOrgOrd, isOfBefore } = namedOrder(body, findNamed)
  const parameters = { medOrgOrd }
  const rest = without(body, 'medOrgOrd')
  if (route.name === 'order') {
    assertFields(rest, QueryOrderInput.properties)
    return { parameters, body: {} }
  }
  // Which fees it names is the endpoint's to judge, where that takes the name.
  if (takesPayOrdId(route)) return { parameters, body: rest }
  if (isOfBefore) throw refuse('payOrdId', '支付订单号', '是撤销前的, 该单号已重新上传 (现在的见查询应答的 payOrdId)')
  return { parameters, body: without(rest, 'payOrdId') }
}

const operationRequest = (body: Fields): Pick<ApiRequest, 'parameters' | 'body'> => {
  const { operationId } = body
  if (!isText(operationId)) throw refuse('operationId', '操作编号', '必填')
  return { parameters: { id: operationId }, body: without(body, 'operationId', 'wait') }
}

/** `wait` stands in the address of the endpoint; a program that only posts puts it into the body. */
const waitOf = (route: Route, { wait }: Fields): Fields =>
  route.name !== 'operation' || wait === undefined ? {} : { wait: wait instanceof JsonNumber ? wait.text : wait }

/** The library's own name for the code; the endpoint calls it `code`, which means something else beside a token. */
const decodeBody = ({ ecQrCode, ...body }: Fields): Fields =>
  ecQrCode === undefined ? body : { ...body, code: ecQrCode }

/** How the body of a code names what the endpoint has in its address. Throws as `routeOf`. */
export const namedIn = (code: string): Target['of'] => {
  routeOf(code)
  return targets[code]?.of
}

export type Planned = {
  readonly name: HandlerName
  readonly request: Omit<ApiRequest, 'caller' | 'whenGone'>
}

/** The endpoint of a code. Throws INVALID_FIELDS without a code, ROUTE_NOT_FOUND for an unknown one. */
export const routeOf = (code: unknown): Route => {
  if (!isText(code)) throw refuse('code', '交易码', '必填, 如 6201')
  assertForm('code', '交易码', code)
  const target = Object.hasOwn(targets, code) ? targets[code] : undefined
  const route = routes.find(({ name }) => name === target?.route)
  if (route === undefined) throw new AgentError('ROUTE_NOT_FOUND', { addition: '没有这个交易码' })
  return route
}

/** The call of an endpoint that a body asks for. Throws INVALID_FIELDS, ORDER_NOT_FOUND and what `routeOf` throws. */
export const planCall = (code: unknown, body: Fields, query: Fields, findNamed: FindNamed): Planned => {
  const route = routeOf(code)
  const { route: name, of, flags } = targets[String(code)] as Target
  const { texts, ...asked } = readQuery(route, { ...waitOf(route, body), ...query })
  const request = { flags: { ...asked.flags, ...flags }, texts }
  if (of === 'order') return { name, request: { ...request, ...orderRequest(route, body, findNamed) } }
  if (of === 'operation') return { name, request: { ...request, ...operationRequest(body) } }
  return { name, request: { ...request, parameters: {}, body: name === 'decode' ? decodeBody(body) : body } }
}
