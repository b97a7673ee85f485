// Owns how a field of the standard's tables and a field of our schemas are brought to one form, so that they can be
// compared. The comparison is tables.test.ts; the tables are fixtures/standard-tables.json.
import { dateFormat, dateTimeFormat, decimalsKey, digitsKey } from '../../src/contract/check/fields.ts'
import standard from './fixtures/standard-tables.json' with { type: 'json' }

/** `presence`: `emptyable` is ours alone: the key must be there, its text may be empty. */
export type Field = {
  readonly name: string
  readonly type: string
  readonly length: string
  readonly presence: 'required' | 'optional' | 'emptyable'
}
export type Fields = Readonly<Record<string, Field>>

type Row = readonly [code: string, name: string, type: string, length: string | null, required: boolean]
type Rows = readonly Row[]

/**
 * The table's row. 日期型 (`datetime`) has no length there; its explanations write yyyy-MM-dd HH:mm:ss everywhere, so it
 * is a text of 19 like the other moments. The envelope's `int` is a 数值型 without decimals, whose digits are not said.
 */
const fieldOfRow = ([, name, type, length, required]: Row): Field => {
  const presence = required ? 'required' : 'optional'
  if (type === 'datetime') return { name, type: 'string', length: '19', presence }
  if (type === 'integer') return { name, type: 'number', length: 'int', presence }
  return { name, type, length: length ?? '', presence }
}

const fieldsOfRows = (rows: Rows): Fields => Object.fromEntries(rows.map((row) => [row[0], fieldOfRow(row)]))

const tablesOf = (part: string): Readonly<Record<string, Rows>> =>
  (standard as unknown as Readonly<Record<string, Readonly<Record<string, Rows>>>>)[part] ?? {}

/** The standard's table `part.table`, for example `6201.feedetailList`. */
export const standardFields = (part: string, table: string): Fields => fieldsOfRows(tablesOf(part)[table] ?? [])

/** Every table of the standard as `part.table`. */
export const standardTableNames = Object.keys(standard)
  .filter((part) => part !== 'note')
  .flatMap((part) => Object.keys(tablesOf(part)).map((table) => `${part}.${table}`))

export type SchemaNode = {
  readonly title?: string
  readonly type?: string
  readonly format?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minItems?: number
  readonly items?: SchemaNode
  readonly properties?: Readonly<Record<string, SchemaNode>>
  readonly required?: readonly string[]
  readonly [digitsKey]?: number
  readonly [decimalsKey]?: number
}

const formatLengths: Readonly<Record<string, number>> = { [dateTimeFormat]: 19, [dateFormat]: 10 }

const typeAndLength = (node: SchemaNode): { readonly type: string; readonly length: string } => {
  const { [digitsKey]: digits, [decimalsKey]: decimals } = node
  if (digits !== undefined && decimals !== undefined) {
    return { type: 'number', length: decimals === 0 ? String(digits) : `${digits},${decimals}` }
  }
  if (node.type === 'string') {
    const length = node.maxLength
    const wanted = formatLengths[node.format ?? '']
    // A date format lets only texts of its own length pass: a differing maxLength would say something untrue.
    if (wanted !== undefined && wanted !== length) throw new Error(`${node.title ?? ''}: format and length differ`)
    return { type: 'string', length: length === undefined ? 'max' : String(length) }
  }
  // 对象型 has no inner table: free data, any JSON.
  if ('x-free' in node) return { type: 'object', length: '' }
  return { type: node.type ?? '', length: '' }
}

/** "May be empty" of the table is our optional; its "must not" is there and not empty, lists included. */
const presenceOf = (node: SchemaNode, isRequired: boolean): Field['presence'] => {
  if (!isRequired) return 'optional'
  const canBeEmpty = node.type === 'string' && node[decimalsKey] === undefined && node.minLength !== 1
  return canBeEmpty || (node.type === 'array' && node.minItems !== 1) ? 'emptyable' : 'required'
}

/** The fields of one of our schemas, in the same form. */
export const schemaFields = (schema: object): Fields => {
  const { properties = {}, required = [] } = schema as SchemaNode
  return Object.fromEntries(
    Object.entries(properties).map(([code, node]) => [
      code,
      { name: node.title ?? '', ...typeAndLength(node), presence: presenceOf(node, required.includes(code)) },
    ]),
  )
}
