// Owns the small kinds of settings that the schemas of the configuration are made of: texts, choices, flags, counts, waits.
import Type from 'typebox'

const longTextLength = 2_000
const maxWaitMs = 3_600_000

export const optional = Type.Optional
export const text = (title: string, description?: string) =>
  Type.String({ title, minLength: 1, maxLength: longTextLength, ...(description ? { description } : {}) })
export const choice = <Values extends string[]>(title: string, values: readonly [...Values], description?: string) =>
  Type.Enum([...values] as [...Values], { title, ...(description ? { description } : {}) })
export const flag = (title: string, description?: string) =>
  Type.Boolean({ title, ...(description ? { description } : {}) })
export const count = (title: string, minimum: number, maximum: number, description?: string) =>
  Type.Integer({ title, minimum, maximum, ...(description ? { description } : {}) })
export const waitMs = (title: string, description?: string) => count(title, 1, maxWaitMs, description)
