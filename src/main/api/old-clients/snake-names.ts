// Owns the one table between the names of the 6xxx interfaces and the snake_case of 2204 and 2207. Most follow by rule:
// medfeeSumamt is medfee_sumamt; those that do not are listed.
import { tables } from '../../../contract/interfaces.ts'
import { isObject, type Fields } from '../../../contract/check/json-text.ts'

const exceptions: Readonly<Record<string, string>> = {
  idNo: 'certno',
  userName: 'psn_name',
  idType: 'psn_cert_type',
  diseinfoList: 'diseinfo',
  feedetailList: 'feedetail',
}

const snakeOf = (name: string): string =>
  Object.hasOwn(exceptions, name)
    ? (exceptions[name] ?? name)
    : name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)

type Node = { readonly properties?: Readonly<Record<string, Node>>; readonly items?: Node }

const namesOf = (node: Node): readonly string[] =>
  Object.entries(node.items?.properties ?? node.properties ?? {}).flatMap(([name, field]) => [name, ...namesOf(field)])

/** Fields of ours that a caller may send beside the tables'. */
const ownNames = ['medOrgOrd', 'decodeOperationId', 'duplicateOverride', 'operationId', 'ecQrCode', 'scanner']

const tableNames: ReadonlyMap<string, string> = new Map(
  [...Object.values(tables).flatMap(({ input }) => namesOf(input as Node)), ...ownNames].map((name) => [
    snakeOf(name),
    name,
  ]),
)

const rename = (value: unknown, nameOf: (name: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => rename(item, nameOf))
  if (!isObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [nameOf(name), rename(member, nameOf)]))
}

/** snake_case into the tables' names. A name of neither stays as it is, so that the check names it as it came. */
export const toTableNames = (fields: Fields): Fields => rename(fields, (name) => tableNames.get(name) ?? name) as Fields

/** The tables' names, and ours, into snake_case. */
export const toSnakeNames = (fields: Fields): Fields => rename(fields, snakeOf) as Fields
