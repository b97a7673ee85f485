// Owns checking a value against a schema and saying in Chinese what is wrong, all faults at once.
// The schemas are fields.ts and interfaces/; rules across fields are core/domain/.
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { Settings } from 'typebox/system'
import { decimalsKey, proseKey } from './fields.ts'
import { gbkLength } from './gb18030.ts'
import { isObject, JsonNumber } from './json-text.ts'
import { formProblem } from './one-form.ts'
import { atMostRows, problemOf, type Node, type Raw } from './problem-text.ts'

/** Faults beyond this many are counted, not listed. */
export const maxFaults = 200
/** Nothing further is looked for; a list that long is said to be incomplete, never taken for the whole. */
const maxErrors = 1_000
Settings.Set({ maxErrors })
/** Keys that no table has are counted before anything else is looked at: the validator's errors must not run out on them. */
export const atMostUnknownKeys = 50
const maxShownKey = 40

/** One thing wrong: `feedetailList[3].cnt 数量: 最多 4 位小数`. Never holds the value itself. */
export type Fault = { readonly path: string; readonly name: string; readonly problem: string }

export const faultText = ({ path, name, problem }: Fault): string =>
  `${path === '' ? '(整体)' : path}${name === '' ? '' : ` ${name}`}: ${problem}`

type LengthUnit = 'characters' | 'gbkBytes'

/** Other spellings in use -> the table's (`ownpayAmt`/`ownPayAmt`, `hiFefdSn`/`hiRefdSn`). */
export type Aliases = Readonly<Record<string, string>>

const numericTypes: ReadonlySet<unknown> = new Set(['object', 'array', 'integer', 'number'])

/**
 * Brings a parsed value into the shape the schema speaks, in place: null means absent, as does "" in a 数值型 field; a JSON
 * number in a 数值型 field becomes its text, in a count a number; in a reply also one in a text field becomes its text, and
 * "true"/"false" in a boolean field the boolean.
 */
const normalise = (node: Node, value: unknown, loose: boolean): unknown => {
  if (value instanceof JsonNumber) {
    // A reply may write a code (ordStas, a time) without its quotes.
    if (decimalsKey in node || (loose && node.type === 'string')) return value.text
    // A JsonNumber is an object to the schema; where one is wanted it must not pass for it.
    return numericTypes.has(node.type) ? Number(value.text) : value
  }
  if (Array.isArray(value) && node.items !== undefined) {
    const row = node.items
    for (let index = 0; index < value.length; index++) value[index] = normalise(row, value[index], loose)
    return value
  }
  if (isObject(value) && node.properties !== undefined) {
    for (const key in value) {
      const member = value[key]
      if (
        member === null ||
        (member === '' && Object.hasOwn(node.properties, key) && decimalsKey in (node.properties[key] ?? {}))
      )
        delete value[key]
      else if (typeof member !== 'string' || loose) {
        const field = Object.hasOwn(node.properties, key) ? node.properties[key] : undefined
        if (field !== undefined) value[key] = normalise(field, member, loose)
      }
    }
    return value
  }
  if (loose && node.type === 'boolean' && (value === 'true' || value === 'false')) return value === 'true'
  return value
}

type Place = { readonly node: Node; readonly path: string }
const hasKeys = ({ properties, patternProperties }: Node): boolean => (properties ?? patternProperties) !== undefined
const fieldOf = ({ properties, patternProperties }: Node, key: string): Node | undefined => {
  if (properties !== undefined && Object.hasOwn(properties, key)) return properties[key]
  if (patternProperties === undefined) return undefined
  return Object.entries(patternProperties).find(([pattern]) => new RegExp(pattern, 'u').test(key))?.[1]
}

/** A key that no table has may be anything, a patient's data too: it is shown in part. */
export const shownKey = (key: string): string => (key.length > maxShownKey ? `${key.slice(0, maxShownKey)}…` : key)

const memberOf = ({ node, path }: Place, part: string): Place => {
  const own = fieldOf(node, part)
  const key = own === undefined ? shownKey(part) : part
  return {
    node: node.items ?? own ?? {},
    path: node.items === undefined ? `${path}${path === '' ? '' : '.'}${key}` : `${path}[${part}]`,
  }
}

const placeAt = (root: Node, pointer: string): Place =>
  pointer.split('/').slice(1).reduce(memberOf, { node: root, path: '' })

const valueAt = (root: unknown, pointer: string): unknown => {
  let value = root
  for (const part of pointer.split('/').slice(1)) value = (value as Record<string, unknown> | undefined)?.[part]
  return value
}

const faultsOf = (root: Node, value: unknown, errors: readonly Raw[]): Fault[] => {
  const faults = new Map<string, Fault>()
  const add = (pointer: string, problemAt: (node: Node) => string): void => {
    if (faults.has(pointer)) return
    const { node, path } = placeAt(root, pointer)
    faults.set(pointer, { path, name: node.title ?? '', problem: problemAt(node) })
  }
  for (const raw of errors) {
    if (faults.size >= maxErrors) break
    if (raw.keyword === 'required') {
      for (const key of raw.params['requiredProperties'] as string[]) add(`${raw.instancePath}/${key}`, () => '必填')
    } else if (raw.keyword === 'additionalProperties') {
      for (const key of raw.params['additionalProperties'] as string[]) {
        add(`${raw.instancePath}/${key}`, () => '未知字段')
      }
    } else if (raw.keyword !== 'boolean') {
      add(raw.instancePath, (node) => problemOf(node, raw, valueAt(value, raw.instancePath)))
    }
  }
  return [...faults.values()]
}

