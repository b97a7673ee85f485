// Owns reading a body of the console's own: plain JSON against its schema. Its numbers are counts, no amounts, so they need
// not keep their text.
import type { Check } from '../../../contract/check.ts'
import { invalidFields } from '../../usecases/check-upload.ts'

/** Throws INVALID_FIELDS. */
export const readPlainBody = <Body>(check: Check<Body>, body: Readonly<Record<string, unknown>>): Body => {
  const { value, faults } = check(JSON.parse(JSON.stringify(body)))
  if (faults.length > 0) throw invalidFields(faults)
  return value
}
