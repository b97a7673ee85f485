// Owns the operator that a caller names beside the interface's own fields. It is what the caller claims; who it is was
// proven by the token.
import { createCheck } from '../../contract/check.ts'
import { invalidFields } from '../usecases/check-upload.ts'
import { OperatorField } from './routes.ts'

const check = createCheck<{ operator: string }>(OperatorField)

export type Claimed = { readonly operator: string; readonly rest: Readonly<Record<string, unknown>> }

/** Parts a body from its operator, which is no part of what is asked: another cashier may repeat a call. Throws INVALID_FIELDS. */
export const takeOperator = ({ operator, ...rest }: Readonly<Record<string, unknown>>): Claimed => {
  if (operator === undefined) return { operator: '', rest }
  const { value, faults } = check({ operator })
  if (faults.length > 0) throw invalidFields(faults)
  return { operator: value.operator, rest }
}
