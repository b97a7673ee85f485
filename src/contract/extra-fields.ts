// Owns the fields that a province adds to what is sent: their names and lengths are configuration, by table (RULES 9.5). The
// standard's own fields are interfaces/.
import Type from 'typebox'
import { createCheck, type Check } from './check/check.ts'
import { OptionalText, Rows, Strict } from './check/fields.ts'
import { interfaces, type InputOf } from './interfaces.ts'

/** What a caller may send fields of: a table's data, or the rows of one of its lists. 6301 has no fields of a caller. */
export const extendable = ['6201', '6201.diseinfoList', '6201.feedetailList', '6202', '6203', '6205', '6401'] as const
export type Extendable = (typeof extendable)[number]
type Sent = '6201' | '6202' | '6203' | '6205' | '6401'

/** Names -> longest length in characters. */
export type ExtraFields = Readonly<Partial<Record<Extendable, Readonly<Record<string, number>>>>>

type Properties = Parameters<typeof Strict>[0]
type Table = {
  readonly properties: Properties
  readonly items?: Table
  readonly title?: string
  readonly description?: string
  readonly maxItems?: number
}

const optional = (fields: Readonly<Record<string, number>> = {}): Properties =>
  Object.fromEntries(Object.entries(fields).map(([name, length]) => [name, OptionalText('地方扩展字段', length)]))

const tableOf = (code: Sent): Table => interfaces[code].input as unknown as Table

/** The table's own names at this place. */
export const standardNames = (at: Extendable): readonly string[] => {
  const [code, list] = at.split('.') as [Sent, string?]
  const table = tableOf(code)
  const rows = list === undefined ? table : (table.properties[list] as unknown as Table).items
  return Object.keys(rows?.properties ?? {})
}

const extend = (code: Sent, table: Table, extra: ExtraFields): Properties => {
  const properties = { ...table.properties }
  for (const name of ['diseinfoList', 'feedetailList'] as const) {
    const own = extra[`6201.${name}`]
    const list = properties[name] as unknown as Table | undefined
    if (code !== '6201' || own === undefined || list === undefined) continue
    const { title = '', maxItems = 0, items } = list
    const rows = Rows(title, Strict({ ...items?.properties, ...optional(own) }), maxItems)
    properties[name] = Type.IsOptional(properties[name]) ? Type.Optional(rows) : rows
  }
  return { ...properties, ...optional(extra[code]) }
}

const isExtended = (extra: ExtraFields, code: string): boolean =>
  extendable.some((at) => at.split('.')[0] === code && extra[at] !== undefined)

const namingOf = ({ title, description }: Table): { title?: string; description?: string } => ({
  ...(title === undefined ? {} : { title }),
  ...(description === undefined ? {} : { description }),
})

/** The body of a request that holds a table's fields beside others, with what this province adds to the table. */
export const withExtraFields = <Schema>(schema: Schema, code: string, extra: ExtraFields): Schema =>
  isExtended(extra, code)
    ? (Strict(
        extend(code as Sent, schema as unknown as Table, extra),
        namingOf(schema as unknown as Table),
      ) as unknown as Schema)
    : schema

const made = new WeakMap<ExtraFields, Map<Sent, Check<unknown>>>()

/** The check of what is sent by an interface, with the fields that this province adds. */
export const inputCheckOf = <Code extends Sent>(extra: ExtraFields, code: Code): Check<InputOf<Code>> => {
  if (!isExtended(extra, code)) return interfaces[code].checkInput
  const checks = made.get(extra) ?? new Map<Sent, Check<unknown>>()
  made.set(extra, checks)
  const check = checks.get(code) ?? createCheck<unknown>(Strict(extend(code, tableOf(code), extra)))
  checks.set(code, check)
  return check as Check<InputOf<Code>>
}
