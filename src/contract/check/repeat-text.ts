// Owns the text by which a repeated request is known (RULES 2.2): an amount is the same amount however it was written, all
// else is the same only to the letter. What is sent keeps the caller's own text (json-text.ts).
import type { TSchema } from 'typebox'
import { decimalsKey } from './fields.ts'
import { canonicalJsonText, JsonNumber } from './json-text.ts'

type Node = Record<string, unknown> & { readonly properties?: Readonly<Record<string, Node>>; readonly items?: Node }

const decimal = /^-?\d+\.\d*$/

/** 100, "100" and "100.00" are one; what is no decimal stays as it is and is refused elsewhere. */
const reduceAmount = (value: unknown): unknown => {
  const text = value instanceof JsonNumber ? value.text : value
  return typeof text === 'string' && decimal.test(text) ? text.replace(/\.0*$|(?<!0)0+$/, '') : text
}

const reduce = (node: Node, value: unknown): unknown => {
  if (decimalsKey in node) return reduceAmount(value)
  if (Array.isArray(value)) {
    const { items } = node
    return items === undefined ? value : value.map((item) => reduce(items, item))
  }
  const { properties } = node
  if (properties === undefined || typeof value !== 'object' || value === null || value instanceof JsonNumber)
    return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => {
      const field = properties[key]
      return [key, field === undefined ? member : reduce(field, member)]
    }),
  )
}

/** Canonical JSON of a request as its caller gave it, its 数值型 fields (as the schema has them) reduced to their value. */
export const repeatText = (schema: TSchema, value: unknown): string =>
  canonicalJsonText(reduce(schema as unknown as Node, value))
