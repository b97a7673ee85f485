// Owns how the text of a request becomes an object whose numbers keep their text. Bytes into text is read-text.ts; whether
// its fields are right, the checks of the contract.
import { jsonLimits, type JsonLimits } from '../../../contract/check/json-limits.ts'
import { isObject, parseJsonText, type Fields } from '../../../contract/check/json-text.ts'
import { AgentError } from '../../../core/domain/errors/errors.ts'
import { findJsonFault } from './json-faults.ts'
import { nearestField } from './read-text.ts'

/** Whoever shows no token in the header makes the agent read no more than this. */
export const maxUnknownBytes = 64 * 1024
/** A bill at these limits has some 70 lines of 44 fields. On one core of a usual PC the slowest body within them is read in some 3 ms. */
export const unknownLimits: JsonLimits = { values: 4_000, numbers: 2_000, keys: 500 }

/** Clients write null for what they have not; it must not hide what the agent fills in. */
export const withoutNulls = (value: Fields): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))

const parse = (text: string, limits: JsonLimits): unknown => {
  try {
    return parseJsonText(text, limits)
  } catch (error) {
    if (error instanceof RangeError) throw new AgentError('BAD_JSON', { addition: '内容太多或嵌套太深' })
    // The parser's message may quote the body; its position is all that may be shown.
    const at = /position (\d+)/.exec((error as Error).message)?.[1]
    const where = at === undefined ? undefined : `第 ${Number(at) + 1} 个字符${nearestField(text.slice(0, Number(at)))}`
    throw new AgentError('BAD_JSON', where === undefined ? {} : { addition: where })
  }
}

/** The object that a text holds, {} for an empty one. Throws BAD_JSON, naming the place where it can. */
export const readJsonObject = (text: string, limits = jsonLimits): Record<string, unknown> => {
  if (text === '') return {}
  const noObject = new AgentError('BAD_JSON', { addition: '应为 JSON 对象' })
  // Before any of it is built.
  if (/^\s*\[/.test(text)) throw noObject
  const value = parse(text, limits)
  if (!isObject(value)) throw noObject
  const fault = findJsonFault(text, value)
  if (fault !== undefined) throw new AgentError('BAD_JSON', { addition: `${fault.path || '(整体)'}: ${fault.problem}` })
  return withoutNulls(value)
}
