// Owns the check of what a request brings: the names in its address, and its body against the endpoint's schema. What an order
// allows is the use cases'; the query is read-query.ts.
import type { Fields } from '../../../contract/check/json-text.ts'
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import { createCheck, type Check, type Fault } from '../../../contract/check/check.ts'
import type { ExtraFields } from '../../../contract/extra-fields.ts'
import { formProblem } from '../../../contract/check/one-form.ts'
import type { KeptNumbers } from '../../usecases/order/kept-numbers.ts'
import type { OrderSettings } from '../../usecases/base/dependencies.ts'
import { bodyOf } from './body-of-route.ts'
import type { Reach } from '../callers/reach.ts'
import type { ApiRequest, Route } from './definition.ts'
import { lengthProblem, parameterProblem } from './parameter.ts'

/** What every request is held against. */
export type Guards = {
  readonly lengthUnit: OrderSettings['lengthUnit']
  readonly kept: KeptNumbers
  readonly extraFields: ExtraFields
  readonly reach: Reach
}

const parameterNames: Readonly<Record<string, string>> = {
  medOrgOrd: '医疗机构订单号',
  id: '操作编号',
  name: '令牌名称',
}

/** The member that a path of a fault names, such as `upload.medOrgOrd`. */
const memberAt = (body: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, key) => (value as Fields | undefined)?.[key], body)

/** Checks one endpoint's requests. Throws INVALID_FIELDS. The body that it gives is what the schema says. */
export const createRequestCheck = (
  route: Route,
  { lengthUnit, kept, extraFields, reach }: Guards,
): ((request: ApiRequest) => ApiRequest) => {
  const check: Check<Fields> = createCheck(bodyOf(route, extraFields), { oneForm: true })
  const unit = route.interface === undefined ? 'characters' : lengthUnit

  /** A number that is not in its one form but stands so in the journal; of another's order not even that is told. */
  const isKept = ({ caller, parameters }: ApiRequest, name: string, value: unknown): boolean => {
    if (typeof value !== 'string') return false
    const medOrgOrd = name === 'medOrgOrd' ? value : (parameters['medOrgOrd'] ?? '')
    const order = { orgCodg: caller.orgCodg, medOrgOrd }
    if (!reach.mayReach(order, caller)) return false
    return name === 'medOrgOrd' ? kept.hasOrder(order) : name === 'appRefdSn' && kept.hasRefund(order, value)
  }

  return (request) => {
    const inPath: Fault[] = Object.entries(request.parameters).flatMap(([path, text = '']) => {
      const problem = parameterProblem(text)
      if (problem === undefined || (lengthProblem(text) === undefined && isKept(request, path, text))) return []
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
