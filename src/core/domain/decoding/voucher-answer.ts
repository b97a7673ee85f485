// Owns what the library's answer means: decoded, cancelled, refused or unreadable. Pure text in, value out.
import { isObject, JsonNumber, parseJsonText } from '../../../contract/check/json-text.ts'

export type VoucherAnswer =
  /** `output`: the table's fields as text, "null" and null left out. `raw`: everything the library gave, unchanged. */
  | { readonly kind: 'decoded'; readonly output: Readonly<Record<string, string>>; readonly raw: unknown }
  | { readonly kind: 'cancelled' }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string }
  | { readonly kind: 'unreadable'; readonly reason: string }

const successStatuses = new Set(['0000', '0'])
const cancelledCode = '-2'
const maxTextLength = 500

const tryParse = (text: string): unknown => {
  try {
    return parseJsonText(text)
  } catch {
    return undefined
  }
}

const textOf = (value: unknown): string => {
  if (value instanceof JsonNumber) return value.text
  return typeof value === 'string' || typeof value === 'boolean' ? String(value) : ''
}

/** Libraries write "null" for what they do not know, and numbers where the table says text. */
const normalise = (data: Record<string, unknown>): Record<string, string> => {
  const output: Record<string, string> = {}
  for (const [name, value] of Object.entries(data)) {
    const text = textOf(value)
    if (text !== '' && text !== 'null') output[name] = text
  }
  return output
}

/**
 * `status`: what the function returned; `output`: the text of its buffer. A code of -2 is a cancelled window, no fault.
 * `needsData`: false for a transaction that only says that it was done.
 */
export const readVoucherAnswer = (status: string, output: string, needsData = true): VoucherAnswer => {
  const answer = tryParse(output)
  if (isObject(answer) && textOf(answer['code']) === cancelledCode) return { kind: 'cancelled' }
  if (!successStatuses.has(status)) {
    const message = isObject(answer) ? textOf(answer['message']) : output
    return { kind: 'refused', code: status.slice(0, maxTextLength), message: message.slice(0, maxTextLength) }
  }
  if (!isObject(answer)) return { kind: 'unreadable', reason: 'the output is not a JSON object' }
  const code = textOf(answer['code'])
  if (code !== '0') return { kind: 'refused', code, message: textOf(answer['message']).slice(0, maxTextLength) }
  const data = typeof answer['data'] === 'string' ? tryParse(answer['data']) : answer['data']
  const isMissing = data === undefined || data === null || data === ''
  if (isMissing && !needsData) return { kind: 'decoded', output: {}, raw: null }
  if (!isObject(data)) return { kind: 'unreadable', reason: 'data is missing' }
  return { kind: 'decoded', output: normalise(data), raw: data }
}
