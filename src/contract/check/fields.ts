// Owns the building blocks of the tables: typebox schemas that carry the Chinese field name, length and decimals.
// Checking values against them, and the Chinese fault texts, are check.ts.
import Type, { type TSchema } from 'typebox'
import Format from 'typebox/format'

/** Keys of our own on a schema; OpenAPI shows them as extensions. */
export const decimalsKey = 'x-decimals'
export const digitsKey = 'x-digits'
/** A description or a department's name, which nothing is found by: it may have blanks at its ends (one-form.ts). */
export const proseKey = 'x-prose'
/** What a pattern wants, in Chinese: `应为六位数字` (check.ts). */
export const shapeKey = 'x-shape'

type Note = { readonly note?: string }
type TextNote = Note & { readonly prose?: true }
type Described = { title: string; description?: string; [proseKey]?: true }
const described = (name: string, note?: string, prose?: true): Described => ({
  title: name,
  ...(note === undefined ? {} : { description: note }),
  ...(prose === undefined ? {} : { [proseKey]: prose }),
})

/** 字符型 that must not be empty. `length` in characters. */
export const Text = (name: string, length: number, { note, prose }: TextNote = {}) =>
  Type.String({ ...described(name, note, prose), minLength: 1, maxLength: length })

/** 字符型 that may be "" or absent. */
export const OptionalText = (name: string, length: number, { note, prose }: TextNote = {}) =>
  Type.Optional(Type.String({ ...described(name, note, prose), maxLength: length }))

/** 字符型 that must be present but may be "" (diseCodg: the center wants the key even when it is empty). */
export const EmptyableText = (name: string, length: number, { note, prose }: TextNote = {}) =>
  Type.String({ ...described(name, note, prose), maxLength: length })

/** Values by keys that all match `keys`. A record alone would take any other key too, with anything in it. */
export const ByName = <Value extends TSchema>(keys: string, value: Value, options: object) =>
  Type.Record(Type.String({ pattern: keys }), value, { ...options, additionalProperties: false })

/** Amounts are counted in fen, exactly: 13 digits before the point, though some tables have 14. */
const mostWholeDigitsOfMoney = 13
export const wholeDigits = (digits: number, decimals: number): number =>
  decimals === 2 ? Math.min(digits - decimals, mostWholeDigitsOfMoney) : digits - decimals

const decimalPattern = (digits: number, decimals: number, sign: '-?' | ''): string => {
  const whole = wholeDigits(digits, decimals)
  const fraction = decimals === 0 ? '' : `([.][0-9]{1,${decimals}})?`
  return `^${sign}[0-9]{1,${whole}}${fraction}$`
}

/** 数值型(digits,decimals) as an exact decimal string; a JSON number is accepted with its text (check.ts). */
export const Decimal = (name: string, digits: number, decimals: number, note: Note = {}) =>
  decimal(name, digits, decimals, note, '-?')

const decimal = (name: string, digits: number, decimals: number, { note }: Note, sign: '-?' | '') =>
  Type.String({
    ...described(name, note),
    pattern: decimalPattern(digits, decimals, sign),
    [digitsKey]: digits,
    [decimalsKey]: decimals,
  })

export const OptionalDecimal = (name: string, digits: number, decimals: number, note: Note = {}) =>
  Type.Optional(Decimal(name, digits, decimals, note))

/** The same, never below zero. */
export const OptionalPositiveDecimal = (name: string, digits: number, decimals: number, note: Note = {}) =>
  Type.Optional(decimal(name, digits, decimals, note, ''))

const isLeap = (year: number): boolean => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0
const daysOf = (year: number, month: number): number =>
  month === 2 ? (isLeap(year) ? 29 : 28) : [4, 6, 9, 11].includes(month) ? 30 : 31

/** True when the text is a day that exists, `yyyy-MM-dd`. */
export const isExistingDate = (text: string): boolean => {
  const parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text)
  if (parts === null) return false
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  return year >= 1900 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month)
}

/** True when the text is a moment that exists, `yyyy-MM-dd HH:mm:ss`. */
export const isExistingDateTime = (text: string): boolean =>
  /^.{10} ([01]\d|2[0-3]):[0-5]\d:[0-5]\d$/.test(text) && isExistingDate(text.slice(0, 10))

/** True for an existing `yyyyMMddHHmmss`. */
export const isExistingStamp = (text: string): boolean =>
  /^\d{14}$/.test(text) &&
  isExistingDateTime(text.replace(/^(\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})$/, '$1-$2-$3 $4:$5:$6'))

export const dateFormat = 'mip-date'
export const dateTimeFormat = 'mip-date-time'
export const stampFormat = 'mip-stamp'
Format.Set(dateFormat, (text) => text === '' || isExistingDate(text))
Format.Set(dateTimeFormat, (text) => text === '' || isExistingDateTime(text))
Format.Set(stampFormat, isExistingStamp)

/** `yyyy-MM-dd HH:mm:ss`, a moment that exists, Asia/Shanghai. */
export const DateTime = (name: string, { note }: Note = {}) =>
  Type.String({ ...described(name, note), minLength: 1, maxLength: 19, format: dateTimeFormat })

export const OptionalDateTime = (name: string, { note }: Note = {}) =>
  Type.Optional(Type.String({ ...described(name, note), maxLength: 19, format: dateTimeFormat }))

/** `yyyy-MM-dd`, a day that exists; may be absent or "". */
export const OptionalDate = (name: string, { note }: Note = {}) =>
  Type.Optional(Type.String({ ...described(name, note), maxLength: 10, format: dateFormat }))

/** `yyyyMMddHHmmss`, a moment that exists. */
export const Stamp = (name: string, { note }: Note = {}) =>
  Type.String({ ...described(name, note), minLength: 1, maxLength: 40, format: stampFormat })

/** boolean; a reply may bring "true" or "false" as text (check.ts). */
export const Flag = (name: string, { note }: Note = {}) => Type.Boolean(described(name, note))

/** A list of rows. The standard sets no upper bound; ours keeps one call within the body limit. */
export const Rows = <Row extends TSchema>(name: string, row: Row, atMost: number) =>
  Type.Array(row, { title: name, minItems: 1, maxItems: atMost })

/** Free data of a province. */
export const OptionalFree = (name: string, { note }: Note = {}) =>
  Type.Optional(Type.Unknown({ ...described(name, note), 'x-free': true }))

/** The table's fields as a caller sends them: those that the agent fills in may be left out, or "". */
export const asSent = <Fields extends Record<string, TSchema>>(
  fields: Fields,
  filledIn: readonly (keyof Fields & string)[],
): Record<string, TSchema> => ({
  ...fields,
  ...Object.fromEntries(
    filledIn.map((name) => [
      name,
      Type.Optional(Type.String({ ...(fields[name] as Record<string, unknown>), minLength: 0 })),
    ]),
  ),
})

/** A message we or the HIS write: unknown keys are refused (I11). */
export const Strict = <Fields extends Record<string, TSchema>>(
  fields: Fields,
  naming: { title?: string; description?: string } = {},
) => Type.Object(fields, { ...naming, additionalProperties: false })

/** A message somebody else writes: provinces add keys. */
export const Open = <Fields extends Record<string, TSchema>>(fields: Fields) =>
  Type.Object(fields, { additionalProperties: true })
