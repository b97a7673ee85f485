// Owns joining the agent's own expContent (UnionPay's merchantNo, terminalNo, isvNo) with what a caller gives (RULES 1.4).
// Pure: which form the center wants, and what of the agent's own there is, is configuration.
import { parseJsonText } from './check/json-text.ts'

/** The agent's own fields, and how this center takes expContent. */
export type OwnExpContent = {
  readonly fields: Readonly<Record<string, string>>
  readonly form: 'string' | 'object'
}

type Joined = { readonly value: unknown } | { readonly problem: string }

const maxLength = 4_000

const readObject = (text: unknown): Record<string, unknown> | undefined => {
  if (typeof text !== 'string') return undefined
  try {
    const value = parseJsonText(text)
    const isObject = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
    return isObject ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/**
 * What goes out as expContent: the caller's text as it is where the agent has nothing of its own, else both together. A
 * `problem`, in Chinese, where they cannot be joined: the caller's is no JSON object, both set a key, or it gets too long.
 */
export const joinExpContent = (fromCaller: unknown, own: OwnExpContent | undefined): Joined => {
  if (own === undefined) return { value: fromCaller }
  const text = fromCaller ?? ''
  const fields = text === '' ? {} : readObject(text)
  if (fields === undefined) return { problem: '须为 JSON 对象的文本, 才能与配置的 center.expContent 合并' }
  const twice = Object.keys(own.fields).filter((name) => Object.hasOwn(fields, name))
  if (twice.length > 0) return { problem: `${twice.join('、')} 已由配置 center.expContent 填写, 请不要再传` }
  const joined = { ...fields, ...own.fields }
  const joinedText = JSON.stringify(joined)
  if (joinedText.length > maxLength) return { problem: `与配置的 center.expContent 合并后最长 ${maxLength} 个字符` }
  return { value: own.form === 'object' ? joined : joinedText }
}