/** What the table says of a text beside its schema. */
type TextRules = { readonly lengthUnit: LengthUnit; readonly oneForm: boolean }

const textProblem = (node: Node, text: string, { lengthUnit, oneForm }: TextRules): string | undefined => {
  const problem = oneForm && !(proseKey in node) ? formProblem(text) : undefined
  if (problem !== undefined || lengthUnit === 'characters') return problem
  const most = node['maxLength']
  return typeof most === 'number' && gbkLength(text) > most ? `最长 ${most} 个 GBK 字节` : undefined
}

/** Adds texts that are not in their one form, and those too long in GBK, where the schema itself found nothing. */
const addTextFaults = (place: Place, value: unknown, rules: TextRules, faults: Fault[], taken: Set<string>): void => {
  const { node, path } = place
  if (faults.length >= maxErrors) return
  if (typeof value === 'string') {
    const problem = taken.has(path) ? undefined : textProblem(node, value, rules)
    if (problem !== undefined) faults.push({ path, name: node.title ?? '', problem })
  } else if (Array.isArray(value) && node.items !== undefined) {
    for (const [index, item] of value.entries())
      addTextFaults(memberOf(place, String(index)), item, rules, faults, taken)
  } else if (isObject(value) && node.properties !== undefined) {
    for (const key of Object.keys(value)) {
      if (fieldOf(node, key) !== undefined) addTextFaults(memberOf(place, key), value[key], rules, faults, taken)
    }
  }
}

/** Adds every key that the schema does not know, up to one more than are listed, and every list that is too long. */
const addUnknownKeys = (place: Place, value: unknown, found: Fault[], longLists: Fault[]): void => {
  const { node } = place
  if (Array.isArray(value) && node.items !== undefined) {
    if (value.length > Number(node['maxItems'])) {
      longLists.push({ path: place.path, name: node.title ?? '', problem: atMostRows(node['maxItems']) })
      return
    }
    for (let index = 0; index < value.length && found.length <= atMostUnknownKeys; index++) {
      addUnknownKeys(memberOf(place, String(index)), value[index], found, longLists)
    }
  } else if (isObject(value) && hasKeys(node)) {
    for (const key in value) {
      if (found.length > atMostUnknownKeys) return
      const field = fieldOf(node, key)
      if (field === undefined) {
        if (node['additionalProperties'] === false) {
          found.push({ path: memberOf(place, key).path, name: '', problem: '未知字段' })
        }
      } else if (typeof value[key] === 'object') addUnknownKeys(memberOf(place, key), value[key], found, longLists)
    }
  }
}

const whole = (problem: string): Fault => ({ path: '', name: '', problem })
const incomplete = whole('错误太多, 没有全部列出')

export type Checked<Value> = { readonly value: Value; readonly faults: readonly Fault[] }
export type Check<Value> = (value: unknown, lengthUnit?: LengthUnit) => Checked<Value>

type CheckOptions = {
  /** Of a reply: also accepts booleans as text and texts as numbers. */
  readonly loose?: boolean
  /** Other spellings, as replies bring them. */
  readonly aliases?: Aliases
  /** Of what a caller sends: every text but prose must be in its one form (one-form.ts). */
  readonly oneForm?: boolean
}

/**
 * Compiles a schema to a check. The value is changed in place (see `normalise`) and returned typed; believe the type only
 * when `faults` is empty: what is not valid always has a fault, and one with path '' where the list may be incomplete.
 */
export const createCheck = <Value>(
  schema: TSchema,
  { loose = false, aliases = {}, oneForm = false }: CheckOptions = {},
): Check<Value> => {
  // Compiling costs milliseconds a schema; most starts use few of them before the first call.
  let validator: ReturnType<typeof Compile> | undefined
  const root = schema as unknown as Node

  const faultsIn = (compiled: ReturnType<typeof Compile>, value: unknown): Fault[] => {
    if (compiled.Check(value)) return []
    const errors = compiled.Errors(value)
    const faults = faultsOf(root, value, errors)
    if (errors.length >= maxErrors || faults.length >= maxErrors) faults.unshift(incomplete)
    return faults.length > 0 ? faults : [whole('不符合字段表')]
  }

  return (input, lengthUnit = 'characters') => {
    validator ??= Compile(schema)
    if (isObject(input)) {
      for (const [other, own] of Object.entries(aliases)) {
        if (other in input && !(own in input)) {
          input[own] = input[other]
          delete input[other]
        }
      }
    }
    const place = { node: root, path: '' }
    const unknown: Fault[] = []
    const longLists: Fault[] = []
    addUnknownKeys(place, input, unknown, longLists)
    // Its rows may be hundreds of thousands: what else is wrong is not looked for, and of a reply nothing is believed.
    if (longLists.length > 0) {
      return { value: input as Value, faults: loose ? [whole('列表过长, 其他内容没有检查'), ...longLists] : longLists }
    }
    if (unknown.length > atMostUnknownKeys) {
      const first = unknown.slice(0, atMostUnknownKeys)
      return { value: input as Value, faults: [whole(`未知字段超过 ${atMostUnknownKeys} 个`), ...first] }
    }
    const value = normalise(root, input, loose)
    const faults = faultsIn(validator, value)
    if (oneForm || lengthUnit === 'gbkBytes') {
      addTextFaults(place, value, { lengthUnit, oneForm }, faults, new Set(faults.map(({ path }) => path)))
      if (faults.length >= maxErrors && faults[0] !== incomplete) faults.unshift(incomplete)
    }
    return { value: value as Value, faults }
  }
}
