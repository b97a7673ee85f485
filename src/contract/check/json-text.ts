// Owns JSON whose numbers keep their text: parsing it and the canonical form that is signed (002, 2.2.3.1).
// It does not validate shapes.

import { assertJsonLimits, jsonLimits, maxJsonDepth, tooDeep, tooMany, type JsonLimits } from './json-limits.ts'

// The compiler's library does not know JSON.rawJSON yet; Node has it since version 22.
const rawJson = (JSON as unknown as { rawJSON: (text: string) => unknown }).rawJSON

/** A JSON number as it was written: 10.00 stays "10.00". Printing or signing a parsed double would lose the zeros. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }

  /** Lets JSON.stringify print the text as it was. */
  toJSON(): unknown {
    return rawJson(this.text)
  }

  toString(): string {
    return this.text
  }
}

/** What an object of JSON holds, unchecked. */
export type Fields = Readonly<Record<string, unknown>>

/** True for an object of JSON: no list, no number that keeps its text. */
export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber)

type Survey = { values: number; numbers: number; readonly limits: JsonLimits }

/** Counts what reading the numbers' text would cost, before it is paid. Throws RangeError beyond a limit. */
const survey = (value: unknown, counted: Survey, depth = 0): void => {
  const { limits } = counted
  if (++counted.values > limits.values) throw tooMany('values', limits.values)
  if (typeof value === 'number' && ++counted.numbers > limits.numbers) throw tooMany('numbers', limits.numbers)
  if (typeof value !== 'object' || value === null) return
  if (depth >= maxJsonDepth) throw tooDeep()
  if (Array.isArray(value)) {
    for (const item of value) survey(item, counted, depth + 1)
    return
  }
  let keys = 0
  for (const key in value) {
    if (++keys > limits.keys) throw tooMany('keys in one object', limits.keys)
    survey((value as Record<string, unknown>)[key], counted, depth + 1)
  }
}

type Reviver = (this: unknown, key: string, value: unknown, context: { readonly source: string }) => unknown
const keepNumberText: Reviver = (_key, value, context) =>
  typeof value === 'number' ? new JsonNumber(context.source) : value

/**
 * Parses JSON; every number becomes a JsonNumber. Throws SyntaxError, or RangeError when nested too deeply or beyond a count.
 * Bodies that follow the tables hold strings only, so the slower parse with source access runs only where it is needed.
 */
export const parseJsonText = (text: string, limits = jsonLimits): unknown => {
  assertJsonLimits(text, limits)
  const value: unknown = JSON.parse(text)
  const counted = { values: 0, numbers: 0, limits }
  survey(value, counted)
  return counted.numbers > 0 ? JSON.parse(text, keepNumberText as Parameters<typeof JSON.parse>[1]) : value
}

/**
 * How canonical text is written where the copies in use differ: what becomes of empty values, and whether numbers and booleans
 * keep their own text or become strings. null is always left out of objects.
 */
export type CanonicalStyle = {
  readonly scalars: 'text' | 'strings'
  readonly emptyTexts: 'kept' | 'dropped'
  readonly emptyLists: 'kept' | 'dropped'
  /** `dropped`: also an object in which nothing stands but what is left out, or empty texts. */
  readonly emptyObjects: 'kept' | 'dropped'
}

const usualStyle: CanonicalStyle = {
  scalars: 'text',
  emptyTexts: 'dropped',
  emptyLists: 'dropped',
  emptyObjects: 'kept',
}

const isDropped = (value: unknown, style: CanonicalStyle): boolean =>
  value === null ||
  value === undefined ||
  (value === '' && style.emptyTexts === 'dropped') ||
  (style.emptyLists === 'dropped' && Array.isArray(value) && value.length === 0)

// Quoting by JSON.stringify is most of the cost of a long upload, and almost no text needs its escapes.
// eslint-disable-next-line no-control-regex -- control characters are what JSON must escape
const needsEscape = /["\\\u0000-\u001f\ud800-\udfff]/
const quote = (text: string): string => (needsEscape.test(text) ? JSON.stringify(text) : `"${text}"`)

/** The keys of an object as given, and sorted, and as they are written. */
type Layout = {
  readonly keys: readonly string[]
  readonly sorted: readonly string[]
  readonly heads: readonly string[]
}
type LayoutOf = (keys: readonly string[]) => Layout

// The rows of an upload share their keys, so they are sorted and quoted once per run of equal rows.
const createLayouts = (): LayoutOf => {
  let last: Layout = { keys: [], sorted: [], heads: [] }
  return (keys) => {
    if (keys.length !== last.keys.length || keys.some((key, index) => key !== last.keys[index])) {
      const sorted = keys.toSorted()
      last = { keys, sorted, heads: sorted.map((key) => `${quote(key)}:`) }
    }
    return last
  }
}

const writeScalar = (text: string, { scalars }: CanonicalStyle): string => (scalars === 'text' ? text : `"${text}"`)

const writeCanonical = (value: unknown, layoutOf: LayoutOf, style: CanonicalStyle): string => {
  if (typeof value === 'string') return quote(value)
  if (value instanceof JsonNumber) return writeScalar(value.text, style)
  if (Array.isArray(value)) return `[${value.map((item) => writeCanonical(item, layoutOf, style)).join(',')}]`
  if (typeof value === 'object' && value !== null) {
    const { sorted, heads } = layoutOf(Object.keys(value))
    let text = ''
    let isHollow = style.emptyObjects === 'dropped'
    for (let index = 0; index < sorted.length; index++) {
      const member = (value as Record<string, unknown>)[sorted[index] ?? '']
      if (isDropped(member, style)) continue
      const written = writeCanonical(member, layoutOf, style)
      // A text would have quotes around it, so this is an object and nothing else.
      if (written === '{}' && style.emptyObjects === 'dropped') continue
      if (member !== '') isHollow = false
      text += `${text === '' ? '' : ','}${heads[index] ?? ''}${written}`
    }
    return isHollow ? '{}' : `{${text}}`
  }
  return value === null ? 'null' : writeScalar(JSON.stringify(value), style)
}

/**
 * The canonical JSON text: keys sorted by code unit at every level, null left out of objects, arrays in their order, no white
 * space, nothing escaped that need not be; by default "" and [] are left out too, and scalars keep their own text.
 */
export const canonicalJsonText = (value: unknown, style: CanonicalStyle = usualStyle): string =>
  writeCanonical(value, createLayouts(), style)

/** Without the empty texts, lists and objects, every scalar a text: what all the copies in use sign alike. */
const plainest: CanonicalStyle = {
  scalars: 'strings',
  emptyTexts: 'dropped',
  emptyLists: 'dropped',
  emptyObjects: 'dropped',
}
const sentStyle: CanonicalStyle = { ...plainest, emptyTexts: 'kept' }

/**
 * What is sent and what is signed, such that every copy in use signs what is sent alike: scalars are texts, nothing is empty
 * but texts. The two differ only there: some centers want the key of an empty diseCodg in the cipher text, while the
 * signature leaves every empty value out.
 */
export const canonicalJsonTexts = (value: unknown): { readonly sent: string; readonly signed: string } => {
  const sent = writeCanonical(value, createLayouts(), sentStyle)
  // Inside a string the quotes would be escaped, so this is an empty value and nothing else.
  if (!sent.includes(':""')) return { sent, signed: sent }
  const signed = canonicalJsonText(value, plainest)
  return { sent, signed }
}
