// Owns the check of what a request brings, for every endpoint and every way to it (its own address, old programs, pages, the
// owner's channel): the names in its address and its body against the route's schema, before the handler sees them. What an
// order allows is the use cases'; the query is read-query.ts.
import { invalidFields } from '../../core/domain/errors/invalid-fields.ts'
import { createCheck, type Check, type Fault } from '../../contract/check/check.ts'
import type { ExtraFields } from '../../contract/extra-fields.ts'
import { formProblem } from '../../contract/check/one-form.ts'
import type { KeptNumbers } from '../usecases/order/kept-numbers.ts'
import type { OrderSettings } from '../usecases/base/dependencies.ts'
import { bodyOf } from './body-of-route.ts'
import { routes, type Route, type RouteName } from './routes.ts'
import type { Caller } from './callers/tokens.ts'
import type { Reach } from './callers/whose.ts'

type Fields = Readonly<Record<string, unknown>>
type Request = {
  readonly caller: Caller
  readonly parameters: Readonly<Record<string, string | undefined>>
  readonly body: Fields
}

export type RequestChecks = {
  readonly lengthUnit: OrderSettings['lengthUnit']
  readonly kept: KeptNumbers
  readonly mayReach: Reach['mayReach']
  readonly extraFields: ExtraFields
}

const parameterNames: Readonly<Record<string, string>> = {
  medOrgOrd: '医疗机构订单号',
  id: '操作编号',
  name: '令牌名称',
}

/** The member that a path of a fault names, such as `upload.medOrgOrd`. */
const memberAt = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], body)

/** Checks one route's requests. Throws INVALID_FIELDS. The body that it gives is what the schema says. */
const createRequestCheck = <Given extends Request>(
  route: Route,
  { lengthUnit, kept, mayReach, extraFields }: RequestChecks,
): ((request: Given) => Given) => {
  const check: Check<Fields> = createCheck(bodyOf(route, extraFields), { oneForm: true })
  const unit = route.interface === undefined ? 'characters' : lengthUnit

  /** A number that is not in its one form but stands so in the journal; of another's order not even that is told. */
  const isKept = ({ caller, parameters }: Given, name: string, value: unknown): boolean => {
    if (typeof value !== 'string') return false
    const medOrgOrd = name === 'medOrgOrd' ? value : (parameters['medOrgOrd'] ?? '')
    const order = { orgCodg: caller.orgCodg, medOrgOrd }
    if (!mayReach(order, caller)) return false
    return name === 'medOrgOrd' ? kept.hasOrder(order) : name === 'appRefdSn' && kept.hasRefund(order, value)
  }

  return (request) => {
    const inPath: Fault[] = Object.entries(request.parameters).flatMap(([path, text = '']) => {
      const problem = formProblem(text)
      if (problem === undefined || isKept(request, path, text)) return []
      return [{ path, name: parameterNames[path] ?? '', problem }]
    })
    const { value, faults } = check({ ...request.body }, unit)
    const inBody = faults.filter(({ path, problem }) => {
      const member = memberAt(value, path)
      const isOfForm = typeof member === 'string' && formProblem(member) === problem
      return !isOfForm || !isKept(request, path.split('.').at(-1) ?? '', member)
    })
    if (inPath.length + inBody.length > 0) throw invalidFields([...inPath, ...inBody])
    return { ...request, body: value }
  }
}

/** The handlers, each behind the check of its route: no request reaches one in any other way. */
export const checkRequests = <Handlers extends object>(handlers: Handlers, checks: RequestChecks): Handlers => {
  const all = handlers as Partial<Record<RouteName, (request: Request) => unknown>>
  const checked = routes.flatMap((route) => {
    const handle = all[route.name]
    if (handle === undefined) return []
    const check = createRequestCheck<Request>(route, checks)
    return [[route.name, (request: Request) => handle(check(request))]]
  })
  return { ...handlers, ...Object.fromEntries(checked) } as Handlers
}
