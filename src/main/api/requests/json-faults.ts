// Owns what JSON allows and a request must not hold: a key twice, a number that programs round, half a surrogate pair, a
// zero character. Finding nothing is the common case and costs little; naming the place is done only then.
import { JsonNumber } from '../../../contract/check/json-text.ts'

export type JsonFault = { readonly path: string; readonly problem: string }

const maxShownKey = 40
const memberPath = (path: string, key: string): string => `${path}${path === '' ? '' : '.'}${key.slice(0, maxShownKey)}`

/** Reads valid JSON once more, for the first key that stands twice in one object. */
const findDuplicateKey = (text: string): JsonFault | undefined => {
  let at = 0
  const skipSpace = (): void => {
    while (text.charCodeAt(at) <= 0x20) at++
  }
  const readString = (): string => {
    const start = at++
    while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1
    return JSON.parse(text.slice(start, ++at)) as string
  }
  /** Past the opening bracket and every comma, `readItem` reads one item. */
  const readItems = (end: '}' | ']', readItem: () => JsonFault | undefined): JsonFault | undefined => {
    for (;;) {
      at++
      skipSpace()
      const fault = text[at] === end ? undefined : readItem()
      if (fault !== undefined) return fault
      skipSpace()
      if (text[at] !== end) continue
      at++
      return undefined
    }
  }
  const readObject = (path: string): JsonFault | undefined => {
    const keys = new Set<string>()
    return readItems('}', () => {
      const key = readString()
      if (keys.has(key)) return { path: memberPath(path, key), problem: '字段重复' }
      keys.add(key)
      skipSpace()
      at++
      return readValue(memberPath(path, key))
    })
  }
  const readArray = (path: string): JsonFault | undefined => {
    let index = 0
    return readItems(']', () => readValue(`${path}[${index++}]`))
  }
  const readValue = (path: string): JsonFault | undefined => {
    skipSpace()
    const first = text[at]
    if (first === '{') return readObject(path)
    if (first === '[') return readArray(path)
    if (first === '"') readString()
    else while (at < text.length && !/[,\]}\s]/.test(text[at] ?? '')) at++
    return undefined
  }
  return readValue('')
}

/** How many members a text has at most: a member's colon follows its quote, and a string may hold the like. */
const countColons = (text: string): number => {
  let count = 0
  for (let at = text.indexOf('":'); at !== -1; at = text.indexOf('":', at + 2)) count++
  return count
}

const hasSpaceBeforeColon = (text: string): boolean =>
  [' :', '\t:', '\n:', '\r:'].some((spaced) => text.includes(spaced))

const isRounded = (number: JsonNumber): boolean => Math.abs(Number(number.text)) > Number.MAX_SAFE_INTEGER

type Counted = { members: number; rounded: boolean }

const count = (value: object, counted: Counted): void => {
  const isList = Array.isArray(value)
  for (const key in value) {
    const member = (value as Record<string, unknown>)[key]
    if (!isList) counted.members++
    if (typeof member !== 'object' || member === null) continue
    if (member instanceof JsonNumber) counted.rounded ||= isRounded(member)
    else count(member, counted)
  }
}

const problemOf = (text: string): string | undefined => {
  if (text.includes('\0')) return '含零字符'
  return text.isWellFormed() ? undefined : '含半个字符 (不成对的代理码)'
}

const findBadValue = (value: unknown, path: string): JsonFault | undefined => {
  if (typeof value === 'string') {
    const problem = problemOf(value)
    return problem === undefined ? undefined : { path, problem }
  }
  if (value instanceof JsonNumber) {
    return isRounded(value) ? { path, problem: '数字超过 2^53, 会被舍入; 请改用字符串' } : undefined
  }
  if (typeof value !== 'object' || value === null) return undefined
  const isList = Array.isArray(value)
  for (const [key, member] of Object.entries(value)) {
    if (problemOf(key) !== undefined) return { path, problem: '字段名含无效字符' }
    const fault = findBadValue(member, isList ? `${path}[${key}]` : memberPath(path, key))
    if (fault !== undefined) return fault
  }
  return undefined
}

// Only an escape can bring these into a text that was decoded strictly.
const badEscape = /\\u(?:0000|[dD][89a-fA-F])/

/** The first fault of a text that `parseJsonText` took, `value` being what it made of it. */
export const findJsonFault = (text: string, value: object): JsonFault | undefined => {
  const counted: Counted = { members: 0, rounded: false }
  count(value, counted)
  if (counted.rounded || badEscape.test(text)) {
    const fault = findBadValue(value, '')
    if (fault !== undefined) return fault
  }
  const isPlain = !hasSpaceBeforeColon(text) && countColons(text) === counted.members
  return isPlain ? undefined : findDuplicateKey(text)
}
