// Owns the query string of an endpoint: the flags and texts its route names, and nothing else (I11). A misspelt dryRun that
// went out as a real upload would be the caller's loss.
import { invalidFields } from '../../../core/domain/errors/invalid-fields.ts'
import type { Fault } from '../../../contract/check/check.ts'
import { formProblem } from '../../../contract/check/one-form.ts'

/** A key of a stranger's choice is shown in part. */
const maxShownName = 40

export type Flags = Readonly<Record<string, boolean>>
export type Texts = Readonly<Record<string, string>>
export type Query = { readonly flags: Flags; readonly texts: Texts }

/** A text of the query: what it means, and what it may be. */
export type TextRule = { readonly description: string; readonly pattern: RegExp; readonly problem: string }

export type KnownQuery = {
  /** Each true or false. */
  readonly query?: Readonly<Record<string, string>>
  readonly texts?: Readonly<Record<string, TextRule>>
}

/** Throws INVALID_FIELDS with every key that the route does not know and every value that cannot be. */
export const readQuery = (allowed: KnownQuery, query: Readonly<Record<string, unknown>>): Query => {
  const faults: Fault[] = []
  const flags: Record<string, boolean> = {}
  const texts: Record<string, string> = {}
  const refuse = (path: string, problem: string): void => {
    faults.push({ path, name: '查询参数', problem })
  }
  for (const [path, value] of Object.entries(query)) {
    const rule = Object.hasOwn(allowed.texts ?? {}, path) ? allowed.texts?.[path] : undefined
    if (rule !== undefined) {
      const problem = typeof value === 'string' ? formProblem(value) : rule.problem
      if (typeof value === 'string' && problem === undefined && rule.pattern.test(value)) texts[path] = value
      else refuse(path, problem ?? rule.problem)
    } else if (!Object.hasOwn(allowed.query ?? {}, path)) refuse(path.slice(0, maxShownName), '未知参数')
    else if (value !== 'true' && value !== 'false') refuse(path, '应为 true 或 false')
    else flags[path] = value === 'true'
  }
  if (faults.length > 0) throw invalidFields(faults)
  return { flags, texts }
}
