// Owns the query string of an endpoint: the flags its route names, each true or false, and nothing else (I11). A misspelt
// dryRun that went out as a real upload would be the caller's loss.
import type { Fault } from '../../contract/check.ts'
import { invalidFields } from '../usecases/check-upload.ts'

export type Flags = Readonly<Record<string, boolean>>

/** `known`: the route's flags. Throws INVALID_FIELDS with every key that is not one and every value that is neither. */
export const readFlags = (known: Readonly<Record<string, string>>, query: Readonly<Record<string, unknown>>): Flags => {
  const faults: Fault[] = []
  const flags: Record<string, boolean> = {}
  for (const [path, value] of Object.entries(query)) {
    if (!Object.hasOwn(known, path)) faults.push({ path, name: '查询参数', problem: '未知参数' })
    else if (value !== 'true' && value !== 'false')
      faults.push({ path, name: '查询参数', problem: '应为 true 或 false' })
    else flags[path] = value === 'true'
  }
  if (faults.length > 0) throw invalidFields(faults)
  return flags
}
